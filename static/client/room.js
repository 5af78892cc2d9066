/** One room as a client knows it. @module */

import { isMessage, isNumber } from "./lines.js";

/** @import { Message, RoomEntry } from "./lines.js" */

/**
 * A place in a room. `era` counts the epochs that this client has seen of the room: `seq` can be compared only within one.
 * @typedef {{ era: number, seq: number }} Place
 */

/**
 * A message as it is kept. One that is unknown is something else, which this client cannot show; it has a place all the same.
 * @typedef {Place & Message & { unknown?: true }} Item
 */

/** Orders messages. @param {Place} a @param {Place} b */
export function byPlace(a, b) {
  return a.era - b.era || a.seq - b.seq;
}

/** @param {RoomEntry} entry @param {number} era @returns {Item} */
export function toItem(entry, era) {
  if (!isMessage(entry)) {
    const ts = isNumber(entry.ts) ? Number(entry.ts) : 0;
    return { era, seq: entry.seq, id: "", name: "", text: "", ts, unknown: true };
  }
  const { seq, id, name, text, ts, nonce } = entry;
  return { era, seq, id, name, text, ts, nonce };
}

/** Its fields are for reading; {@linkcode Rooms} changes them. */
export class Room {
  /** The life of its numbers; empty until it has been joined. */
  epoch = "";
  /** How often that has changed. */
  era = 0;
  /** The last message received: everything up to it was handed on, or reported as a gap. */
  seq = 0;
  /** Whether what is new in it comes at once. */
  joined = false;
  /** Whether it has been asked for that. */
  joining = false;
  /** @type {Item[]} the newest messages */
  recent = [];
  /** Nothing older than this is kept by the server, as far as is known. */
  keptFrom = 1;
  /** @type {Map<string, string>} names by id */
  members = new Map();
  /** They may be more than have a name here. */
  memberCount = 0;
  /** @type {Map<string, number>} until when each id counts as typing, on the world's clock `elapsed` */
  typing = new Map();

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** The place after the newest message. @returns {Place} */
  get end() {
    return { era: this.era, seq: this.seq + 1 };
  }

  /**
   * What is missing before a place: nothing; or messages, how many (where that can be known), and whether they are still
   * to be had.
   *
   * @param {Item | undefined} before the message before it, of those that are there
   * @param {Place} place
   * @returns {{ count: number | undefined, loadable: boolean } | undefined}
   */
  gap(before, place) {
    if (before === undefined || (before.era === place.era && before.seq + 1 >= place.seq)) return undefined;
    const count = before.era === place.era ? place.seq - before.seq - 1 : undefined;
    return { count, loadable: place.era === this.era && place.seq > this.keptFrom };
  }
}
