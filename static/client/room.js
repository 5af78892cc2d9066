/** One room as a client knows it. @module */

import { isMessage, isNumber } from "./lines.js";

/** @import { Message, Position, Quote, Role, RoomEvent, RoomSettings } from "./lines.js" */

/**
 * A place in a room. `era` counts the epochs that this client has seen of the room: `seq` can be compared only within one.
 * @typedef {{ era: number, seq: number }} Place
 */

/**
 * A message as it is kept. `from`: it is the only message from there to its own place, as far as the server has them, so that
 * a number between two messages that is no message is no gap. `ordinal`: how many messages the room had with it, where that
 * is known. One that is unknown is a change of the room, or something that this client does not know; it has a place all the same.
 * @typedef {Place & Message & { from: number, ordinal?: number, unknown?: RoomEvent }} Item
 */
/** What is kept of a standing: a ban and a mute end each for itself. @typedef {{ role: Role, bannedUntilMs: number, mutedUntilMs: number }} Held */
/** The end of what is known: all that comes after it is not. @typedef {Place & { from: number, ordinal?: number }} End */

/** Orders messages. @param {Place} a @param {Place} b */
export function byPlace(a, b) {
  return a.era - b.era || a.seq - b.seq;
}

/** Where in a list by rising place the first one is that is not before a place. @param {Place[]} places @param {Place} place */
export function indexOf(places, place) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byPlace(/** @type {Place} */ (places[middle]), place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The one at a place, if it is among these. @template {Place} At @param {At[]} places @param {Place} place */
export function at(places, place) {
  const found = places[indexOf(places, place)];
  return found !== undefined && byPlace(found, place) === 0 ? found : undefined;
}

/** The first of them that comes after a place. @template {Place} At @param {At[]} places @param {Place} place */
export function firstBehind(places, { era, seq }) {
  return places[indexOf(places, { era, seq: seq + 1 })];
}

/**
 * @param {RoomEvent} event
 * @param {Pick<Item, "era" | "from" | "ordinal">} where
 * @returns {Item}
 */
export function toItem(event, { era, from, ordinal }) {
  const where = { era, from, ordinal };
  if (!isMessage(event)) {
    const ts = isNumber(event.ts) ? event.ts : 0;
    return { ...where, seq: event.seq, id: "", name: "", text: "", ts, unknown: event };
  }
  const { seq, id, name, text, ts, nonce, rev, version, deleted, reactions, reply, replies, mentions } = event;
  return { ...where, seq, id, name, text, ts, nonce, rev, version, deleted, reactions, reply, replies, mentions };
}

/**
 * The items of a page, which has every message from `from` to its last one.
 *
 * @param {RoomEvent[]} events
 * @param {Pick<Item, "era" | "from" | "ordinal">} where `ordinal`: that of the first
 * @returns {Item[]}
 */
export function toItems(events, { era, from, ordinal }) {
  return events.map((event, index) => {
    const before = events[index - 1];
    return toItem(event, {
      era,
      from: before === undefined ? from : before.seq + 1,
      ordinal: ordinal === undefined ? undefined : ordinal + index,
    });
  });
}

/**
 * Its fields are for reading; {@linkcode Rooms} changes them. `untilMs`, `may`, `settings`, `between`, `places`, `recent` and `quotes` are filled in by a
 * `Keeper` only.
 */
export class Room {
  /** The life of its numbers; empty until it has been joined. */
  epoch = "";
  /** How often that has changed. */
  era = 0;
  /** The last event received: everything up to it was handed on, or reported as a gap. */
  seq = 0;
  /** From there on no message was received yet, nor missed: where the next one's `from` is. */
  from = 1;
  /** How many messages it has had up to `seq`, if that is known. @type {number | undefined} */
  ordinal;
  /** Whether what is new in it comes at once. */
  joined = false;
  /** Whether it has been asked for that. */
  joining = false;
  /** Whether what comes is passed over, and its place stays where it is. */
  held = false;
  /** Why it cannot be joined, by the server's code, as it last said. @type {string | undefined} */
  refused;
  /** Until when, if that ends, in milliseconds since the epoch. @type {number | undefined} */
  refusedUntilMs;
  /** When one may write, which one may not now, if that comes by itself. @type {number | undefined} */
  untilMs;
  /** What the server lets this client do in it, as it last said. @type {Set<string>} */
  may = new Set();
  /** What was set in it, if anything was; what is absent is as in a room that nobody owns. @type {Partial<RoomSettings> | undefined} */
  settings;
  /** The two whose room it is, if it is such a room. @type {string[] | undefined} */
  between;
  /** Those who are or were more or less than guests, by id. @type {Map<string, Held>} */
  places = new Map();
  /** @type {Item[]} the newest messages */
  recent = [];
  /** Messages that others answer, by number; of those that are longer only the beginning. @type {Map<number, Quote>} */
  quotes = new Map();
  /** Nothing older than this is kept by the server, as far as is known. */
  keptFrom = 1;
  /** @type {Map<string, string>} names by id */
  members = new Map();
  /** They may be more than have a name here. */
  memberCount = 0;
  /** @type {Map<string, number>} until when each id counts as typing, on the world's clock `elapsed` */
  typing = new Map();

  /** @param {string} name @param {Position & { ordinal?: number }} [after] everything up to there has been received */
  constructor(name, after) {
    this.name = name;
    if (after === undefined) return;
    this.epoch = after.epoch;
    this.seq = after.seq;
    this.from = after.seq + 1;
    this.ordinal = after.ordinal;
  }

  /** The place after the newest message. @returns {End} */
  get end() {
    const { era, seq, from, ordinal } = this;
    return { era, seq: seq + 1, from, ordinal: ordinal === undefined ? undefined : ordinal + 1 };
  }
}

/** Whether the server still has what is at a place of a room, as far as is known; or it was of another life of its store. @param {Room} room @param {Place} place */
export function isKept(room, { era, seq }) {
  return era < room.era || seq >= room.keptFrom;
}
