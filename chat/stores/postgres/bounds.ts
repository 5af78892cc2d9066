/** The Postgres store's bounds. @module */

/** Connections of one process for reading, besides one that commits and one that listens. */
export const READING_CONNECTIONS = 6;
/** For how long those that it has must do, once the server has refused one more. */
export const PG_CROWDED_MS = 5_000;
/** What may wait for one of them, or for that which commits, and how long for its turn; what is more is answered as unavailable. */
export const WORK_WAITING = 10_000;
export const WORK_WAITING_MS = 8_000;
/** For how long, and how often, a starting server tries to reach it. */
export const PG_OPEN_MS = 15_000;
export const PG_OPEN_AGAIN_MS = 250;
/** For how long a connection may take to be made. */
export const PG_CONNECT_MS = 5_000;
/** After this long the server ends a statement, or the wait for a row that another process has locked. */
export const PG_STATEMENT_MS = 5_000;
/** After this long it ends a transaction of a process that does not go on with it. */
export const PG_IDLE_TRANSACTION_MS = 5_000;
/** After this long its answer is not waited for any more: less than an append may wait. */
export const PG_ANSWER_MS = 8_000;
/** How often a transaction is tried that others came between. */
export const PG_TRIES = 10;
/** Statements that are sent before the first is answered. */
export const PG_PIPELINE = 100;
/** Rooms of which what follows a number is read at once, and events of all of them together: a few milliseconds of a process. */
export const PG_RUNS_AT_ONCE = 250;
export const PG_RUNS_EVENTS = 1_000;
/** How often the heads of followed rooms are read, in case that a notice was lost. */
export const PG_LOOK_MS = 2_000;
/** Rooms whose heads are read at once. */
export const PG_ROOMS_AT_ONCE = 10_000;
/** Bytes of one notice: Postgres takes less than 8,000. */
export const PG_NOTICE_BYTES = 7_000;
/** Rooms among which one step of the trim looks for one that keeps too much. */
export const PG_TRIM_ROOMS = 1_000;
/** Events removed in one transaction, which keeps their room locked. */
export const PG_TRIM_EVENTS = 500;
/** How often leases are removed of which nobody needs to know any more. */
export const PG_LEASES_SWEEP_MS = 60_000;
