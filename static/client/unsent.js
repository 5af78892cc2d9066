/**
 * The messages on their way to the server: each is kept, over restarts and lost connections, until the server has stored it.
 *
 * @module
 */

import * as limits from "./limits.js";
import { every } from "./world.js";

/** @import { Answers } from "./lines.js" */
/** @import { Link } from "./link.js" */
/** @import { Item, Room } from "./room.js" */
/** @import { Rooms } from "./rooms.js" */
/** @import { World } from "./world.js" */

/**
 * A message on its way. `epoch` and `seq`: its place, once the server has told it. `ts`: when it was written, by this
 * client's clock.
 * @typedef {object} Entry
 * @property {string} nonce
 * @property {string} room
 * @property {string} text
 * @property {string} id its author
 * @property {string} name
 * @property {number} ts
 * @property {"pending" | "failed" | "sent"} state
 * @property {string} [reason] why it failed
 * @property {string} [epoch]
 * @property {number} [seq]
 */

const PREFIX = "outbox.";
const MAY_BE_SENT_AGAIN = new Set(["rate_limited", "unavailable", "store_full", "too_many_lines"]);

/**
 * The messages of one client that are not known to be stored. Each client keeps its own under a key of its own. Those that
 * are no longer renewed belonged to a client that has ended: another takes them over. If two ever send the same
 * message, the nonce makes it one.
 */
