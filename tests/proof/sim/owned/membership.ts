/** What a client of the simulation was given while it was in a room: the evidence. @module */

/** A line that came. */
export interface Seen {
  type: string;
  /** The newest event of the room when it came. */
  head: number;
  /** Of an event: its number. */
  seq?: number;
  /** The last change of a message that is in it; 0 if there is none. */
  rev: number;
  /** The marks of the texts in it: see {@linkcode marksIn}. */
  marks: string[];
  /** Of an answer to that question: who reacted. */
  reactors?: { target: number; emoji: string; ids: string[] };
}

export interface Membership {
  client: string;
  id: string;
  room: string;
  /** The room's newest event by the reply, and when that came. Of a plain client, who is not told: 0 and infinity. */
  joined: { seq: number; head: number };
  /** The event that is to come next. */
  next: number;
  seen: Seen[];
  removed?: { seq: number; code: string };
}

/** Every text has a mark of its own, by which the event is known that brought it, wherever it is shown. */
export function marksIn(line: string): string[] {
  return line.match(/<\w+\.\d+>/g) ?? [];
}
