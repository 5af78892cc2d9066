/** A room for a program: a stream of its events, and what can be done in it. @module */

import { historyBefore } from "./history.js";
import * as limits from "./limits.js";
import { isForNow } from "./lines.js";
import { messageOf, RoomStream } from "./room_stream.js";
import { RefusedError, Sending } from "./sending.js";

/** @import { Client } from "./client.js" */
/** @import { Intent } from "./entries.js" */
/** @import { Page } from "./history.js" */
/** @import { Member, Of, RoomEvent } from "./lines.js" */
/** @import { Item, Place, Room } from "./room.js" */
/** @import { Beginning, ChatEvent, ChatPosition, MessageEvent, Stored, Target } from "./connect.d.ts" */

export class ChatRoom {
  /** @type {string} */
  name;
  #client;
  /** @type {Beginning} */
  #after = "now";
  #left;
  /** @type {RoomStream | undefined} */
  #stream;
  /** Those who wait for it to be joined. @type {{ resolve(value: undefined): void, reject(error: unknown): void }[]} */
  #entering = [];
  /** Those who wait for a page: they are told of the end. @type {Set<(error: unknown) => void>} */
  #asking = new Set();
  /** @type {{ error?: unknown } | undefined} */
  #ended;

  /**
   * @param {string} name
   * @param {Client} client
   * @param {() => void} left called when it is followed no more
   */
  constructor(name, client, left) {
    this.name = name;
    this.#client = client;
    this.#left = left;
    /** What was sent to it; the connection says what has become of it. */
    this.sending = new Sending(name, client);
  }

  /** @returns {ChatPosition | undefined} */
  get position() {
    return this.#stream?.position;
  }