export class Unsent {
  #world;
  #link;
  #rooms;
  #changed;
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Map<string, Entry>} sent and not yet answered: one a room, so that their order stays */
  #asked = new Map();
  #key;
  #cancelRenewal = () => {};

  /** The author of new messages. @type {{ id: string, name: string }} */
  author = { id: "", name: "" };

  /**
   * @param {World} world
   * @param {Link} link
   * @param {Rooms} rooms
   * @param {(room: string) => void} changed the messages on their way in a room have changed
   */
  constructor(world, link, rooms, changed) {
    this.#world = world;
    this.#link = link;
    this.#rooms = rooms;
    this.#changed = changed;
    this.#key = PREFIX + world.tab;
  }

  /** Takes up the messages that this client left behind when it last ended, and keeps renewing them. */
  start() {
    this.#adopt(this.#key);
    this.#renew();
    this.#cancelRenewal = every(this.#world, limits.UNSENT_RENEW_MS, () => this.#renew());
  }

  /** Leaves the messages for the next {@linkcode start}, or for another client. */
  stop() {
    this.#cancelRenewal();
  }

  /** @param {string} room @returns {Entry[]} */
  of(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  /** The rooms that something is on its way to. */
  get rooms() {
    return new Set(this.#entries.map((entry) => entry.room));
  }

  get count() {
    return this.#entries.length;
  }

  get full() {
    return this.#entries.length >= limits.UNSENT_MESSAGES;
  }

  /** @param {string} room @param {string} text */
  add(room, text) {
    const nonce = this.#world.randomHex(16);
    this.#entries.push({ nonce, room, text, ...this.author, ts: this.#world.now(), state: "pending" });
    this.#save();
    this.#changed(room);
    this.pump(room);
  }

  /** Tries a failed one again. @param {Entry} entry */
  retry(entry) {
    entry.state = "pending";
    entry.id = this.author.id;
    delete entry.reason;
    this.#save();
    this.#changed(entry.room);
    this.pump(entry.room);
  }

  /** Gives a failed one up. @param {Entry} entry */
  remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#save();
    this.#changed(entry.room);
  }

  /** Sends the next one of a room, if it can be. @param {string} name */
  pump(name) {
    if (this.#asked.has(name) || !this.#rooms.get(name)?.joined) return;
    const entry = this.#entries.find((entry) => entry.room === name && entry.state === "pending");
    if (entry === undefined) return;
    this.#asked.set(name, entry);
    const { room, nonce, text } = entry;
    this.#link.ask({ type: "publish", room, nonce, text }, (line) => {
      this.#asked.delete(name);
      this.#answered(entry, line);
    });
  }

  /**
   * A room has got further: drops what has arrived.
   *
   * @param {Room} room
   * @param {Item} [item] the message that came, if it was one
   */
  received(room, item) {
    const count = this.#entries.length;
    if (count === 0) return;
    this.#entries = this.#entries.filter((entry) =>
      entry.room !== room.name || !(isReceived(entry, room) || (item !== undefined && isSame(entry, item)))
    );
    if (this.#entries.length < count) this.#save();
  }

  /** A room is joined, perhaps with another epoch. @param {Room} room */
  joined(room) {
    const entries = this.of(room.name);
    for (const entry of entries) if (entry.state !== "failed") entry.state = stateIn(entry, room);
    this.received(room);
    if (entries.length > 0) {
      this.#save();
      this.#changed(room.name);
    }
    this.pump(room.name);
  }

  /** @param {Entry} entry @param {Answers["publish"]} line */
  #answered(entry, line) {
    if (line.type === "ok") {
      entry.epoch = line.epoch;
      entry.seq = line.seq;
      const room = this.#rooms.get(entry.room);
      entry.state = stateIn(entry, room);
      // It crossed a reset: its epoch is over, or not known here yet. The nonce makes it one message.
      if (room === undefined || entry.state === "pending") return this.#wait(entry, limits.RETRY_MS);
      if (isReceived(entry, room)) this.#entries = this.#entries.filter((other) => other !== entry);
      this.#save();
      this.#changed(entry.room);
    } else if (line.closeCode === 1009) {
      this.#fail(entry, "it is too big");
    } else if (line.code === "link_down") {
      return;
    } else if (MAY_BE_SENT_AGAIN.has(line.code)) {
      return this.#wait(entry, line.retryAfterMs ?? limits.RETRY_MS);
    } else if (line.code === "nonce_used") {
      // Another message has its nonce, so this one is certainly not stored: it may be sent as a new one.
      entry.nonce = this.#world.randomHex(16);
      this.#fail(entry, "it was mistaken for another message");
    } else {
      this.#fail(entry, line.message);
    }
    this.pump(entry.room);
  }

  /** Holds the room back for a while: what comes after must not overtake. @param {Entry} entry @param {number} ms */
  #wait(entry, ms) {
    this.#asked.set(entry.room, entry);
    this.#world.after(ms, () => {
      this.#asked.delete(entry.room);
      this.pump(entry.room);
    });
  }

  /** @param {Entry} entry @param {string} reason */
  #fail(entry, reason) {
    entry.state = "failed";
    entry.reason = reason;
    this.#save();
    this.#changed(entry.room);
  }

  #save() {
    const entries = this.#entries.filter((entry) => entry.state !== "sent");
    const value = entries.length === 0 ? null : JSON.stringify({ renewedMs: this.#world.now(), entries });
    this.#world.storage.set(this.#key, value);
  }

  /** Says that this client is alive, and takes over from those that no longer do. */
  #renew() {
    const { storage, now } = this.#world;
    if (this.#entries.length > 0) this.#save();
    for (const key of storage.keys(PREFIX)) {
      const { renewedMs = 0 } = storage.getJson(key, /** @type {{ renewedMs?: number }} */ ({}));
      if (key === this.#key || now() - renewedMs < limits.UNSENT_LEASE_MS) continue;
      if (this.#adopt(key)) storage.set(key, null);
    }
  }

  /** Takes over what is stored under a key; false if there is no room for it. @param {string} key */
  #adopt(key) {
    const { entries = [] } = this.#world.storage.getJson(key, /** @type {{ entries?: Entry[] }} */ ({}));
    if (entries.length > limits.UNSENT_MESSAGES - this.#entries.length) return false;
    const known = new Set(this.#entries.map((entry) => entry.nonce));
    for (const entry of entries.filter((entry) => !known.has(entry.nonce))) {
      this.#entries.push(entry);
      // Under another id the nonce means nothing: sent without asking, the message might appear twice.
      if (entry.id !== this.author.id) this.#fail(entry, "it was written under another identity");
    }
    this.#save();
    for (const name of this.rooms) {
      this.#changed(name);
      this.pump(name);
    }
    return true;
  }
}

/** Stored counts in the room's present life only. @param {Entry} entry @param {Room | undefined} room */
function stateIn(entry, room) {
  return entry.epoch !== undefined && entry.epoch === room?.epoch ? "sent" : "pending";
}

/** Whether the room has got past the place of an entry that is stored. @param {Entry} entry @param {Room} room */
function isReceived(entry, room) {
  return entry.state === "sent" && room.seq >= (entry.seq ?? Infinity);
}

/** Whether a message that came is an entry. @param {Entry} entry @param {{ id: string, nonce?: string, text: string }} item */
function isSame(entry, item) {
  return entry.nonce === item.nonce && entry.id === item.id && entry.text === item.text;
}
