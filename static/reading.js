/** How far one has read in each room: what is unread, and where the line "New" is. @module */

import { ROOMS_REMEMBERED } from "./limits.js";

/** @import { Of, Position } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Storage } from "./client/storage.js" */

class Read {
  /** Whether the reader is looking at the newest message. */
  now = false;
  era = 0;
  to = 0;
  unread = 0;
  /** How many of them call the reader by name. */
  mentions = 0;
  /** @type {Place | undefined} the line "New" is before the first message behind it */
  divider;
}

export class Reading {
  #storage;
  #changed;
  /** @type {WeakMap<Room, Read>} */
  #reads = new WeakMap();
  /** The own id: one's own messages are never unread. */
  id = "";

  /** @param {Storage} storage @param {() => void} changed a count of unread messages changed */
  constructor(storage, changed) {
    this.#storage = storage;
    this.#changed = changed;
  }

  /** @param {Room} room */
  of(room) {
    const read = this.#reads.get(room) ?? new Read();
    this.#reads.set(room, read);
    return read;
  }

  /** Says whether the reader is looking at the newest message. @param {Room} room @param {boolean} now */
  set(room, now) {
    const read = this.of(room);
    const seen = read.now || now;
    read.now = now;
    if (!seen || room.epoch === "") return;
    const { epoch, seq, ordinal } = room;
    const was = this.#stored(room);
    if (was?.epoch !== epoch || was.seq < seq) {
      this.#storage.setIn("read", room.name, { epoch, seq, ordinal }, ROOMS_REMEMBERED);
    }
    if (read.unread === 0) return;
    read.unread = read.mentions = 0;
    this.#changed();
  }

  /** Somebody has read the room in another tab. @param {Room} room */
  agree(room) {
    const read = this.of(room);
    const stored = this.#stored(room);
    if (stored === undefined || stored.epoch !== room.epoch || stored.seq < read.to) return;
    // What comes later and lies before it is read as well.
    read.to = stored.seq;
    const left = room.recent.filter((item) => item.seq > stored.seq && item.era === room.era && this.#isOthers(item));
    if (left.length >= read.unread) return;
    read.unread = left.length;
    read.mentions = left.filter((item) => this.#calls(item)).length;
    if (left.length === 0) read.divider = undefined;
    this.#changed();
  }

  /** @param {Item} item */
  #isOthers(item) {
    return !item.unknown && item.id !== this.id;
  }

  /** @param {Item} item */
  #calls({ mentions }) {
    return mentions?.includes(this.id) ?? false;
  }

  /** The reader has gone to another room. @param {Room} room */
  left(room) {
    const read = this.of(room);
    if (read.unread === 0) read.divider = undefined;
    this.set(room, false);
  }

  /** Finds what is unread since an earlier visit. @param {Room} room @param {Of<"joined">} line */
  began(room, line) {
    const read = this.of(room);
    const stored = this.#stored(room);
    const isKnown = stored?.epoch === line.epoch;
    read.to = isKnown ? stored.seq : line.seq;
    // Those that come with the line are counted one by one.
    const { ordinal = 0 } = room;
    if (!read.now) read.unread = Math.max(0, ordinal - (isKnown ? stored.ordinal ?? ordinal : ordinal));
    const fresh = line.messages.find((event) => event.seq > read.to && "id" in event && event.id !== this.id);
    if (fresh !== undefined) read.divider = { era: room.era, seq: fresh.seq - 1 };
    this.#changed();
  }

  /** Messages are passed over. @param {Room} room @param {number | undefined} missed */
  gap(room, missed = 0) {
    const read = this.of(room);
    if (read.era !== room.era) read.to = 0;
    else if (!read.now) read.unread += missed;
    read.era = room.era;
    this.#changed();
  }

  /** A message came. @param {Room} room @param {Item} item @returns {boolean} whether it is news */
  received(room, item) {
    const read = this.of(room);
    if (!this.#isOthers(item) || item.seq <= read.to) return false;
    if (!read.now) {
      if (this.#calls(item)) read.mentions++;
      if (read.unread++ === 0 || read.divider === undefined) {
        read.divider = { era: item.era, seq: item.seq - 1 };
      }
      this.#changed();
    }
    return true;
  }

  /** @param {Room} room */
  #stored(room) {
    return this.#storage.getJson(
      "read",
      /** @type {Record<string, Position & { ordinal?: number }>} */ ({}),
    )[room.name];
  }
}
