/** Bounds that several stores share, and that of a store in memory. @module */

/** How often a process looks for messages of other processes of which it got no hint. */
export const HEADS_POLL_MS = 1_000;
/** Bytes of a store in memory; `STORE_BYTES` may make it less. */
export const IN_MEMORY_BYTES = 256 * 1024 * 1024;
