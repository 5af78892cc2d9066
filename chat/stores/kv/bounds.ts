/** The bounds of the store in Deno KV: its own limits, and ours. @module */

/** Keys that it reads at one instant: its own limit. */
export const KV_KEYS_AT_ONCE = 10;
/** Entries that it lists at one instant: half of its own limit. */
export const KV_LIST_ENTRIES = 500;
/** Checks in one transaction: its own limit. */
export const KV_COMMIT_CHECKS = 100;
/** Events in one transaction, whose own limit is 1,000 keys: an event writes five at most, and each room one. */
export const KV_COMMIT_EVENTS = 150;
/** Bytes that one transaction writes, whose own limit is 800 KiB with keys and all. */
export const KV_COMMIT_BYTES = 512 * 1024;
/** Bytes of the keys that one transaction writes: its own limit is 80 KiB. */
export const KV_COMMIT_KEY_BYTES = 72 * 1024;
/** Attempts at a transaction that others keep coming between. */
export const KV_TRIES = 50;
/** Attempts to read a page none of whose messages changes meanwhile. In a room where they always do, it is right without that. */
export const KV_INSTANT_TRIES = 5;
/** Rooms whose heads are remembered between commits. */
export const KV_ROOMS = 10_000;
/** How often a process looks for messages of others on its machine: looking costs nothing there, and nothing else reports them. */
export const KV_POLL_MS = 50;
/** Messages, and changes, removed in one transaction: its own limit is 1,000 keys, and a message is four, a change two. */
export const KV_TRIM_MESSAGES = 150;
export const KV_TRIM_CHANGES = 150;
/** Reactions removed in one transaction; each is two keys. */
export const KV_TRIM_REACTIONS = 400;
/** Rooms checked in one step of trimming. */
export const KV_TRIM_ROOMS = 100;
/** For how long, and how often, a starting server checks whether another process has released a Deno KV file. */
export const KV_OPEN_MS = 15_000;
export const KV_OPEN_AGAIN_MS = 100;
