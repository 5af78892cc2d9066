/** A room for a program: a stream of its events, and what can be done in it. @module */

import { historyBefore } from "./history.js";
import * as limits from "./limits.js";
import { at } from "./room.js";
import { messageOf, RoomStream } from "./room_stream.js";
import { RefusedError, Sending } from "./sending.js";

/** @import { Client } from "./client.js" */
/** @import { Entry, Intent } from "./entries.js" */
/** @import { Member, Of, RoomEvent } from "./lines.js" */
/** @import { Item } from "./room.js" */
/** @import { Beginning, ChatEvent, ChatPosition, MessageEvent } from "./room_stream.js" */
/** @import { Stored } from "./sending.js" */

/** The message that is meant: its `seq`, or an event of the stream. @typedef {number | { seq: number, epoch?: string, version?: number }} Target */

/** A room that is followed, or written to. `Chat.room` gives it. */
export class ChatRoom {
  /** @type {string} */
  name;
  #client;
  /** @type {Beginning} */
  #after = "now";
  #left;
  /** @type {RoomStream | undefined} */
  #stream;
  #sending;
  /** Those who wait for it to be joined. @type {{ resolve(): void, reject(error: unknown): void }[]} */
  #entering = [];
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
    this.#sending = new Sending(name, client);
  }

  /** The place of the last event that was taken from the stream. A later program that gives it to `room` as `after` goes on there. @returns {ChatPosition | undefined} */
  get position() {
    return this.#stream?.position;
  }

  /** Those who are in it, as far as the server names them. @returns {Member[]} */
  get members() {
    return Array.from(this.#client.rooms.get(this.name)?.members ?? [], ([id, name]) => ({ id, name }));
  }

  /**
   * Its events, in their order, without end. A room has one stream: a loop goes on where the one before it stopped.
   *
   * @returns {AsyncIterator<ChatEvent, undefined>} throws a {@linkcode RefusedError} if the room cannot be read, or not any more
   */
  [Symbol.asyncIterator]() {
    this.#follow();
    const stream = this.#begin();
    return { next: () => stream.next(), return: () => Promise.resolve({ done: true, value: undefined }) };
  }

  /**
   * Sends a message. It is stored once, however often the connection is lost meanwhile.
   *
   * @param {string} text
   * @param {{ reply?: Target, mentions?: string[] }} [options] `reply`: the message that it answers; `mentions`: the ids of those whom it calls
   * @returns {Promise<Stored>} when it is stored; rejects with a {@linkcode RefusedError}, or an `AbortError` if the connection is closed before that
   */
  send(text, { reply, mentions } = {}) {
    const answered = reply === undefined ? undefined : targetOf(reply);
    return this.#send({ text, mentions, reply: answered?.seq }, answered?.epoch);
  }

  /**
   * Replaces the text of a message of one's own.
   *
   * @param {Target} message by its number alone: whatever its text is now
   * @param {string} text
   * @returns {Promise<Stored>} as {@linkcode ChatRoom.send} does
   */
  async edit(message, text) {
    const { seq, epoch, version = 0 } = typeof message === "number" ? await this.#find(message) : message;
    return await this.#send({ type: "edit", target: seq, version, text }, epoch);
  }

  /** Deletes a message. @param {Target} message @returns {Promise<Stored>} as {@linkcode ChatRoom.send} does */
  remove(message) {
    const { seq, epoch } = targetOf(message);
    return this.#send({ type: "delete", target: seq }, epoch);
  }

  /**
   * Reacts to a message, or takes that back.
   *
   * @param {Target} message
   * @param {string} emoji
   * @param {boolean} [on]
   * @returns {Promise<Stored>} as {@linkcode ChatRoom.send} does
   */
  react(message, emoji, on = true) {
    const { seq, epoch } = targetOf(message);
    return this.#send({ type: "react", target: seq, emoji, on }, epoch);
  }

  /** Shows the others for some seconds that one is typing. */
  typing() {
    this.#client.link.tell({ type: "typing", room: this.name });
  }

  /**
   * Messages that were there before, as they are now.
   *
   * @param {{ before?: number, limit?: number }} [options] `before`: a `seq`, without it the newest; `limit`: at most 100
   * @returns {Promise<MessageEvent[]>} the oldest first
   */
  async history({ before, limit = limits.PAGE_MESSAGES } = {}) {
    this.#follow();
    while (true) {
      await this.#whenJoined();
      const room = this.#followed;
      const place = { era: room.era, seq: before ?? room.seq + 1 };
      /** @type {import("./history.js").Page | undefined} */
      const page = await new Promise((done) => historyBefore(this.#client, room, place, done, limit));
      for (const item of page?.items ?? []) this.read(item);
      if (page !== undefined) return page.items.map((item) => messageOf(item, room.epoch));
      if (room.joined) throw new RefusedError("unavailable", "The server did not send the messages");
    }
  }

  /** Follows it no more: its stream ends, and what is not stored yet is rejected, and not sent later. */
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

  /** @param {{ seq: number, id?: string, nonce?: string }} event */
  read(event) {
    this.#sending.seen(event, this.#followed.epoch);
  }

  joined() {
    for (const { resolve } of this.#entering.splice(0)) resolve();
    this.#stream?.joined();
  }

  people() {
    this.#stream?.people(this.members, [...this.#followed.typing.keys()]);
  }

  /** @param {Of<"error">} error */
  joinRefused({ code, message, retryAfterMs }) {
    if (retryAfterMs === undefined && code !== "unavailable") this.#giveUp({ error: new RefusedError(code, message) });
  }

  /** @param {Entry} entry */
  stored(entry) {
    this.#sending.stored(entry);
  }

  /** @param {Entry} entry @param {RefusedError} reason @returns {boolean} whether anybody waits for it */
  refused(entry, reason) {
    return this.#sending.refused(entry, reason);
  }

  /** Nothing comes any more. @param {{ error?: unknown }} [end] */
  end(end = {}) {
    this.#ended = end;
    this.#stream?.end(end);
    const error = end.error ?? closedError();
    this.#sending.end(error);
    for (const { reject } of this.#entering.splice(0)) reject(error);
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

  /** @returns {Promise<void>} */
  #whenJoined() {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.error ?? closedError());
    if (this.#followed.joined) return Promise.resolve();
    return new Promise((resolve, reject) => this.#entering.push({ resolve, reject }));
  }

  /** @param {number} seq */
  async #find(seq) {
    await this.#whenJoined();
    const { recent, era } = this.#followed;
    const known = at(recent, { era, seq });
    if (known !== undefined) return { seq, epoch: undefined, version: known.version };
    const [message] = await this.history({ before: seq + 1, limit: 1 });
    return { seq, epoch: undefined, version: message?.seq === seq ? message.version : 0 };
  }

  /** @param {Intent} intent @param {string} [epoch] that of the message which it is about @returns {Promise<Stored>} */
  #send(intent, epoch) {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.error ?? closedError());
    this.#follow();
    const isNumbered = intent.target !== undefined || intent.reply !== undefined;
    const targetEpoch = isNumbered ? epoch ?? (this.#followed.epoch || undefined) : undefined;
    return this.#sending.send({ ...intent, targetEpoch });
  }

  /** @param {{ error?: unknown }} [end] */
  #giveUp(end) {
    const room = this.#client.rooms.get(this.name);
    if (room !== undefined) this.#client.rooms.close(room);
    this.#sending.giveUp();
    this.end(end);
    this.#left();
  }
}

function closedError() {
  return new DOMException("It was closed before that", "AbortError");
}

/** @param {Target} target */
function targetOf(target) {
  return typeof target === "number" ? { seq: target, epoch: undefined } : target;
}
