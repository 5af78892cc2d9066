/** The bounds of overload, and how much of the load goes. @module */

/** How often the load is checked. */
export const WATCHDOG_MS = 500;
/** Checks in a row that find an overload before anything is done, and that find none before it is over: a single stall is one. */
export const OVERLOAD_LOOKS = 4;
/** How late a check may come. */
export const OVERLOAD_LAG_MS = 1_000;
/** Below this share of both bounds a check finds that it is better. */
export const OVERLOAD_RELIEVED_SHARE = 0.9;
/** The share of the too expensive connections that is closed at one check. */
export const SHED_SHARE = 0.1;
/** The longest delay asked of a client that is closed because of overload. */
export const SHED_SPREAD_MS = 30_000;
/** Resident memory that may be used if the operator sets nothing and the machine cannot be asked: a small one has 1 GB. */
export const MEMORY_BYTES = 768 * 1024 * 1024;
/** The share of the machine's memory, and of V8's heap, that may be used. */
export const MEMORY_SHARE = 0.8;
