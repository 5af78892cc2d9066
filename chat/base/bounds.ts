/** How the event loop is shared, and what its stalls are. @module */

/** How much of a stall of our own is made good to those who sent meanwhile. */
export const STALL_FORGIVEN_MS = 60_000;
/** Time in one turn of the event loop that goes into reading for joins, history and catching up, of all connections together. */
export const READ_TURN_MS = 5;
/** Such reads in one turn, however quick. */
export const READS_PER_TURN = 16;
/** Reading that a connection which has read nothing of late has before the others. */
export const READ_CREDIT_MS = 50;
/** Connections, or rooms, that the sweep looks at in one turn of the event loop. */
export const SWEEP_SLICE = 500;
/** How often the event loop is looked at: a timer that is late says that it stood still. */
export const LOOP_BEAT_MS = 100;
/** How late is nothing to speak of. */
export const LOOP_LATE_MS = 50;
