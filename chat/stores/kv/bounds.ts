/** The bounds of the store in Deno KV: its own limits, and ours. @module */

/** Keys that it reads at one instant: its own limit. */
export const KV_KEYS_AT_ONCE = 10;
/** Checks in one transaction: its own limit. */
export const KV_COMMIT_CHECKS = 100;
/** Bytes of messages in one transaction, whose limit is 800 KiB with keys and all. */
export const KV_COMMIT_BYTES = 512 * 1024;
/** Attempts at a transaction that others keep coming between. */
export const KV_TRIES = 50;
/** Rooms whose heads are remembered between commits. */
export const KV_ROOMS = 10_000;
/** How often a process looks for messages of others on its machine: looking costs nothing there, and nothing else reports them. */
export const KV_POLL_MS = 50;
/** Messages removed in one transaction, whose limit is 1,000 changes; a message is two. */
export const KV_TRIM_MESSAGES = 250;
/** Rooms checked in one step of trimming. */
export const KV_TRIM_ROOMS = 100;
/** For how long, and how often, a starting server checks whether another process has released a Deno KV file. */
export const KV_OPEN_MS = 15_000;
export const KV_OPEN_AGAIN_MS = 100;