  /** @returns {Member[]} */
  get members() {
    return Array.from(this.#client.rooms.get(this.name)?.members ?? [], ([id, name]) => ({ id, name }));
  }

  /** @returns {AsyncIterator<ChatEvent, undefined>} */
  [Symbol.asyncIterator]() {
    this.#follow();
    const stream = this.#begin();
    return { next: () => stream.next(), return: () => Promise.resolve({ done: true, value: undefined }) };
  }

  /** @param {string} text @param {{ reply?: Target, mentions?: string[], nonce?: string }} [options] @returns {Promise<Stored>} */
  send(text, { reply, mentions, nonce } = {}) {
    const answered = reply === undefined ? undefined : placeOf(reply);
    return this.#send({ text, mentions, nonce, reply: answered?.seq }, answered?.epoch);
  }

  /** @param {Target} message @param {string} text @returns {Promise<Stored>} */
  async edit(message, text) {
    const { seq, epoch, version = 0 } = typeof message === "number" ? await this.#find(message) : message;
    return await this.#send({ type: "edit", target: seq, version, text }, epoch);
  }

  /** @param {Target} message @returns {Promise<Stored>} */
  remove(message) {
    const { seq, epoch } = placeOf(message);
    return this.#send({ type: "delete", target: seq }, epoch);
  }

  /** @param {Target} message @param {string} emoji @param {boolean} [on] @returns {Promise<Stored>} */
  react(message, emoji, on = true) {
    const { seq, epoch } = placeOf(message);
    return this.#send({ type: "react", target: seq, emoji, on }, epoch);
  }

  typing() {
    this.#client.link.tell({ type: "typing", room: this.name });
  }

  /** @param {{ before?: number, limit?: number }} [options] @returns {Promise<MessageEvent[]>} */
  async history({ before, limit = limits.PAGE_MESSAGES } = {}) {
    this.#follow();
    while (true) {
      await this.#whenJoined();
      const room = this.#followed;
      const place = { era: room.era, seq: before ?? room.seq + 1 };
      const page = await this.#ask(room, place, limit);
      for (const item of page?.items ?? []) this.read(item);
      if (page !== undefined) return page.items.map((item) => messageOf(item, room.epoch));
      if (room.joined) throw new RefusedError("unavailable", "The server did not send the messages");
    }
  }

  leave() {
    this.#giveUp();
  }

  // What follows is for the connection.

  /** Says where its stream begins, unless it has begun. @param {Beginning} after */
  beginAt(after) {
    if (this.#stream === undefined) this.#after = after;
  }

  /** @param {Of<"joined">} line */
  began({ seq }) {
    this.#stream?.began(seq);
  }

  /** @param {number | undefined} missed */
  gap(missed) {
    this.#stream?.gap(missed);
  }

  /** @param {Item} item */
  received(item) {
    this.read(item);
    this.#stream?.received(item);
  }

  /** @param {RoomEvent} event */
  changed(event) {
    this.read(event);
    this.#stream?.changed(event);
  }

  /** @param {Parameters<Sending["seen"]>[0]} event */
  read(event) {
    this.sending.seen(event, this.#client.rooms.get(this.name)?.epoch ?? "");
  }

  joined() {
    for (const { resolve } of this.#entering.splice(0)) resolve(undefined);
    this.#stream?.joined();
  }

  people() {
    this.#stream?.people(this.members, [...this.#followed.typing.keys()]);
  }

  /** @param {Of<"error">} error */
  joinRefused(error) {
    if (!isForNow(error)) this.#giveUp({ error: new RefusedError(error.code, error.message) });
  }

  /** Nothing comes any more. @param {{ error?: unknown }} [end] */
  end(end = {}) {
    this.#ended = end;
    this.#stream?.end(end);
    const error = end.error ?? closedError();
    this.sending.end(error);
    for (const { reject } of this.#entering.splice(0)) reject(error);
    for (const reject of this.#asking) reject(error);
    this.#asking.clear();
  }

  get #followed() {
    return this.#client.rooms.open(this.name);
  }

  #begin() {
    if (this.#stream === undefined) {
      this.#stream = new RoomStream(this.#client, this.name, this.#after, (item) => this.read(item));
      if (this.#ended !== undefined) this.#stream.end(this.#ended);
      // It was joined for something else.
      else if (this.#client.rooms.get(this.name)?.joined) this.#stream.began(this.#followed.seq);
    }
    return this.#stream;
  }

  #follow() {
    if (this.#ended !== undefined) return;
    const { rooms } = this.#client;
    // What the stream is to begin with must not be missed if the room is only written to at first, or was.
    if (this.#after !== "now" && this.#stream === undefined) {
      const joined = rooms.get(this.name);
      if (joined !== undefined) rooms.close(joined);
      this.#begin();
    }
    rooms.open(this.name, typeof this.#after === "object" ? this.#after : undefined);
  }

  #assertGoing() {
    if (this.#ended !== undefined) throw this.#ended.error ?? closedError();
  }

  async #whenJoined() {
    this.#assertGoing();
    if (!this.#followed.joined) await new Promise((resolve, reject) => this.#entering.push({ resolve, reject }));
  }

  /** @param {Room} room @param {Place} place what comes before it @param {number} limit @returns {Promise<Page | undefined>} */
  #ask(room, place, limit) {
    return new Promise((resolve, reject) => {
      this.#asking.add(reject);
      historyBefore(this.#client, room, place, (page) => {
        this.#asking.delete(reject);
        resolve(page);
      }, limit);
    });
  }

  /** @param {number} seq */
  async #find(seq) {
    // Another life of the store may have begun by the time that it is found.
    const epoch = this.#client.rooms.get(this.name)?.epoch;
    const [message] = await this.history({ before: seq + 1, limit: 1 });
    return { seq, epoch, version: message?.seq === seq ? message.version : 0 };
  }

  /** @param {Intent} intent @param {string} [epoch] that of the message which it is about @returns {Promise<Stored>} */
  async #send(intent, epoch) {
    this.#assertGoing();
    this.#follow();
    const isNumbered = intent.target !== undefined || intent.reply !== undefined;
    const targetEpoch = isNumbered ? epoch || this.#followed.epoch : undefined;
    return await this.sending.send({ ...intent, targetEpoch });
  }

  /** @param {{ error?: unknown }} [end] */
  #giveUp(end) {
    const room = this.#client.rooms.get(this.name);
    if (room !== undefined) this.#client.rooms.close(room);
    this.sending.giveUp();
    this.end(end);
    this.#left();
  }
}

function closedError() {
  return new DOMException("It was closed before that", "AbortError");
}

/** @param {Target} target */
function placeOf(target) {
  return typeof target === "number" ? { seq: target, epoch: undefined } : target;
}
