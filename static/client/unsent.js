/**
 * The messages, and changes of messages, on their way to the server: each is kept, over restarts and lost connections, until the server
 * has stored it.
 *
 * @module
 */

import { commandOf, isReceived, isSame, stateIn, waitsFor } from "./entries.js";
import * as limits from "./limits.js";
import { isForNow } from "./lines.js";
import { every } from "./world.js";

/** @import { Entry, Intent } from "./entries.js" */
/** @import { Answers } from "./lines.js" */
/** @import { Link } from "./link.js" */
/** @import { Room } from "./room.js" */
/** @import { Rooms } from "./rooms.js" */
/** @import { World } from "./world.js" */

const PREFIX = "outbox.";

/**
 * What of one client is not known to be stored. Each client keeps its own under a key of its own. Those that
 * are no longer renewed belonged to a client that has ended: another takes them over. If two ever send the same
 * one, the nonce makes it one.
 */
export class Unsent {
  #world;
  #link;
  #rooms;
  #changed;
  #stored;
  /** @type {Entry[]} */
  #entries = [];
  /** Rooms that one was sent to and not yet answered, or that must wait: so their order stays. @type {Set<string>} */
  #busy = new Set();
  /** Rooms that take no messages for a while, only changes of messages. @type {Set<string>} */
  #slow = new Set();
  #key;
  #cancelRenewal = () => {};

  /** The author of what is new. @type {{ id: string, name: string }} */
  author = { id: "", name: "" };

  /**
   * @param {World} world
   * @param {Link} link
   * @param {Rooms} rooms
   * @param {(room: string) => void} changed what is on its way to a room has changed
   * @param {(entry: Entry) => void} stored the server has stored one
   */
  constructor(world, link, rooms, changed, stored) {
    this.#world = world;
    this.#link = link;
    this.#rooms = rooms;
    this.#changed = changed;
    this.#stored = stored;
    this.#key = PREFIX + world.tab;
  }

  /** Takes up the messages that this client left behind when it last ended, follows their rooms, and keeps renewing them. */
  start() {
    this.#adopt(this.#key);
    this.#renew();
    this.#cancelRenewal = every(this.#world, limits.UNSENT_RENEW_MS, () => this.#renew());
  }

  /** Leaves what is not sent for the next {@linkcode start}, or for another client, which need not wait. */
  stop() {
    this.#cancelRenewal();
    this.#save(0);
  }

  /** What waits under another id is not sent under this one. @param {Unsent["author"]} author */
  writeAs(author) {
    this.author = author;
    for (const entry of this.#entries) this.#claim(entry);
  }

  /** Under another id its nonce means nothing: sent without asking, the message might appear twice. @param {Entry} entry */
  #claim(entry) {
    // Its program ended before it knew who it was.
    entry.id ||= this.author.id;
    const isOwn = entry.id === this.author.id;
    if (isOwn && entry.code === "other_id") this.retry(entry);
    else if (!isOwn && (entry.state === "pending" || entry.state === "held")) {
      this.#fail(entry, "other_id", "it was written under another identity");
    }
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
    return this.count >= limits.UNSENT_MESSAGES;
  }

  /**
   * @param {string} room
   * @param {Intent} intent
   * @param {"pending" | "held"} [state] held: it goes once it is released, and in any case when its client is started again
   * @returns {Entry}
   */
  add(room, intent, state = "pending") {
    const { nonce = this.#world.randomHex(16) } = intent;
    const entry = { ...intent, nonce, room, ...this.author, ts: this.#world.now(), state };
    this.#entries.push(entry);
    this.#saveIn(room);
    this.pump(room);
    return entry;
  }

  /** Lets one go that was held. @param {Entry} entry */
  release(entry) {
    if (entry.state === "held") this.retry(entry);
  }

  /** Tries a failed one again. @param {Entry} entry @param {Intent} [otherwise] what is to be different */
  retry(entry, otherwise) {
    // Refused, its nonce stands for nothing.
    Object.assign(entry, otherwise, { state: "pending", id: this.author.id, reason: undefined, code: undefined });
    if (otherwise !== undefined) entry.altered = true;
    this.#saveIn(entry.room);
    this.pump(entry.room);
  }

  /** Gives one up that has failed or is held, and what was to change it. @param {Entry} entry */
  remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry && !waitsFor(other, entry));
    this.#saveIn(entry.room);
  }

