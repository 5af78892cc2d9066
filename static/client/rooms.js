/**
 * The rooms that this client follows, with their messages and people, as the server sends them. Follows the duties at the
 * end of `chat/protocol.md`, so that nothing is lost, received twice or skipped in silence.
 *
 * @module
 */

import * as limits from "./limits.js";
import { isChange, targetOf } from "./lines.js";
import { Room, toItem } from "./room.js";

/** @import { Line, Member, Of, Position, Quote, RoomEvent } from "./lines.js" */
/** @import { Link } from "./link.js" */
/** @import { Item, Place } from "./room.js" */
/** @import { World } from "./world.js" */

/**
 * The events of the rooms. Each room's messages are received once, in order; if some are missing, a gap comes first, and what is known of
 * the earlier ones may be out of date.
 * @typedef {object} RoomEvents
 * @property {(room: Room, line: Of<"joined">) => void} began it was joined for the first time; its messages follow
 * @property {(room: Room, missed: number | undefined) => void} gap so many messages are passed over; an unknown number if the
 *   room has another epoch
 * @property {(room: Room, item: Item) => void} received a message, live or replayed
 * @property {(room: Room, event: RoomEvent, place: Place) => void} changed something happened to the message at a place, which one may have a copy of
 * @property {(room: Room) => void} joined it is joined, or has another epoch; what was to be received has been
 * @property {(room: Room) => void} [reset] it is at its end now, without its newest messages, which can be fetched
 * @property {(room: Room) => void} people members, or who is typing, changed
 * @property {(room: Room, error: Of<"error">) => void} joinRefused it cannot be joined now, and is tried again if that may help
 */
/**
 * What keeps the contents of rooms, in a client that does.
 * @typedef {object} Keeper
 * @property {object} lines what is read beside the lines of every client, with its fields
 * @property {(room: Room, line: Of<"joined">) => void} admitted it is joined
 * @property {(room: Room, line: Of<"may">) => void} allowed one may do other things in it
 * @property {(room: Room, events: RoomEvent[], ordinal: number | undefined) => void} passedOver its end is elsewhere; these come before it, which were received
 *   earlier, the first with an ordinal
 * @property {(room: Room, event: RoomEvent, place: Place, me: string) => void} changed
 * @property {(room: Room, item: Item) => boolean} received whether the room itself is another one now
 * @property {(room: Room, quotes: Quote[]) => void} quoted others answer these
 */

/** Asking again does not help; somebody who was sent out decides about it. */
const FINAL = new Set(["banned", "kicked", "no_access"]);

export class Rooms {
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  #world;
  #link;
  #on;
  #keeper;
  /** The own id, as the server says it: reactions under it are one's own. */
  me = "";

  /** @param {World} world @param {Link} link @param {RoomEvents} on @param {Keeper} [keeper] */
  constructor(world, link, on, keeper) {
    this.#world = world;
    this.#link = link;
    this.#on = on;
    this.#keeper = keeper;
  }

  /** @returns {IterableIterator<Room>} in the order in which they were opened */
  [Symbol.iterator]() {
    return this.#rooms.values();
  }

  /** @param {string} name */
  get(name) {
    return this.#rooms.get(name);
  }

