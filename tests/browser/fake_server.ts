/** The page's client without a page: its server is the test, and its clock stands still. @module */

import { loadNewest, refresh } from "../../static/browsing.js";
import { Client } from "../../static/client/client.js";
import type { Entry } from "../../static/client/entries.js";
import { KEEPING } from "../../static/client/keeping.js";
import type { RoomEvent } from "../../static/client/lines.js";
import type { Item, Room } from "../../static/client/room.js";
import { Storage } from "../../static/client/storage.js";
import type { SocketHandlers } from "../../static/client/world.js";
import { Timeline } from "../../static/timeline.js";
import { FakeClock } from "../lib/fake_clock.ts";

type Fields = Record<string, unknown>;
type Line = Fields & { type: string; ref: string };

export const ME = "k-me";

/** A message of the room that all of these tests are about. */
export function message(seq: number, fields: Fields = {}): RoomEvent & Fields {
  return { seq, id: "7", name: "Bob", text: `message ${seq}`, ts: seq, ...fields };
}

/** A change of one. */
export function change(seq: number, kind: string, target: number, fields: Fields = {}): RoomEvent & Fields {
  return { seq, kind, target, id: "7", name: "Bob", ts: seq, ...fields };
}

export class FakeServer {
  readonly clock = new FakeClock();
  /** What the client has sent, oldest first; the tests take from it. */
  readonly sent: Line[] = [];
  readonly stored: Entry[] = [];
  readonly #storage = new Map<string, string>();
  #socket: SocketHandlers | undefined;
  client!: Client;
  timeline!: Timeline;
  #random = 0;

  constructor() {
    this.load();
  }

  get room(): Room {
    return this.timeline.room;
  }

  /** What the timeline shows: texts, by number where there is none. */
  get shown(): string[] {
    return this.timeline.items.map(({ text, deleted, seq }: Item) => deleted ? `${seq} is deleted` : text);
  }

  /** The client begins, or begins again with what it has stored: in the same tab, or in another one. */
  load(tab = "tab"): void {
    const { clock } = this;
    const area = {
      getItem: (key: string) => this.#storage.get(key) ?? null,
      setItem: (key: string, value: string) => void this.#storage.set(key, value),
      removeItem: (key: string) => void this.#storage.delete(key),
      key: (index: number) => [...this.#storage.keys()][index] ?? null,
      length: this.#storage.size,
    };
    this.client?.close();
    this.client = new Client({
      dial: (_url, _protocol, handlers) => {
        this.#socket = handlers;
        return { send: (frame) => this.#received(frame), close: () => this.#socket = undefined };
      },
      after: (ms, run) => clock.after(ms, run),
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      random: () => 0.5,
      randomHex: () => `r${++this.#random}`,
      storage: new Storage(() => Object.assign(area, { length: this.#storage.size })),
      tab,
    }, {
      keeper: KEEPING,
      url: () => "ws://nowhere",
      hello: () => ({ name: "Me" }),
      on: {
        state() {},
        welcome() {},
        refused() {},
        began() {},
        gap: () => this.timeline.gap(),
        received: (_room, item) => this.timeline.received(item),
        changed: (_room, event, place) => this.timeline.changed(event, place),
        joined: () => {
          this.timeline.joined();
          refresh(this.timeline);
        },
        reset: () => loadNewest(this.timeline),
        people() {},
        joinRefused() {},
        unsent() {},
        stored: (entry) => void this.stored.push(entry),
      },
    });
    this.client.unsent.author = { id: ME, name: "Me" };
    this.timeline = new Timeline(this.client, this.client.rooms.open("lobby"), () => {});
    this.client.unsent.start();
    this.client.link.start();
  }

  /** Lets the client in, and its room: with these newest messages, or what else `joined` is to say. */
  async welcome(joined: Fields = {}): Promise<void> {
    this.#socket?.opened();
    const hello = await this.asked("hello");
    this.say({ type: "welcome", ref: hello.ref, id: ME, name: "Me", limits: {} });
    await this.join(joined);
  }

  /** Answers the question to join. @returns it */
  async join(fields: Fields = {}): Promise<Line> {
    const join = await this.asked("join");
    const { messages = [], seq = (messages as { seq: number }[]).at(-1)?.seq ?? 0 } = fields;
    const rest = {
      epoch: "e",
      seq,
      first: 1,
      floor: 0,
      ordinal: seq,
      recovered: false,
      memberCount: 1,
      may: [],
      messages,
    };
    this.say({ type: "joined", ref: join.ref, room: "lobby", ...rest, ...fields });
    return join;
  }

  /** The connection breaks, and the client comes back. */
  async comeBack(joined: Fields): Promise<Line> {
    this.#socket?.closed(1006);
    this.clock.advance(60_000);
    this.#socket?.opened();
    const hello = await this.asked("hello");
    this.say({ type: "welcome", ref: hello.ref, id: ME, name: "Me", limits: {} });
    return await this.join(joined);
  }

  /** Pushes events. */
  push(...events: (RoomEvent & Fields)[]): void {
    for (const event of events) {
      this.say({ type: event.kind === undefined ? "message" : "change", room: "lobby", ...event });
    }
  }

  say(line: Fields): void {
    this.#socket?.received(JSON.stringify(line));
  }

  /** All commands that have come and were not taken. */
  async settled(): Promise<Line[]> {
    // Commands of one turn go in one frame.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return this.sent;
  }

  /** The next command of a type, which must have come. */
  async asked(type: string): Promise<Line> {
    await this.settled();
    const index = this.sent.findIndex((line) => line.type === type);
    if (index < 0) throw new Error(`There is no ${type} among ${JSON.stringify(this.sent)}`);
    return this.sent.splice(index, 1)[0]!;
  }

  #received(frame: string): void {
    for (const line of frame.split("\n")) this.sent.push(JSON.parse(line));
  }
}
