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
/** Events removed in one step of trimming, so that it holds up nobody. */
export const TRIM_EVENTS = 50;
/** Reactions to removed messages that go in one step. */
export const TRIM_REACTIONS = 500;

/** How soon after a text is erased the write-ahead log is emptied as well, and how soon that is tried again. */
export const ERASE_MS = 30_000;
export const ERASE_AGAIN_MS = 5_000;
/** The pause between two steps of what else follows: each is a commit. */
export const TIDY_MS = 20;

/** Texts that are looked at in one step of cleaning, and how many of them may be moved. */
export const CLEAN_TEXTS = 1_000;
export const MOVE_TEXTS = 100;
/** The part of the texts that must be erased for that: the space of so many may be wasted. */
export const CLEAN_PART = 0.25;
/** Not for fewer than this. */
export const LEAST_ERASED = 64;
/**
 * Erased texts that stay before the first one that is not: at least three pages of 4 KiB full, because SQLite rearranges the page from which a row is
 * removed together with at most two neighbours. A row has at least 16 bytes there, and of a long one only its first 489 bytes must be.
 */
export const MARGIN_BYTES = 4 * 4_096;
export const MARGIN_TEXTS = MARGIN_BYTES / 16;
export const ROW_BYTES = 489;

/** Steps of removing that a commit may take to make space in a store in memory. */
export const MAKE_SPACE_STEPS = 20;

/** Messages that are brought into a new format in one turn of the event loop. */
export const UPGRADE_MESSAGES = 10_000;
/** Free pages that are written over at a time. */
export const FILLER_PAGES = 1_000;
/** How often the operator is told how far that is. */
export const UPGRADE_TOLD_MS = 5_000;
/** What is written at once to reserve space on the disk. */
export const RESERVE_BYTES = 65_536;
