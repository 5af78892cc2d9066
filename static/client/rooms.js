/**
 * The rooms that this client follows, with their messages and people, as the server sends them. Follows the duties at the
 * end of `chat/protocol.md`, so that nothing is lost, received twice or skipped in silence.
 *
 * @module
 */

import * as limits from "./limits.js";
import { Room, toItem } from "./room.js";

/** @import { Line, Member, Message, Of, Position, RoomEntry } from "./lines.js" */
/** @import { Link } from "./link.js" */
/** @import { Item, Place } from "./room.js" */
/** @import { World } from "./world.js" */

/**
 * The events of the rooms. Each room's messages are received once, in order; if some are missing, a gap comes first.
 * @typedef {object} RoomEvents
 * @property {(room: Room, line: Of<"joined">) => void} began it was joined for the first time; its messages follow
 * @property {(room: Room, missed: number | undefined) => void} gap so many messages are passed over; an unknown number if the
 *   room has another epoch
 * @property {(room: Room, item: Item) => void} received a message, live or replayed
 * @property {(room: Room) => void} joined it is joined, or has another epoch; what was to be received has been
 * @property {(room: Room) => void} reset it is at its end now, without its newest messages, which can be fetched
 * @property {(room: Room) => void} people members, or who is typing, changed
 * @property {(room: Room, error: Of<"error">) => void} joinRefused it cannot be joined now, and is tried again
 */

export class Rooms {
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  #world;
  #link;
  #on;

  /** @param {World} world @param {Link} link @param {RoomEvents} on */
  constructor(world, link, on) {
    this.#world = world;
    this.#link = link;
    this.#on = on;
  }

  /** @returns {IterableIterator<Room>} in the order in which they were opened */
  [Symbol.iterator]() {
    return this.#rooms.values();
  }

  /** @param {string} name */
  get(name) {
    return this.#rooms.get(name);
  }

