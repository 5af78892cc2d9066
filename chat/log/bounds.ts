/** The log's bounds. A name ends in its unit; without one it is a count. @module */

/** Appends waiting for the store, over all rooms. Beyond it `publish` is answered `unavailable`. */
export const APPENDS_WAITING = 20_000;
/** Events in one commit. */
export const COMMIT_EVENTS = 1_000;
/** How long an append may wait for the store before its author is told to try again. */
export const APPEND_TIMEOUT_MS = 10_000;
/** After authors were told so: how long until the appends that came later are looked at, all that are due in one go. */
export const TIMEOUT_CHECK_MS = 1_000;
/** Rooms that a process remembers as reported damaged; any others are reported whenever they are read. */
export const DAMAGED_ROOMS = 1_000;
/** How often messages past retention are removed. */
export const RETENTION_SWEEP_MS = 60 * 1000;
/** Changes that a room keeps for clients that resume. Their effects stay: they are in the messages. */
export const CHANGES_KEPT = 20_000;
/** Bots of one store: all of them are listed at once. */
export const BOTS = 100;