  /** The room of that name, followed from now on. @param {string} name @param {Position & { ordinal?: number }} [after] where one stopped before: what came since comes first */
  open(name, after) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name, after);
      this.#rooms.set(name, room);
      this.join(room);
    }
    return room;
  }

  /** Follows a room no more. @param {Room} room */
  close(room) {
    this.#rooms.delete(room.name);
    // A join that is under way would let it in.
    if (room.joined || room.joining) this.#link.ask({ type: "leave", room: room.name }, () => {});
    room.joined = false;
  }

  /** Passes over what comes in a room, whose place stays where it is. @param {Room} room */
  hold(room) {
    room.held = true;
  }

  /** Goes on where a room was held. @param {Room} room */
  resume(room) {
    room.held = false;
    this.join(room);
  }

  /** The link is open: joins every room, with its position. */
  up() {
    for (const room of this) if (room.refused !== "kicked") this.join(room);
  }

  down() {
    for (const room of this) room.joined = room.joining = false;
  }

  /** Joins, or joins again because something was lost. @param {Room} room */
  join(room) {
    if (!this.#link.open || room.joining) return;
    room.joining = true;
    const { epoch, seq, ordinal } = room;
    const after = epoch === "" ? undefined : { epoch, seq, ordinal };
    this.#link.ask({ type: "join", room: room.name, after }, (line) => {
      room.joining = false;
      if (this.#rooms.get(room.name) !== room) return;
      if (line.type === "joined") return this.#joined(room, line, after);
      const again = () => this.#rooms.get(room.name) === room && (!room.joined || room.held) && this.join(room);
      // Once the link is up again every room is joined; while it is, too much waits to be sent.
      if (line.code === "link_down") return this.#link.open && void this.#world.after(limits.RETRY_MS, again);
      this.#refused(room, line);
      if (FINAL.has(line.code)) return;
      this.#world.after(line.retryAfterMs ?? limits.BACKOFF_MOST_MS, again);
    });
  }

  /** A push came, or a `pong`. @param {Line} line */
  push(line) {
    if (line.type === "pong") return this.#compare(line.heads);
    const room = "room" in line && this.#rooms.get(String(line.room));
    if (!room || !room.joined) return;
    // It is asked for again.
    if (room.held && line.type !== "presence" && line.type !== "removed") return;
    if (line.type === "message" || line.type === "change") this.#event(room, line);
    else if (line.type === "presence") this.#presence(room, line);
    else if (line.type === "typing") this.#typing(room, line.id);
    else if (line.type === "reset") this.#reset(room, line);
    else if (line.type === "may") {
      this.#keeper?.allowed(room, line);
      this.#on.people(room);
    } else if (line.type === "removed") this.#removed(room, line);
  }

  /** @param {Room} room @param {Of<"removed">} line */
  #removed(room, line) {
    room.joined = room.joining = false;
    this.#refused(room, { ...line, type: "error", message: "" });
  }

  /** @param {Room} room @param {Of<"error">} error */
  #refused(room, error) {
    room.refused = error.code;
    room.refusedUntilMs = error.until;
    this.#on.joinRefused(room, error);
  }

  /** @param {Room} room @param {Of<"joined">} line @param {Position | undefined} after */
  #joined(room, line, after) {
    // A reset came before the answer.
    const isLate = after !== undefined && after.epoch !== room.epoch;
    if (isLate && line.epoch !== room.epoch) return this.join(room);
    room.joined = true;
    room.refused = undefined;
    const hasAnotherEpoch = after !== undefined && !isLate && (line.epoch !== after.epoch || line.seq < after.seq);
    if (hasAnotherEpoch) this.#beginEra(room);
    room.epoch = line.epoch;
    room.keptFrom = line.first ?? (hasAnotherEpoch ? 1 : room.keptFrom);
    this.#keeper?.admitted(room, line);
    room.memberCount = line.memberCount;
    room.members = namesOf(line.members);
    if (room.held && after !== undefined && !hasAnotherEpoch) return this.#on.joined(room);
    const fresh = line.messages.filter(({ seq }) => seq > room.seq);
    if (!line.recovered) this.#passOver(room, line, fresh);
    if (after === undefined) this.#on.began(room, line);
    else if (hasAnotherEpoch) this.#on.gap(room, undefined);
    else if (!line.recovered) this.#on.gap(room, line.missed);
    this.quote(room, line.refs);
    for (const event of fresh) this.#receive(room, event);
    if (!line.recovered) room.seq = Math.max(room.seq, line.seq);
    // A position that nobody has counted up to.
    if (room.seq === line.seq) room.ordinal = line.ordinal ?? room.ordinal;
    this.#on.people(room);
    this.#on.joined(room);
  }

  /**
   * What is between the position and a page of the newest messages will not be received.
   *
   * @param {Room} room
   * @param {Of<"joined">} line
   * @param {RoomEvent[]} fresh those of the page that will
   */
  #passOver(room, { missed, ordinal, messages, seq }, fresh) {
    if (missed !== 0) room.from = fresh[0]?.seq ?? seq + 1;
    room.ordinal = ordinal === undefined ? undefined : ordinal - fresh.length;
    // The others are here already, but may have changed meanwhile.
    const others = messages.slice(0, messages.length - fresh.length);
    const first = room.ordinal === undefined ? undefined : room.ordinal - others.length + 1;
    this.#keeper?.passedOver(room, others, first);
  }

  /** @param {Room} room */
  #beginEra(room) {
    room.era++;
    room.seq = 0;
  }

  /** @param {Room} room @param {RoomEvent} event */
  #event(room, event) {
    if (event.seq <= room.seq) return;
    if (event.seq > room.seq + 1) return this.join(room);
    this.#receive(room, event);
  }

  /** @param {Room} room @param {RoomEvent} event the next one */
  #receive(room, event) {
    room.seq = event.seq;
    this.#change(room, event);
    if (isChange(event)) return;
    if (event.kind === undefined && room.ordinal !== undefined) room.ordinal += 1;
    const item = toItem(event, room);
    room.from = item.seq + 1;
    const isAnother = this.#keeper?.received(room, item);
    if (room.typing.delete(item.id) || isAnother) this.#on.people(room);
    this.#on.received(room, item);
  }

  /** @param {Room} room @param {RoomEvent} event */
  #change(room, event) {
    const target = targetOf(event);
    if (target === undefined) return;
    const place = { era: room.era, seq: target };
    this.#keeper?.changed(room, event, place, this.me);
    this.#on.changed(room, event, place);
  }

  /** Others answer these. @param {Room} room @param {Quote[]} [quotes] */
  quote(room, quotes = []) {
    this.#keeper?.quoted(room, quotes);
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
    if (hasAnotherEpoch) this.#beginEra(room);
    room.epoch = line.epoch;
    room.keptFrom = line.first;
    room.seq = line.head;
    room.from = line.head + 1;
    room.ordinal = undefined;
    this.#keeper?.passedOver(room, [], undefined);
    this.#on.gap(room, missed);
    this.#on.joined(room);
    this.#on.reset?.(room);
  }

  /** The server has sent everything up to these positions: one that was not reached means a loss. @param {Record<string, Position>} positions */
  #compare(positions) {
    for (const room of this) {
      const sent = positions[room.name];
      if (sent === undefined || !room.joined || room.held) continue;
      if (sent.epoch !== room.epoch || sent.seq > room.seq) this.join(room);
    }
  }
}

/** @param {Member[]} members @returns {Map<string, string>} */
function namesOf(members = []) {
  return new Map(members.map(({ id, name }) => [id, name]));
}
