/** What a store that can list its rooms says of them. @module */

/** Which rooms to list: of those that keep a message, the ones with the newest events, the newest first. */
export interface DirectoryRange {
  /** Those whose names have this in them. In a store of very many rooms it is not looked for in all of them. */
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
