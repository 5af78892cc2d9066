/** Bounds that several stores share, and those of the store in memory. @module */

/** How often a process looks for messages of other processes of which it got no hint. */
export const HEADS_POLL_MS = 1_000;
/** Rooms the memory store keeps: beyond it the one that was longest without a message is forgotten, if nobody is in it. */
export const MEMORY_ROOMS = 1_000;
/** Bytes of messages that the memory store keeps, by an estimate; `STORE_BYTES` may make it less. */
export const MEMORY_STORE_BYTES = 256 * 1024 * 1024;
