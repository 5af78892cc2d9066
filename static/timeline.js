/**
 * The messages of the shown room that are in the document: a window of bounded size over the room's history. What moves it there is in
 * `browsing.js`.
 *
 * @module
 */

import { applyAt } from "./client/changes.js";
import { at, isKept } from "./client/room.js";
import * as limits from "./limits.js";

/** @import { Client } from "./client/client.js" */
/** @import { Quote, RoomEvent } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */

/** The window of one room, from its newest messages on. */
export class Timeline {
  client;
  /** Says that the items have changed. */
  changes;
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
  doubted;

  /** @param {Client} client @param {Room} room @param {() => void} changed */
  constructor(client, room, changed) {
    this.client = client;
    this.changes = changed;
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
    this.trim("front");
    this.changes();
  }

  /** The room has another message. @param {Item} item */
  received(item) {
    if (!this.tail) return;
    this.items.push(item);
    const { follow, landed } = this;
    // One who is still to be brought to the first unread message is not at the newest.
    const most = follow && landed ? limits.FOLLOWED_MESSAGES : limits.WINDOW_MESSAGES;
    if (this.items.length > most + limits.WINDOW_SLACK_MESSAGES) this.trim(follow ? "front" : "back", most);
  }

  /** Something happened to a message. @param {RoomEvent} event @param {Place} place that of the message */
  changed(event, place) {
    // Read again, it will have this.
    if (this.isDoubted(place)) return;
    applyAt(this.items, event, place, this.client.rooms.me);
  }

  /** The reader is brought there: to the wanted message, if there is one. */
  land() {
    const { wanted, wrote } = this;
    this.landed = true;
    this.wrote = false;
    this.wanted = undefined;
    return { wanted, wrote };
  }

  /** What comes is not seen as it comes: the reader has to be brought there again. */
  interrupt() {
    this.landed = false;
  }

  /** The reader has written. */
  written() {
    this.wrote = !this.room.joined;
  }

  /** Events were passed over, so that nobody has told of changes. */
  gap() {
    this.interrupt();
    this.doubted = this.items.findLast(({ era }) => era === this.room.era);
  }

  /** The room is joined: what it does not keep any more goes. */
  joined() {
    this.items = this.items.filter((item) => isKept(this.room, item));
    this.changes();
  }

  /** @param {Place} place */
  isDoubted({ era, seq }) {
    return era === this.doubted?.era && seq <= this.doubted.seq;
  }

  /** @param {"front" | "back"} end which to take from @param {number} [most] how many are left */
  trim(end, most = limits.WINDOW_MESSAGES) {
    const excess = this.items.length - most;
    if (excess <= 0) return;
    if (end === "front") return void this.items.splice(0, excess);
    this.items.splice(-excess);
    this.tail = false;
  }
}
