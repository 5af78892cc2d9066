/** The log's bounds. A name ends in its unit; without one it is a count. @module */

/** Appends waiting for the store, over all rooms. Beyond it `publish` is answered `unavailable`. */
export const APPENDS_WAITING = 20_000;
/** The longest that an event waits so as to share a commit with others. */
export const COMMIT_DELAY_MS = 4;
/** A commit that begins within this of the one before: events come so fast that the next had better be shared. */
export const SOON_MS = 2 * COMMIT_DELAY_MS;
/** Events in one commit. */
export const COMMIT_EVENTS = 1_000;
/** How long an append may wait for the store before its author is told to try again. */
export const APPEND_TIMEOUT_MS = 10_000;
/** After authors were told so: how long until the appends that came later are looked at, all that are due in one go. */
export const TIMEOUT_CHECK_MS = 1_000;
/** For how long a store must have gone well until its trouble counts as over: one that refuses some and serves others is one incident. */
export const INCIDENT_OVER_MS = 5_000;
/** Rooms that a process remembers as reported damaged; any others are reported whenever they are read. */
export const DAMAGED_ROOMS = 1_000;
/** How often messages past retention are removed. */
export const RETENTION_SWEEP_MS = 60 * 1000;
/** Changes that a room keeps for clients that resume. Their effects stay: they are in the messages. */
export const CHANGES_KEPT = 20_000;
/** Bots of one store: all of them are listed at once. */
export const BOTS = 100;
/** For how long a process holds that somebody is in a room, unless it renews that: if it is killed, they are gone after this time. */
export const LEASE_MS = 6_000;
/** How often it renews that, and learns what others hold. */
export const LEASE_RENEW_MS = 2_000;
/** For how long changes of what it holds gather before they are stored. */
export const LEASE_GATHER_MS = 100;
/** Leases that are written, or read, by one statement: a few milliseconds of a process. */
export const LEASES_AT_ONCE = 250;
/** For how long a store keeps what is not held any more, at least: a process that has not read for longer begins anew. */
export const LEASES_KEPT_MS = 30_000;
/** Leases of other processes that one keeps of a room. Those who come beyond them are not counted there. */
export const LEASES_PER_ROOM = 100_000;
/** For how long signals gather before they are sent. */
export const SIGNAL_GATHER_MS = 50;
/** Signals that gather in that time; more are not sent. */
export const SIGNALS_WAITING = 1_000;
