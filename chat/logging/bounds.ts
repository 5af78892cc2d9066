/** The bounds of the service's own log. @module */

/**
 * Bytes of the service's own log that wait to be written; above it lines are dropped and counted. A stopping server ends all its
 * connections at once, and each has a line.
 */
export const LOG_WAITING_BYTES = 16 * 1024 * 1024;
/**
 * Bytes of the log in one write: as many as a pipe takes in one piece, so that lines of several processes are not mixed. On a
 * disk that fills no more than these may be there in part.
 */
export const LOG_BATCH_BYTES = 4 * 1024;
/** How long the log rests after a write failed, before it tries again. */
export const LOG_RETRY_MS = 1_000;
/** How long an ending process tries to write the rest of its log. */
export const LOG_CLOSE_MS = 500;
/** Lines about one kind of event that strangers can cause at will, in `LIMITED_LINES_MS`; the others are counted in one line. */
export const LIMITED_LINES = 20;
/** How long it takes until as many may be written again. */
export const LIMITED_LINES_MS = 10_000;
/** How much of a string that a stranger sent is logged, in characters. */
export const LOGGED_CHARACTERS = 200;