  /** Sends the next one of a room, if it can be. @param {string} name @returns {void} */
  pump(name) {
    const room = this.#rooms.get(name);
    if (this.#busy.has(name) || !room?.joined) return;
    const all = this.of(name);
    const stuck = all.filter(({ state, type }) => state === "failed" || (type === undefined && this.#slow.has(name)));
    const entry = all.find((entry) =>
      entry.state === "pending" && !stuck.some((other) => other === entry || waitsFor(entry, other))
    );
    if (entry === undefined) return;
    this.#busy.add(name);
    // A number that was given before anything was known of the room means a message of this life, however often it is sent.
    if (entry.target ?? entry.reply) entry.targetEpoch ||= room.epoch;
    this.#link.ask(commandOf(entry), (line) => {
      this.#busy.delete(name);
      this.#answered(entry, line);
    });
  }

  /**
   * A room has got further: drops what has arrived.
   *
   * @param {Room} room
   * @param {Parameters<typeof isSame>[1]} [event] what came
   */
  received(room, event) {
    const count = this.#entries.length;
    this.#entries = this.#entries.filter((entry) =>
      entry.room !== room.name || !(isReceived(entry, room) || (event !== undefined && isSame(entry, event)))
    );
    if (this.#entries.length < count) this.#save();
  }

  /** A room is joined, perhaps with another epoch. @param {Room} room */
  joined(room) {
    const entries = this.of(room.name);
    for (const entry of entries) {
      const before = entry.state;
      // Somebody has to decide about it.
      if (before === "failed" || before === "held") continue;
      entry.state = stateIn(entry, room);
      // The answer came before its epoch did.
      if (before === "pending" && entry.state === "sent") this.#stored(entry);
    }
    this.received(room);
    if (entries.length > 0) this.#saveIn(room.name);
    this.pump(room.name);
  }

  /** @param {Entry} entry @param {Answers["publish"]} line */
  #answered(entry, line) {
    if (line.type === "ok") {
      entry.epoch = line.epoch;
      entry.seq = line.seq;
      entry.durability = line.durability;
      const room = this.#rooms.get(entry.room);
      entry.state = stateIn(entry, room);
      // It crossed a reset: its epoch is over, or not known here yet. The nonce makes it one message.
      if (room === undefined || entry.state === "pending") return this.#wait(entry.room);
      if (isReceived(entry, room)) this.#drop(entry);
      this.#stored(entry);
      this.#saveIn(entry.room);
    } else if (line.closeCode === 1009) {
      this.#fail(entry, "too_big", "it is too big");
    } else if (line.code === "link_down") {
      // Once the link is up again its room is joined, and it goes; while it is, too much waits to be sent.
      return this.#link.open ? this.#wait(entry.room) : undefined;
    } else if (line.code === "slow_mode") {
      // It may be ended before.
      this.#wait(entry.room, Math.min(line.retryAfterMs ?? 0, limits.SLOW_MS), this.#slow);
    } else if (isForNow(line)) {
      return this.#wait(entry.room, line.retryAfterMs);
    } else if (line.code === "nonce_used" && entry.altered) {
      // Nobody else has its nonce: it was stored as it was first sent, and the answer was lost.
      this.#drop(entry);
      this.#saveIn(entry.room);
    } else if (line.code === "nonce_used") {
      // Another one has its nonce, so this one is certainly not stored: it may be sent as a new one.
      const nonce = this.#world.randomHex(16);
      for (const change of this.of(entry.room).filter((other) => waitsFor(other, entry))) change.targetNonce = nonce;
      entry.nonce = nonce;
      this.#fail(entry, line.code, "it was mistaken for another message");
    } else {
      this.#fail(entry, line.code, line.message);
    }
    this.pump(entry.room);
  }

  /** Holds a room back for a while: what comes after must not overtake. @param {string} room */
  #wait(room, ms = limits.RETRY_MS, held = this.#busy) {
    held.add(room);
    this.#world.after(ms, () => {
      held.delete(room);
      this.pump(room);
    });
  }

  /** @param {Entry} entry @param {string} code @param {string} reason */
  #fail(entry, code, reason) {
    Object.assign(entry, { state: "failed", code, reason });
    this.#saveIn(entry.room);
  }

  /** @param {Entry} entry */
  #drop(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** What is on its way to a room has changed. @param {string} room */
  #saveIn(room) {
    this.#save();
    this.#changed(room);
  }

  #save(renewedMs = this.#world.now()) {
    const entries = this.#entries.filter(({ state }) => state !== "sent");
    const value = entries.length === 0 ? null : JSON.stringify({ renewedMs, entries });
    this.#world.storage.set(this.#key, value);
  }

  /** Says that this client is alive, and takes over from those that no longer do. */
  #renew() {
    const { storage, now } = this.#world;
    if (this.#entries.length > 0) this.#save();
    for (const key of storage.keys(PREFIX)) {
      const { renewedMs = 0 } = storage.getJson(key, /** @type {{ renewedMs?: number }} */ ({}));
      // A time that lies ahead is of before the clock was set right: nobody renews it.
      if (key === this.#key || Math.abs(now() - renewedMs) < limits.UNSENT_LEASE_MS) continue;
      if (this.#adopt(key)) storage.set(key, null);
    }
  }

  /** Takes over what is stored under a key; false if there is no room for it. @param {string} key */
  #adopt(key) {
    const { entries = [] } = this.#world.storage.getJson(key, /** @type {{ entries?: Entry[] }} */ ({}));
    if (entries.length > limits.UNSENT_MESSAGES - this.#entries.length) return false;
    for (const entry of entries.filter(({ nonce }) => !this.#entries.some((own) => own.nonce === nonce))) {
      this.#entries.push(entry);
      if (entry.state === "held") entry.state = "pending";
      this.#claim(entry);
    }
    this.#save();
    for (const { room } of entries) {
      // Another client's room need not be one of this one's: nothing could be sent to it.
      this.#rooms.open(room);
      this.#changed(room);
      this.pump(room);
    }
    return true;
  }
}
