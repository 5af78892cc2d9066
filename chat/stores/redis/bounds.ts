/** The Redis store's bounds. @module */

/** Bytes of messages told to other processes with a hint; above it they read them from the store. */
export const HINT_BYTES = 64 * 1024;
/** Characters of such messages that wait until Redis is known to have written them; above it they are read as well. */
export const HEARD_CHARACTERS = 4 * 1024 * 1024;
/**
 * Commits whose tokens Redis keeps, 12 bytes each, so that a server can tell whether what it has seen is still there. One that was
 * cut off for longer than that cannot tell, and takes it for lost.
 */
export const HISTORY_COMMITS = 500_000;
/** How long Redis may say nothing, pings unanswered, before the connection is given up. */
export const REDIS_SILENCE_MS = 8_000;
/** The longest wait between attempts to reach Redis again. */
export const REDIS_RECONNECT_MS = 1_000;
/** Rooms read in one look for messages of others; the others come next. */
export const HEADS_POLL_ROOMS = 500;
