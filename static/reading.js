/** How far one has read in each room: what is unread, where the line "New" is, and where in the room one was. @module */

import { isMessage } from "./client/lines.js";
import { indexOf } from "./client/room.js";
import { MENTIONS_COUNTED, ROOMS_REMEMBERED } from "./limits.js";

/** @import { Of } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Storage } from "./client/storage.js" */

/** What is read: everything up to `seq`. `ordinal`: how many messages that are, if it is known. @typedef {{ seq: number, ordinal?: number, ts?: number }} Mark */
/** What is kept of both. @typedef {Mark & { epoch: string, spot?: Spot }} Kept */
/** Where one was: so many pixels above it the message with this number began. @typedef {{ seq: number, px: number }} Spot */

class Read {
  /** Whether the reader is looking at the newest message. */
  now = false;
  /** Whether the reader went there past what is unread: that stays unread. */
  skipped = false;
  era = 0;
  /** @type {Mark} */
  to = { seq: 0 };
  unread = 0;
  /** Those of them that call the reader, by number. @type {number[]} */
  calls = [];
  /** @type {Place | undefined} the line "New" is before the first message behind it */
  divider;
  /** Where one was, unless at the newest message. @type {Spot | undefined} */
  spot;

  get mentions() {
    return this.calls.length;
  }
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
    if (seen && !read.skipped) this.reach(room, newestOf(room));
  }

  /** The reader went to the newest message without seeing what is unread, or has seen it after all. @param {Room} room @param {boolean} is */
  skip(room, is) {
    const read = this.of(room);
    if (read.skipped === is) return;
    read.skipped = is;
    // What was in view until now was not what is unread.
    read.now = false;
    this.#changed();
  }

  /** The reader wants nothing of what is unread. @param {Room} room */
  markRead(room) {
    const read = this.of(room);
    read.skipped = false;
    read.divider = undefined;
    this.reach(room, newestOf(room));
    this.keep(room);
  }

  /** Everything up to a message is read. @param {Room} room @param {Mark} mark */
  reach(room, { seq, ordinal, ts }) {
    const read = this.of(room);
    if (seq <= read.to.seq) return;
    read.to = { seq, ordinal, ts };
    if (read.unread === 0) return;
    read.unread = this.#left(room, read);
    read.calls = read.calls.filter((call) => call > seq);
    this.#changed();
  }

  /** How many messages are still unread. @param {Room} room @param {Read} read */
  #left({ era, seq, recent, ordinal }, { to, unread }) {
    if (to.seq >= seq) return 0;
    const next = recent.slice(indexOf(recent, { era, seq: to.seq + 1 }));
    const isAll = next.length > 0 && Number(next[0]?.from) <= to.seq + 1;
    const left = isAll
      ? next.filter((item) => this.#isOthers(item)).length
      : ordinal === undefined || to.ordinal === undefined
      ? unread
      : ordinal - to.ordinal;
    return Math.min(unread, left);
  }

  /** Keeps what is read, and where one was, for later visits and other tabs. @param {Room} room */
  keep(room) {
    const { to, spot } = this.of(room);
    const was = this.#stored(room);
    const { epoch } = room;
    if (epoch === "" || to.seq === 0) return;
    const mark = was?.epoch === epoch && was.seq > to.seq ? was : { epoch, ...to };
    const value = { ...mark, spot };
    if (JSON.stringify(value) === JSON.stringify(was)) return;
    this.#storage.setIn("read", room.name, value, ROOMS_REMEMBERED);
  }

  /** Somebody has read the room in another tab. @param {Room} room */
  agree(room) {
    const stored = this.#stored(room);
    if (stored?.epoch !== room.epoch) return;
    // What comes later and lies before it is read as well.
    this.reach(room, stored);
    const read = this.of(room);
    if (read.unread > 0) return;
    read.divider = undefined;
    read.skipped = false;
  }

  /** @param {Item} item */
  #isOthers(item) {
    return !item.unknown && item.id !== this.id;
  }

  /** The reader has gone to another room. @param {Room} room */
  left(room) {
    const read = this.of(room);
    this.set(room, false);
    if (read.unread === 0) {
      read.divider = undefined;
      read.skipped = false;
    }
    this.keep(room);
  }

  /** Finds what is unread since an earlier visit. @param {Room} room @param {Of<"joined">} line */
  began(room, line) {
    const read = this.of(room);
    const stored = this.#stored(room);
    const isKnown = stored?.epoch === line.epoch;
    const last = line.messages.at(-1);
    const ts = isMessage(last) ? last.ts : undefined;
    read.to = isKnown ? stored : { seq: line.seq, ordinal: line.ordinal, ts };
    read.spot = isKnown ? stored.spot : undefined;
    // Those that come with the line are counted one by one.
    const { ordinal = 0 } = room;
    read.unread = Math.max(0, ordinal - (read.to.ordinal ?? ordinal));
    if (read.unread > 0) read.divider = { era: room.era, seq: read.to.seq };
    this.#changed();
  }

  /** Messages are passed over, which nobody has seen. @param {Room} room @param {number | undefined} missed */
  gap(room, missed = 0) {
    const read = this.of(room);
    read.now = false;
    if (read.era !== room.era) {
      Object.assign(read, { era: room.era, to: { seq: 0 }, divider: undefined, skipped: false });
    } else if (missed > 0) {
      read.unread += missed;
      read.divider ??= { era: room.era, seq: read.to.seq };
    }
    this.#changed();
  }

  /** A message came. @param {Room} room @param {Item} item @returns {boolean} whether it is news */
  received(room, item) {
    const read = this.of(room);
    const isNews = this.#isOthers(item) && item.seq > read.to.seq;
    if (read.now) {
      if (!read.skipped) read.to = { seq: item.seq, ordinal: item.ordinal, ts: item.ts };
      return isNews;
    }
    if (!isNews) return false;
    if (item.mentions?.includes(this.id) && read.calls.length < MENTIONS_COUNTED) read.calls.push(item.seq);
    if (read.unread++ === 0 || read.divider === undefined) read.divider = { era: item.era, seq: item.seq - 1 };
    this.#changed();
    return true;
  }

  /** @param {Room} room */
  #stored(room) {
    return this.#storage.getJson("read", /** @type {Record<string, Kept>} */ ({}))[room.name];
  }
}

/** Everything that there is. @param {Room} room @returns {Mark} */
function newestOf({ seq, ordinal, recent }) {
  return { seq, ordinal, ts: recent.at(-1)?.ts };
}
