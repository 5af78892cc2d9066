/** The events of a room for a program: from where it wants them, each once, and with every gap told. @module */

import { EventQueue } from "./event_queue.js";
import { historyAfter } from "./history.js";
import * as limits from "./limits.js";
import { isChange } from "./lines.js";

/** @import { Client } from "./client.js" */
/** @import { Beginning, ChatEvent, ChatPosition, Member, MessageEvent } from "./connect.d.ts" */
/** @import { RoomEvent } from "./lines.js" */
/** @import { Item, Place, Room } from "./room.js" */

/** @typedef {Place & { ordinal?: number }} Older */

export class RoomStream {
  /** That of the newest event that was taken. @type {ChatPosition | undefined} */
  position;
  #client;
  #name;
  #seen;
  #queue;
  /** Messages up to this one were there before the stream began, or come another way. */
  #before = 0;
  /** Whether it begins with the oldest message, and has not begun. */
  #isFromStart;
  /** The last of the older messages that were put in, while there are more. @type {Older | undefined} */
  #older;
  #isReading = false;
  #era = 0;
  /** That of the newest event that was put in. @type {ChatPosition | undefined} */
  #newest;

  /** @param {Client} client @param {string} name @param {Beginning} after @param {(item: Item) => void} seen called with each older message */
  constructor(client, name, after, seen) {
    this.#client = client;
    this.#seen = seen;
    this.#name = name;
    this.#isFromStart = after === "start";
    if (typeof after === "object") this.#newest = after;
    const { rooms } = client;
    /** @type {EventQueue<{ event: ChatEvent, position: ChatPosition | undefined }>} */
    this.#queue = new EventQueue(
      limits.QUEUED_EVENTS,
      () => rooms.hold(this.#room),
      () => this.#older === undefined ? rooms.resume(this.#room) : this.#readOlder(this.#older),
    );
  }

  /** @returns {Promise<IteratorResult<ChatEvent, undefined>>} */
  async next() {
    const taken = await this.#queue.take();
    if (taken === undefined) return { done: true, value: undefined };
    this.position = taken.position;
    return { done: false, value: taken.event };
  }

  /** @param {{ error?: unknown }} end */
  end(end) {
    // What is asked for still comes.
    this.#older = undefined;
    this.#queue.end(end);
  }

  /** The room was joined for the first time, without a position. @param {number} head */
  began(head) {
    this.#before = head;
    this.#era = this.#room.era;
  }

  /** @param {number | undefined} missed */
  gap(missed) {
    const room = this.#room;
    const newest = this.#newest;
    const isOfNow = room.era === this.#era && newest?.epoch === room.epoch;
    this.#era = room.era;
    // What is kept between them is read page by page; what comes with this answer is among it.
    const isWhole = isOfNow && newest.seq + 1 >= room.keptFrom;
    const isLong = isOfNow && room.from > Math.max(room.keptFrom, newest.seq + 1);
    this.#before = isLong ? Infinity : 0;
    this.#older = !isLong
      ? undefined
      : isWhole
      ? { era: room.era, ...newest }
      : { era: room.era, seq: room.keptFrom - 1 };
    room.held = isLong || this.#queue.full;
    const reason = !isOfNow ? "epoch" : isWhole ? "changes" : "trimmed";
    this.#push({ type: "gap", reason, missed: isWhole ? 0 : isLong ? undefined : missed });
  }

  /** @param {Item} item */
  received(item) {
    if (item.seq <= this.#before) return;
    const { epoch, ordinal } = this.#room;
    const event = item.unknown === undefined ? messageOf(item, epoch) : { ...item.unknown, type: "change", epoch };
    this.#push(/** @type {ChatEvent} */ (event), { epoch, seq: item.seq, ordinal });
  }

  /** @param {RoomEvent} event */
  changed(event) {
    // An answer is a message, and comes as one.
    if (!isChange(event) || event.seq <= this.#before) return;
    const { epoch, ordinal } = this.#room;
    this.#push({ ...event, type: "change", epoch }, { epoch, seq: event.seq, ordinal });
  }

  joined() {
    const { era, seq, keptFrom } = this.#room;
    if (this.#before === Infinity) this.#before = seq;
    if (this.#older !== undefined) this.#readOlder(this.#older);
    else if (this.#isFromStart) this.#readOlder({ era, seq: keptFrom - 1, ordinal: keptFrom === 1 ? 0 : undefined });
    this.#isFromStart = false;
  }

  /** The newest news of people is enough. @param {Member[]} members @param {string[]} typing */
  people(members, typing) {
    /** @type {ChatEvent} */
    const event = { type: "people", members, typing };
    const { last } = this.#queue;
    if (last?.event.type === "people") last.event = event;
    else if (!this.#queue.full) this.#push(event);
  }

  /** @returns {Room} */
  get #room() {
    return this.#client.rooms.open(this.#name);
  }

  /** Puts in the messages that were there before, page by page; meanwhile what is new waits on the server. @param {Older} place */
  #readOlder(place) {
    const { rooms } = this.#client;
    const room = this.#room;
    rooms.hold(room);
    this.#older = place;
    if (this.#isReading) return;
    this.#isReading = true;
    historyAfter(this.#client, room, place, (page) => {
      this.#isReading = false;
      if (page === undefined) return this.#joinAgain(place);
      // It goes on when the room is joined again.
      if (this.#older !== place) return;
      if (page.missed) this.#push({ type: "gap", reason: "trimmed", missed: page.missed });
      for (const item of page.items) {
        this.#seen(item);
        this.#push(messageOf(item, room.epoch), { epoch: room.epoch, seq: item.seq, ordinal: item.ordinal });
      }
      const isOver = page.to >= room.seq || page.to <= place.seq;
      const ordinal = page.items.at(-1)?.ordinal ?? place.ordinal;
      this.#older = isOver ? undefined : { era: place.era, seq: page.to, ordinal };
      if (this.#queue.full) return;
      if (this.#older === undefined) rooms.resume(room);
      else this.#readOlder(this.#older);
    });
  }

  /** The store may have another life by now, which a room that is held is not told of. @param {Older} place */
  #joinAgain(place) {
    const { rooms, world } = this.#client;
    world.after(limits.RETRY_MS, () => this.#older === place && rooms.join(this.#room));
  }

  /** @param {ChatEvent} event @param {ChatPosition} [position] */
  #push(event, position = this.#newest) {
    this.#newest = position;
    this.#queue.push({ event, position });
  }
}

/** @param {Item} item @param {string} epoch @returns {MessageEvent} */
export function messageOf({ era: _, from: __, ordinal: ___, unknown: ____, ...message }, epoch) {
  return { type: "message", epoch, ...message };
}
