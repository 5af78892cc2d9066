/**
 * Every bound of the client. A name ends in its unit: `_MS`, `_BYTES`; without one it is a count. The server's limits
 * come in `welcome`; their figures here are only used until then.
 *
 * @module
 */

export const FRAME_BYTES = 65536;
export const FRAME_LINES = 32;
/** Commands sent at once after being quiet. */
export const COMMAND_BURST = 30;
export const COMMANDS_PER_S = 10;
export const BYTES_PER_S = 65536;
/** The share of the server's rates that is used: delayed commands arrive in a bunch, and must fit as well. */
export const RATE_SHARE = 0.8;
/** Commands waiting to be sent or answered. */
export const COMMANDS_WAITING = 200;

export const TICK_MS = 1000;
/** How long a connection may take to open, and then to be welcomed. */
export const OPEN_MS = 10_000;
/** Quiet time after which the server is pinged. */
export const PING_MS = 20_000;
/** How long a command may stay unanswered before the server is pinged: a frozen one is noticed sooner. */
export const DOUBT_MS = 3000;
/** How long a ping may stay unanswered. */
export const PONG_MS = 10_000;
/** How long any other command may stay unanswered before it counts as `unavailable`. */
export const REPLY_MS = 15_000;
/** First bound of the random time before reconnecting; it doubles with each failure. */
export const BACKOFF_MS = 500;
export const BACKOFF_MOST_MS = 30_000;
/** How long a connection must have lasted for the back-off to start from its first bound. */
export const STABLE_MS = 60_000;
/** Least time between two attempts to connect that {@linkcode Link.wake} sets off. */
export const WAKE_MS = 1000;
/** How long to stay away after being closed for bad behaviour. */
export const PENALTY_MS = 30_000;

/** Newest messages kept of each room. */
export const RECENT_MESSAGES = 100;
export const PAGE_MESSAGES = 100;
/** Messages that are kept of a room because others answer them. */
export const QUOTES = 200;
export const PEOPLE = 500;
export const TYPING_SHOWN_MS = 6000;

/** Events of a room that a program has not taken yet: beyond them it is sent no more, until it has taken half. */
export const QUEUED_EVENTS = 5000;

export const UNSENT_MESSAGES = 200;
/** How often a client renews its unsent messages. */
export const UNSENT_RENEW_MS = 10_000;
/** How long after the last renewal another client takes them over. */
export const UNSENT_LEASE_MS = 30_000;
/** How long to wait before asking again if the server does not say. */
export const RETRY_MS = 1000;
/** How long to wait at most before asking again whether a room's slow mode lets a message in. */
export const SLOW_MS = 60_000;
