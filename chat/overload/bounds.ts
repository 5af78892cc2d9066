/** When there is too much to do or to keep, and how much of it goes. @module */

/** How often it is looked whether there is more to do or to keep than the process can. */
export const WATCHDOG_MS = 500;
/** Such looks in a row before anything is done about it: a stall is one. */
export const OVERLOAD_LOOKS = 4;
/** How late such a look may come. */
export const OVERLOAD_LAG_MS = 1_000;
/** Below this share of either bound it counts as better, and after so many looks in a row as over. */
export const OVERLOAD_RELIEVED_SHARE = 0.9;
/** See {@linkcode OVERLOAD_RELIEVED_SHARE}. */
export const OVERLOAD_RELIEVED_LOOKS = 4;
/** The share of the connections that cost too much which is closed at one look. */
export const SHED_SHARE = 0.1;
/** Longest delay that a client is asked for which is closed because of overload. */
export const SHED_SPREAD_MS = 30_000;
/** Resident memory that may be used where the operator sets nothing and the machine is not asked: a small one has 1 GB. */
export const MEMORY_BYTES = 768 * 1024 * 1024;
/** The share of the machine's memory, and of V8's heap, that may be used. */
export const MEMORY_SHARE = 0.8;
