/** Bounds that several stores share, and those of the store in memory. @module */

/** How long a starting server waits for its store. */
export const STORE_OPEN_MS = 15_000;
/** How often a process looks for messages of other processes of which it got no hint. */
export const HEADS_POLL_MS = 1_000;
/** Messages removed in one step of trimming, so that it holds up nobody. */
export const TRIM_MESSAGES = 50;
/** Rooms the memory store keeps: beyond it the one that was longest without a message is forgotten, if nobody is in it. */
export const MEMORY_ROOMS = 1_000;
/** Bytes of messages that the memory store keeps, by an estimate; `STORE_BYTES` may make it less. */
export const MEMORY_STORE_BYTES = 256 * 1024 * 1024;
