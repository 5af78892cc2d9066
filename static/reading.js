/** What is unread in each room, where the line "New" is, and where in the room one was. What makes it read is in `read_marks.js`. @module */

import { isMessage } from "./client/lines.js";
import { MENTIONS_COUNTED } from "./limits.js";
import { isDirect } from "./room_names.js";

/** @import { Of } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Storage } from "./client/storage.js" */

/** What is read: everything up to `seq`. `ordinal`: how many messages that are, if it is known. @typedef {{ seq: number, ordinal?: number, ts?: number }} Mark */
/** What is kept of both. @typedef {Mark & { epoch: string, spot?: Spot }} Kept */
/** Where one was: so many pixels above it the message with this number began. @typedef {{ seq: number, px: number }} Spot */

/** How far one has read in a room. */
export class Read {
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
  storage;
  /** Says that a count of unread messages has changed. */
  changed;
  /** @type {WeakMap<Room, Read>} */
  #reads = new WeakMap();
  /** The own id: one's own messages are never unread. */
  id = "";

  /** @param {Storage} storage @param {() => void} changed a count of unread messages changed */
  constructor(storage, changed) {
    this.storage = storage;
    this.changed = changed;
  }

  /** @param {Room} room */
  of(room) {
    const read = this.#reads.get(room) ?? new Read();
    this.#reads.set(room, read);
    return read;
  }

  /** Whether it can be unread: one's own messages never are. @param {Item} item */
  isOthers(item) {
    return !item.unknown && item.id !== this.id;
  }

  /** Finds what is unread since an earlier visit. @param {Room} room @param {Of<"joined">} line */
  began(room, line) {
    const read = this.of(room);
    const stored = this.stored(room);
    // Of a room that somebody else has opened only the number is known.
    const isKnown = stored !== undefined && (stored.epoch === line.epoch || stored.epoch === "");
    const last = line.messages.at(-1);
    const ts = isMessage(last) ? last.ts : undefined;
    read.to = isKnown ? stored : { seq: line.seq, ordinal: line.ordinal, ts };
    read.spot = isKnown ? stored.spot : undefined;
    // Those that come with the line are counted one by one.
    const { ordinal = 0 } = room;
    read.unread = Math.max(0, ordinal - (read.to.ordinal ?? ordinal));
    if (read.unread > 0) read.divider = { era: room.era, seq: read.to.seq };
    this.changed();
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
    this.changed();
  }

  /** A message came. @param {Room} room @param {Item} item @returns {boolean} whether it is news */
  received(room, item) {
    const read = this.of(room);
    const isNews = this.isOthers(item) && item.seq > read.to.seq;
    if (read.now) {
      if (!read.skipped) read.to = { seq: item.seq, ordinal: item.ordinal, ts: item.ts };
      return isNews;
    }
    if (!isNews) return false;
    if ((isDirect(room.name) || item.mentions?.includes(this.id)) && read.calls.length < MENTIONS_COUNTED) {
      read.calls.push(item.seq);
    }
    if (read.unread++ === 0 || read.divider === undefined) read.divider = { era: item.era, seq: item.seq - 1 };
    this.changed();
    return true;
  }

  /** What is kept of a room. @param {Pick<Room, "name">} room */
  stored(room) {
    return /** @type {Kept | undefined} */ (this.storage.getIn("read", room.name));
  }
}
