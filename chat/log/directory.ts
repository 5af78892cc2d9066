/** What a store that can list its rooms says of them. @module */

/** For whom rooms are listed: those that it is banned from are not. */
export interface DirectoryReader {
  /** Its id. */
  id: string;
  /** By the clock, in milliseconds since the epoch: bans may be over by then. */
  now: number;
}

/**
 * Which rooms to list, those with the newest events first: the public ones that keep a message, and those in which the reader has a place. One
 * of two people is listed once it has had a message.
 */
export interface DirectoryRange {
  /** Absent: somebody who has a place nowhere. */
  reader?: DirectoryReader;
  /** Only those in which the reader has a place. In very many rooms not all are looked at: see `PLACES_SEARCHED` in `stores/bounds.ts`. */
  mine?: true;
  /** With `mine`: only this one. */
  only?: string;
  /** Those whose names or titles have this in them, without regard to case. In a store of very many rooms it is not looked for in all of them. */
  query?: string;
  /** Only those behind this one, as it was listed. */
  after?: Pick<ListedRoom, "room" | "ts">;
  /** How many at most. */
  limit: number;
}

/** A room as it is listed. */
export interface ListedRoom {
  /** Its name. */
  room: string;
  /** Its newest event. */
  head: number;
  /** When that was stored, in milliseconds since the epoch. */
  ts: number;
}

/** A room as a reader is told of it. What is not set is absent. */
export interface DirectoryRoom extends ListedRoom {
  /** What its owner calls it. */
  title?: string;
  /** What its owner says it is about. */
  topic?: string;
  /** How many are at least members by their roles. */
  places?: number;
  /** The reader is one of them. */
  mine?: true;
  /** The other one, in a room of two people; the name under which it wrote last, if that was lately. */
  with?: { id: string; name?: string };
}
