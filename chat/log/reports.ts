/** The reports of messages that a store keeps, for the moderators of a room. @module */

/** A report, as somebody makes it. */
export interface Report {
  /** The message. */
  target: number;
  /** The id that reports it. It is kept so that nobody counts twice, and told to nobody. */
  by: string;
  /** What is wrong with it, in its words; perhaps empty. */
  reason: string;
}

/** A message that was reported, as moderators are told of it: without those who did. */
export interface Reported {
  target: number;
  /** How many ids have reported it, as far as their reports are kept. */
  count: number;
  /** When the last of them did, in milliseconds since the epoch. */
  ts: number;
  /** What they said, as far as they said something. */
  reasons: string[];
}

/** The reports of rooms. They go with their messages, and in any case after a time: `trim` removes them. All throw `StoreUnavailableError`. */
export interface Reports {
  /**
   * Keeps one, in the place of an earlier one of the same message by the same id. The oldest of too many in the room are forgotten by it; of very
   * many of one message the first are enough.
   */
  add(room: string, report: Report, now: number): Promise<void>;
  /** The messages that were reported, by falling number. @param before only those with a smaller one */
  list(room: string, before: number, limit: number): Promise<Reported[]>;
  /** How many messages that are. */
  count(room: string): Promise<number>;
  /** Those of one id, for whoever it tells what is kept of it. */
  ownOf(room: string, id: string): Promise<(Omit<Report, "by"> & { ts: number })[]>;
  /** Forgets the reports of a message. */
  resolve(room: string, target: number): Promise<void>;
}
