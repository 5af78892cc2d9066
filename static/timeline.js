/**
 * The messages of the shown room that are in the document: a window of bounded size over the room's history.
 *
 * @module
 */

import { PAGE_MESSAGES } from "./client/limits.js";
import { byPlace } from "./client/room.js";
import * as limits from "./limits.js";

/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Rooms } from "./client/rooms.js" */

/** The window of one room, from its newest messages on. */
export class Timeline {
  #rooms;
  #changed;
  /** @type {Item[]} by rising place */
  items;
  /** Whether `items` reach to the newest message. */
  tail = true;
  /** Whether the reader is at the newest message, so that older ones may go. */
  follow = true;

  /** @param {Rooms} rooms @param {Room} room @param {() => void} changed */
  constructor(rooms, room, changed) {
    this.#rooms = rooms;
    this.#changed = changed;
    this.room = room;
    this.items = room.recent.slice();
  }

  /** Whether there is nothing to fetch before `items`. */
  get start() {
    const first = this.items[0] ?? this.room.end;
    return this.room.epoch !== "" && (first.era < this.room.era || first.seq <= this.room.keptFrom);
  }

  jump() {
    this.follow = true;
    if (!this.tail || this.items.length === 0) this.items = this.room.recent.slice();
    this.tail = true;
    this.#trim("front");
    this.#changed();
  }

  /** The room has another message. @param {Item} item */
  received(item) {
    if (!this.tail) return;
    this.items.push(item);
    const most = limits.WINDOW_MESSAGES + limits.WINDOW_SLACK_MESSAGES;
    if (this.items.length > most) this.#trim(this.follow ? "front" : "back");
  }

  loadNewest() {
    if (this.room.keptFrom <= this.room.seq) this.load(this.room.end, () => {});
  }

  /** Fetches the messages before a place. @param {Place} place @param {() => void} done called in any case */
  load(place, done) {
    this.#rooms.history(this.room, place, (items) => {
      if (items !== undefined) this.#insert(place, items);
      done();
    });
  }

  /** Fetches what follows the last item, where that is not the newest message. @param {() => void} done */
  loadNewer(done) {
    const { room } = this;
    const last = this.items.at(-1);
    if (last === undefined || last.era !== room.era) return void (this.jump(), done());
    const next = room.recent.findIndex((item) => byPlace(item, last) > 0);
    if (room.recent[next]?.seq === last.seq + 1) {
      this.items.push(...room.recent.slice(next));
      this.tail = true;
      this.#trim("front");
      this.#changed();
      return done();
    }
    this.load({ era: room.era, seq: Math.min(last.seq + PAGE_MESSAGES, room.seq) + 1 }, done);
  }

  /** @param {Place} place @param {Item[]} items */
  #insert(place, items) {
    const next = this.items.findIndex((item) => byPlace(item, place) >= 0);
    // So much has come since it was asked for that the window has moved on: it would leave a gap behind it.
    const item = this.items[next];
    if (item !== undefined && byPlace(item, place) > 0) return;
    const at = next < 0 ? this.items.length : next;
    const before = this.items[at - 1];
    this.items.splice(at, 0, ...items.filter((item) => before === undefined || byPlace(item, before) > 0));
    if (this.items.at(-1)?.seq === this.room.seq) this.tail = true;
    this.#trim(at < this.items.length / 2 ? "back" : "front");
    this.#changed();
  }

  /** @param {"front" | "back"} end which to take from */
  #trim(end) {
    const excess = this.items.length - limits.WINDOW_MESSAGES;
    if (excess <= 0) return;
    if (end === "front") return void this.items.splice(0, excess);
    this.items.splice(-excess);
    this.tail = false;
  }
}
