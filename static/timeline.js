/**
 * The messages of the shown room that are in the document: a window of bounded size over the room's history.
 *
 * @module
 */

import { revOf } from "./client/changes.js";
import { PAGE_MESSAGES } from "./client/limits.js";
import { applyAt, at, indexOf } from "./client/room.js";
import * as limits from "./limits.js";

/** @import { Quote, RoomEvent } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Page, Rooms } from "./client/rooms.js" */

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
  /** Whether the reader has been brought to where the room is read on from: again after each interruption. */
  landed = false;
  /** Whether the reader has written while the room was not there. */
  wrote = false;
  /** The number of the message that is to be shown. @type {number | undefined} */
  wanted;
  /** The last item that may have changed in a gap. @type {Item | undefined} */
  #doubted;

  /** @param {Rooms} rooms @param {Room} room @param {() => void} changed */
  constructor(rooms, room, changed) {
    this.#rooms = rooms;
    this.#changed = changed;
    this.room = room;
    this.items = room.recent.slice();
  }

  /** Whether there is nothing to fetch before `items`. */
  get start() {
    const { room } = this;
    const first = this.items[0] ?? room.end;
    return room.epoch !== "" && (first.era < room.era || first.from <= room.keptFrom);
  }

  /** The message with a number, or what is known of it because others answer it. @param {number} seq @returns {Item | Quote | undefined} */
  find(seq) {
    const place = { era: this.room.era, seq };
    return at(this.items, place) ?? at(this.room.recent, place) ?? this.room.quotes.get(seq);
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

  /** Something happened to a message. @param {RoomEvent} event @param {Place} place that of the message */
  changed(event, place) {
    // Read again, it will have this.
    if (this.#isDoubted(place)) return;
    applyAt(this.items, event, place, this.#rooms.me);
  }

  /** Events were passed over, so that nobody has told of changes. */
  gap() {
    this.#doubted = this.items.findLast(({ era }) => era === this.room.era);
  }

  /** The room is joined: what it does not keep any more goes, and what may have changed in a gap is fetched again. */
  joined() {
    this.items = this.items.filter((item) => this.room.keeps(item));
    this.#refresh();
    this.#changed();
  }

  #refresh() {
    const last = this.#doubted;
    if (last === undefined) return;
    if (last.era !== this.room.era) return void (this.#doubted = undefined);
    const { era, seq, ordinal } = last;
    const end = { era, seq: seq + 1, ordinal: ordinal === undefined ? undefined : ordinal + 1 };
    const doubted = this.items.filter((item) => this.#isDoubted(item));
    // None of them is kept any more.
    if (doubted.length === 0) return void (this.#doubted = undefined);
    this.#rooms.history(this.room, end, (page) => {
      // It is not joined any more, and will be again.
      if (page === undefined || this.#doubted !== last) return;
      this.#put(page);
      const before = this.items[indexOf(this.items, { era: last.era, seq: page.from }) - 1];
      this.#doubted = before?.era === last.era ? before : undefined;
      this.#refresh();
    }, Math.min(doubted.length, PAGE_MESSAGES));
  }

  loadNewest() {
    if (this.room.keptFrom <= this.room.seq) this.load(this.room.end, () => {});
  }

  /** Fetches the messages before a place. @param {Place & { ordinal?: number }} place @param {() => void} done called in any case */
  load(place, done) {
    this.#rooms.history(this.room, place, (page) => {
      if (page !== undefined) this.#put(page);
      done();
    });
  }

  /** Fetches the messages after an item. @param {Item} item @param {() => void} done called in any case */
  loadAfter(item, done) {
    this.#rooms.historyAfter(this.room, item, (page) => {
      if (page !== undefined) this.#put(page);
      done();
    });
  }

  /** Fetches what follows the last item, where that is not the newest message. @param {() => void} done */
  loadNewer(done) {
    const { room } = this;
    const last = this.items.at(-1);
    if (last === undefined || last.era !== room.era) return void (this.jump(), done());
    const next = indexOf(room.recent, { era: room.era, seq: last.seq + 1 });
    if ((room.recent[next] ?? room.end).from > last.seq + 1) return this.loadAfter(last, done);
    this.items.push(...room.recent.slice(next));
    this.tail = true;
    this.#trim("front");
    this.#changed();
    done();
  }

  /**
   * Moves the window to a place that may not be in it, with what is around it.
   *
   * @param {{ seq: number, ordinal?: number }} place in the present life of the room
   * @param {() => void} done called in any case
   */
  show({ seq, ordinal }, done) {
    const { room } = this;
    const place = { era: room.era, seq, ordinal };
    this.follow = false;
    if (at(this.items, place) !== undefined) return done();
    const behind = { ...place, seq: seq + 1, ordinal: ordinal === undefined ? undefined : ordinal + 1 };
    this.#rooms.history(room, behind, (before) => {
      if (before === undefined) return done();
      this.#rooms.historyAfter(room, before.items.at(-1) ?? place, (after) => {
        if (after === undefined || before.era !== room.era) return done();
        this.items = [...before.items, ...after.items];
        this.tail = after.to >= room.from - 1;
        this.#changed();
        done();
      });
    });
  }

  /** Puts a page in. @param {Page} page */
  #put({ items, era, from, to }) {
    const low = indexOf(this.items, { era, seq: from });
    const high = indexOf(this.items, { era, seq: to + 1 });
    const known = this.items.slice(low, high);
    const before = this.items[low - 1];
    const next = this.items[high];
    // So much has come since it was asked for that the window has moved on: it would stand alone.
    const continues = before?.era === era && before.seq + 1 >= from;
    if (known.length === 0 && next !== undefined && next.from > to + 1 && !continues) return;
    const put = items.map((item) => this.#newer(at(known, item), item));
    const last = put.at(-1);
    const start = Math.min(from, known[0]?.from ?? from);
    this.items.splice(low, known.length, ...put);
    if (last !== undefined) this.#widen(low, start);
    if (next !== undefined && next.from <= to + 1) this.#widen(low + put.length, last ? last.seq + 1 : start);
    if (next === undefined && to + 1 >= this.room.from) this.tail = true;
    this.#trim(low < this.items.length / 2 ? "back" : "front");
    this.#changed();
  }

  /** There is nothing from this number to an item. @param {number} index @param {number} from */
  #widen(index, from) {
    const item = this.items[index];
    if (item !== undefined && from < item.from) this.items[index] = { ...item, from };
  }

  /** Of two copies the one that knows of more changes. @param {Item | undefined} known @param {Item} item */
  #newer(known, item) {
    return known === undefined || this.#isDoubted(known) || revOf(known) < revOf(item) ? item : known;
  }

  /** @param {Place} place */
  #isDoubted({ era, seq }) {
    return era === this.#doubted?.era && seq <= this.#doubted.seq;
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
