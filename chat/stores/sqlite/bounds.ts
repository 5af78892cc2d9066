/** The SQLite store's bounds. @module */

/** For how long, and how often, a starting server looks whether another process has let go of the file. */
export const SQLITE_OPEN_MS = 500;
export const SQLITE_OPEN_AGAIN_MS = 50;
/** How long a write waits for another program that has locked the SQLite file: less than an append may wait. */
export const LOCKED_MS = 2_000;
/** How often it is tried meanwhile. */
export const LOCKED_AGAIN_MS = 20;
/** Rooms checked in one step of trimming. */
export const TRIM_ROOMS = 1_000;
/** Messages removed in one step of trimming, so that it holds up nobody. */
export const TRIM_MESSAGES = 50;
