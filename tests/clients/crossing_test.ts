/** What crosses on the wire of the client for programs: each test plays the server, line by line. */

import { Chat } from "../../static/client/chat.js";
import type { ChatEvent } from "../../static/client/connect.d.ts";
import { QUEUED_EVENTS, RETRY_MS } from "../../static/client/limits.js";
import { endable } from "../../static/client/program_world.js";
import { Storage } from "../../static/client/storage.js";
import type { SocketHandlers } from "../../static/client/world.js";
import { assertEquals, assertRejects } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

type Line = Record<string, unknown>;

/** A client, and the server's end of its connection. */
class Played {
  readonly clock = new FakeClock();
  readonly chat: Chat;
  /** The commands that were not taken yet. */
  readonly commands: Line[] = [];
  #handlers: SocketHandlers | undefined;

  constructor() {
    const world = endable({
      dial: (_url, _protocol, handlers) => {
        this.#handlers = handlers;
        const send = (frame: string) => void this.commands.push(...frame.split("\n").map((line) => JSON.parse(line)));
        return { send, close() {} };
      },
      after: (ms, run) => this.clock.after(ms, run),
      now: () => this.clock.now(),
      elapsed: () => this.clock.elapsed(),
      random: () => 0.5,
      randomHex: () => crypto.randomUUID(),
      storage: new Storage(() => {
        throw new Error("It has none");
      }),
      tab: "tab",
    });
    this.chat = new Chat(world, "", { id: "me", name: "Me" });
  }

  /** Lets it in, and into the lobby, if it asks for that. */
  async welcome(joined: Line): Promise<void> {
    await turns();
    this.#handlers!.opened();
    await this.answer("hello", { type: "welcome", id: "me", name: "Me", limits: {} });
    await this.answer("join", { ...JOINED, ...joined });
  }

  /** Answers the first command of a type. */
  async answer(type: string, line: Line): Promise<void> {
    await turns();
    const index = this.commands.findIndex((command) => command.type === type);
    const [command] = this.commands.splice(index, index < 0 ? 0 : 1);
    if (command === undefined) throw new Error(`There is no ${type} in ${JSON.stringify(this.commands)}`);
    await this.push({ ...line, ref: command.ref });
  }

  async push(...lines: Line[]): Promise<void> {
    this.#handlers!.received(lines.map((line) => JSON.stringify({ room: "lobby", ...line })).join("\n"));
    await turns();
  }

  /** What its stream brings, apart from who is there. */
  read(room = this.chat.room("lobby")): string[] {
    const said: string[] = [];
    (async () => {
      for await (const event of room) if (event.type !== "people") said.push(inShort(event));
    })();
    return said;
  }
}

const JOINED = { type: "joined", epoch: "a", seq: 0, first: 1, recovered: false, memberCount: 1, messages: [] };

function message(seq: number): Line {
  return { type: "message", seq, id: "2", name: "Two", text: `text ${seq}`, ts: 1 };
}

function inShort(event: ChatEvent): string {
  return event.type === "message" ? `${event.text} (${event.epoch})` : `${event.type} ${Object(event).reason ?? ""}`;
}

/** Promises that resolve have been heard of. */
function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("what was stored in another life of the room, of which the client hears only then, is known to be stored", async () => {
  const played = new Played();
  await using chat = played.chat;
  const sending = chat.room("lobby").send("hello");
  await played.welcome({});
  await played.answer("publish", { type: "ok", epoch: "b", seq: 1, durability: "fsync" });
  await played.push({ type: "reset", epoch: "b", first: 1, head: 1 });
  assertEquals(await sending, { epoch: "b", seq: 1, durability: "fsync" });
});

Deno.test("a stream that reads what was there before joins again when that is of another life", async () => {
  const played = new Played();
  await using chat = played.chat;
  const said = played.read(chat.room("lobby", { after: "start" }));
  await played.welcome({ seq: 2 });
  await played.answer("history", { type: "history", epoch: "b", messages: [message(1)], from: 1, to: 1 });
  played.clock.advance(RETRY_MS);
  await played.answer("join", { ...JOINED, epoch: "b", seq: 1, messages: [message(1)] });
  assertEquals(said, ["gap epoch", "text 1 (b)"]);
});

Deno.test("a stream that reads what was there before joins again until it is let in", async () => {
  const played = new Played();
  await using chat = played.chat;
  const said = played.read(chat.room("lobby", { after: "start" }));
  await played.welcome({ seq: 2 });
  await played.answer("history", { type: "history", epoch: "b", messages: [], from: 1, to: 0 });
  played.clock.advance(RETRY_MS);
  await played.answer("join", { type: "error", code: "unavailable", message: "", retryAfterMs: 1_000 });
  played.clock.advance(1_000);
  await played.answer("join", { ...JOINED, epoch: "b", seq: 1, messages: [message(1)] });
  assertEquals(said, ["gap epoch", "text 1 (b)"]);
});

Deno.test("a join that a reset has overtaken brings nothing once more", async () => {
  const played = new Played();
  await using chat = played.chat;
  const said = played.read(chat.room("lobby"));
  await played.welcome({ seq: 5 });
  // One is left out: it joins again.
  await played.push(message(7));
  await played.push({ type: "reset", epoch: "b", first: 1, head: 1 }, message(2));
  await played.answer("join", { ...JOINED, epoch: "b", seq: 2, messages: [message(1), message(2)] });
  await played.push(message(3));
  assertEquals(said.filter((each) => !each.startsWith("gap")), ["text 2 (b)", "text 3 (b)"]);
});

Deno.test("a room that is left is not joined again by what its stream still reads", async () => {
  const played = new Played();
  await using chat = played.chat;
  const room = chat.room("lobby", { after: "start" });
  played.read(room);
  await played.welcome({ seq: 200 });
  room.leave();
  await played.answer("history", { type: "history", epoch: "a", messages: [message(1)], from: 1, to: 100 });
  played.clock.advance(2 * RETRY_MS);
  await turns();
  assertEquals(played.commands.map(({ type }) => type), ["leave"]);
});

Deno.test("a room that is left is not joined again by taking what was there of it", async () => {
  const played = new Played();
  await using chat = played.chat;
  const room = chat.room("lobby");
  const stream = room[Symbol.asyncIterator]();
  await played.welcome({});
  for (let seq = 1; seq <= QUEUED_EVENTS; seq++) await played.push(message(seq));
  room.leave();
  let taken = 0;
  while (!(await stream.next()).done) taken++;
  await turns();
  assertEquals([taken >= QUEUED_EVENTS, played.commands.map(({ type }) => type)], [true, ["leave"]]);
});

Deno.test("a program that has asked for messages and leaves the room is told so, and the page does not join it again", async () => {
  const played = new Played();
  await using chat = played.chat;
  const room = chat.room("lobby");
  const asking = assertRejects(() => room.history(), DOMException);
  await played.welcome({ seq: 1 });
  room.leave();
  await asking;
  await played.answer("history", { type: "history", epoch: "a", messages: [message(1)], from: 1, to: 1 });
  assertEquals(played.commands.map(({ type }) => type), ["leave"]);
});

Deno.test("a program that has asked for messages is told when the connection is closed", async () => {
  const played = new Played();
  const asking = assertRejects(() => played.chat.room("lobby").history(), DOMException);
  await played.welcome({ seq: 1 });
  played.chat.close();
  await asking;
});
