/** Bounds that several stores share, and that of a store in memory. @module */

/** How often a process looks for messages of other processes of which it got no hint, and whether the file that they share is still the same. */
export const HEADS_POLL_MS = 1_000;
/** Bytes of a store in memory; `STORE_BYTES` may make it less. */
export const IN_MEMORY_BYTES = 256 * 1024 * 1024;

/** Invitations of one room that are not over. */
export const INVITES_PER_ROOM = 100;
/** Reports of one room: of more the oldest go. */
export const REPORTS_PER_ROOM = 500;
/** Reports of one message that are kept: enough to see that it was reported by many, and too few to push out those of others. */
export const REPORTS_PER_MESSAGE = 10;
/** How long a report is kept that nobody answers. */
export const REPORTS_KEPT_MS = 90 * 24 * 60 * 60 * 1000;
/** Rooms, of those with the newest events, in whose names and titles a text is looked for. */
export const ROOMS_SEARCHED = 1_000;
/** Rooms whose names, and rooms whose titles, begin with it that are found besides. */
export const ROOMS_FOUND = 200;
/** Rooms in which somebody has a place that are looked at: those that were made last. */
export const PLACES_SEARCHED = 2_000;
/** And of those in which others gave it the place, and it has done nothing. Apart, or strangers could push all of the first ones out. */
export const GIVEN_SEARCHED = 500;
/** Messages of a room of two people, the newest ones, in which the name of the other one is looked for. */
export const NAMES_SEARCHED = 50;
/** Numbers of a room among which one person's traces are looked for in one step. */
export const TRACED_EVENTS = 1_000;
/** Changes of a room itself that are kept as they were, the newest. Of those before, which are condensed, at most three stay for each place. */
export const ROOM_CHANGES_WHOLE = 5_000;