  /** The room of that name, followed from now on. @param {string} name */
  open(name) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name);
      this.#rooms.set(name, room);
      this.join(room);
    }
    return room;
  }

  /** Follows a room no more. @param {Room} room */
  close(room) {
    this.#rooms.delete(room.name);
    if (room.joined) this.#link.ask({ type: "leave", room: room.name }, () => {});
  }

  /** The link is open: joins every room, with its position. */
  up() {
    for (const room of this.#rooms.values()) this.join(room);
  }

  down() {
    for (const room of this.#rooms.values()) room.joined = room.joining = false;
  }

  /** Joins, or joins again because something was lost. @param {Room} room */
  join(room) {
    if (!this.#link.open || room.joining) return;
    room.joining = true;
    const after = room.epoch === "" ? undefined : { epoch: room.epoch, seq: room.seq };
    this.#link.ask({ type: "join", room: room.name, after }, (line) => {
      room.joining = false;
      if (this.#rooms.get(room.name) !== room) return;
      if (line.type === "joined") return this.#joined(room, line, after);
      if (line.code === "link_down") return;
      this.#on.joinRefused(room, line);
      const again = () => this.#rooms.get(room.name) === room && !room.joined && this.join(room);
      this.#world.after(line.retryAfterMs ?? limits.BACKOFF_MOST_MS, again);
    });
  }

  /**
   * Fetches a page of what is kept before a place.
   *
   * @param {Room} room
   * @param {Place} place
   * @param {(items: Item[] | undefined) => void} done gets nothing if it cannot be had
   */
  history(room, place, done) {
    // The server would count it against this client.
    if (!room.joined) return done(undefined);
    this.#link.ask({ type: "history", room: room.name, before: place.seq, limit: limits.PAGE_MESSAGES }, (line) => {
      if (line.type !== "history" || line.epoch !== room.epoch || place.era !== room.era) return done(undefined);
      const items = line.messages.map((message) => toItem(message, room.era));
      if (!line.more) room.keptFrom = items[0]?.seq ?? place.seq;
      done(items);
    });
  }

  /** A push came, or a `pong`. @param {Line} line */
  push(line) {
    if (line.type === "pong") return this.#compare(line.heads);
    const room = "room" in line && this.#rooms.get(line.room);
    if (!room || !room.joined) return;
    if (line.type === "message") this.#message(room, line);
    else if (line.type === "presence") this.#presence(room, line);
    else if (line.type === "typing") this.#typing(room, line.id);
    else if (line.type === "reset") this.#reset(room, line);
  }

  /** @param {Room} room @param {Of<"joined">} line @param {Position | undefined} after */
  #joined(room, line, after) {
    room.joined = true;
    const hasAnotherEpoch = after !== undefined && (line.epoch !== after.epoch || line.seq < after.seq);
    if (after === undefined) room.seq = (line.messages[0]?.seq ?? line.seq + 1) - 1;
    if (hasAnotherEpoch) this.#beginEra(room, 1);
    room.epoch = line.epoch;
    room.memberCount = line.memberCount;
    room.members = namesOf(line.members);
    if (after === undefined) this.#on.began(room, line);
    else if (hasAnotherEpoch) this.#on.gap(room, undefined);
    else if (!line.recovered) this.#on.gap(room, line.missed);
    for (const message of line.messages) if (message.seq > room.seq) this.#receive(room, message);
    if (!line.recovered) room.seq = Math.max(room.seq, line.seq);
    this.#on.people(room);
    this.#on.joined(room);
  }

  /** @param {Room} room @param {number} keptFrom */
  #beginEra(room, keptFrom) {
    room.era++;
    room.seq = 0;
    room.keptFrom = keptFrom;
  }

  /** @param {Room} room @param {Message} line */
  #message(room, line) {
    if (line.seq <= room.seq) return;
    if (line.seq > room.seq + 1) return this.join(room);
    this.#receive(room, line);
  }

  /** @param {Room} room @param {RoomEntry} message the next one */
  #receive(room, message) {
    const item = toItem(message, room.era);
    room.seq = item.seq;
    room.recent.push(item);
    if (room.recent.length > 2 * limits.RECENT_MESSAGES) room.recent.splice(0, limits.RECENT_MESSAGES);
    if (room.typing.delete(item.id)) this.#on.people(room);
    this.#on.received(room, item);
  }

  /** @param {Room} room @param {Of<"presence">} line */
  #presence(room, line) {
    if (line.members !== undefined) room.members = namesOf(line.members);
    for (const id of line.leaves) room.members.delete(id);
    for (const { id, name } of line.joins) if (room.members.size < limits.PEOPLE) room.members.set(id, name);
    room.memberCount = line.memberCount;
    this.#on.people(room);
  }

  /** @param {Room} room @param {string} id */
  #typing(room, id) {
    if (room.typing.size >= limits.PEOPLE) return;
    const untilMs = this.#world.elapsed() + limits.TYPING_SHOWN_MS;
    room.typing.set(id, untilMs);
    this.#on.people(room);
    this.#world.after(limits.TYPING_SHOWN_MS, () => {
      if (room.typing.get(id) === untilMs && room.typing.delete(id)) this.#on.people(room);
    });
  }

  /** @param {Room} room @param {Of<"reset">} line */
  #reset(room, line) {
    const hasAnotherEpoch = line.epoch !== room.epoch;
    const missed = hasAnotherEpoch ? undefined : Math.max(0, line.head - room.seq);
    if (hasAnotherEpoch) this.#beginEra(room, line.first);
    room.epoch = line.epoch;
    room.keptFrom = line.first;
    room.seq = line.head;
    this.#on.gap(room, missed);
    this.#on.joined(room);
    this.#on.reset(room);
  }

  /** The server has sent everything up to these positions: one that was not reached means a loss. @param {Record<string, Position>} positions */
  #compare(positions) {
    for (const room of this.#rooms.values()) {
      const sent = positions[room.name];
      if (sent === undefined || !room.joined) continue;
      if (sent.epoch !== room.epoch || sent.seq > room.seq) this.join(room);
    }
  }
}

/** @param {Member[]} members @returns {Map<string, string>} */
function namesOf(members = []) {
  return new Map(members.map(({ id, name }) => [id, name]));
}
