/** How the event loop is shared, and what counts as a stall. @module */

/** How much of a stall of ours is credited to clients that sent meanwhile. */
export const STALL_FORGIVEN_MS = 60_000;
/** Time in one turn of the event loop that goes into reading for joins, history and catching up, of all connections together. */
export const READ_TURN_MS = 5;
/** Such reads in one turn, however quick. */
export const READS_PER_TURN = 16;
/** The head start in reading of a connection that has read nothing lately. */
export const READ_CREDIT_MS = 50;
/** Connections, or rooms, that the sweep looks at in one turn of the event loop. */
export const SWEEP_SLICE = 500;
/** How often the event loop is checked: a late timer shows that it stood still. */
export const LOOP_BEAT_MS = 100;
/** A delay up to this counts as none. */
export const LOOP_LATE_MS = 50;
