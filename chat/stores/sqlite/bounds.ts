/** The SQLite store's bounds. @module */

/** How often, and how many times, a starting server looks whether another process has let go of a SQLite file. */
export const SQLITE_OPEN_AGAIN_MS = 50;
export const SQLITE_OPEN_TRIES = 10;
/** How long a write waits for somebody else who has locked the SQLite file: less than an append may wait. */
export const LOCKED_MS = 2_000;
/** How often it is tried meanwhile. */
export const LOCKED_AGAIN_MS = 20;
/** Rooms looked at in one step of trimming. */
export const TRIM_ROOMS = 1_000;
