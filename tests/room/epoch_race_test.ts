/** A store that begins a new life while somebody's question to it is still on its way. @module */

import { stateAt } from "../lib/messages.ts";
import type { StoredMessage } from "../../chat/event/event.ts";
import type {
  Appended,
  Durability,
  MessageLog,
  Page,
  Range,
  RoomChanges,
  RoomState,
  Subscription,
  TailListener,
} from "../../chat/log/message_log.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

/** A log whose answers come when the test gives them. */
class HeldLog implements MessageLog {
  readonly durability: Durability = "os";
  readonly asked: { range: Range; answer(page: Page): void }[] = [];
  tail!: TailListener;
  readonly #state: RoomState;

  constructor(state: RoomState) {
    this.#state = state;
  }

  append(): Promise<Appended> {
    return Promise.reject(new Error("Nobody says anything here"));
  }

  read(_room: string, range: Range): Promise<Page> {
    return new Promise((answer) => this.asked.push({ range, answer }));
  }

  reactors(): Promise<string[]> {
    return Promise.resolve([]);
  }

  roomChanges(): Promise<RoomChanges> {
    return Promise.resolve({ ...this.#state, changes: [] });
  }

  subscribe(_room: string, tail: TailListener): Promise<Subscription> {
    this.tail = tail;
    tail.begin(this.#state);
    return Promise.resolve({ cancel: () => {}, pause: () => {}, resume: () => {} });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The next question, once it is asked. */
  async next(): Promise<{ range: Range; answer(page: Page): void }> {
    await eventually(() => this.asked.length > 0, "a question to the log", 5_000);
    return this.asked.shift()!;
  }
}

function messages(from: number, to: number): StoredMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    return { seq: from + index, id: "ada", name: "Ada", text: `${from + index}`, ts: 1 };
  });
}

Deno.test("a member let in by an answer of the old life is told of the new one", async () => {
  const log = new HeldLog(stateAt("old", 5));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  const joined = client.join("lobby");
  const question = await log.next();
  log.tail.reset(stateAt("new", 2));
  question.answer({ ...stateAt("old", 5), events: messages(1, 5), passed: 0 });
  assertEquals((await joined).epoch, "old");
  (await log.next()).answer({ ...stateAt("new", 2), events: [], passed: 0 });
  const { type: _, ...reset } = await client.line(({ type }) => type === "reset");
  assertEquals(reset, { room: "lobby", epoch: "new", first: 1, head: 2 });
  log.tail.batch(messages(3, 3));
  assertEquals((await client.untilSeq("lobby", 3)).map(({ seq }) => seq), [3]);
});

Deno.test("a member let in by an answer of the new life is not moved back when the room hears of it", async () => {
  const log = new HeldLog(stateAt("old", 5));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  const joined = client.join("lobby");
  (await log.next()).answer({ ...stateAt("new", 2), events: messages(1, 2), passed: 0 });
  assertEquals((await joined).seq, 2);
  log.tail.reset(stateAt("new", 1));
  log.tail.batch(messages(2, 3));
  const { range, answer } = await log.next();
  assertEquals(range.after, 2);
  answer({ ...stateAt("new", 3), events: messages(3, 3), passed: 0 });
  assertEquals((await client.untilSeq("lobby", 3)).map(({ seq }) => seq), [3]);
});

Deno.test("a page that was asked for before a reset is not sent after it", async () => {
  const log = new HeldLog(stateAt("old", 150));
  await using server = startServer({ log });
  await using client = await ChatClient.open(server, "c");
  await using other = await PlainClient.open(server, "other");
  const joined = client.join("lobby", { epoch: "old", seq: 0 });
  (await log.next()).answer({ ...stateAt("old", 150), events: messages(1, 100), passed: 0 });
  assertEquals((await joined).messages.length, 100);
  const late = await log.next();
  assertEquals(late.range.after, 100);
  log.tail.reset(stateAt("new", 130));
  log.tail.batch(messages(131, 131));
  await other.untilCount(1);
  late.answer({ ...stateAt("new", 131), events: messages(101, 131), passed: 0 });
  const again = await log.next();
  assertEquals(again.range.after, 130);
  again.answer({ ...stateAt("new", 131), events: messages(131, 131), passed: 0 });
  assertEquals((await client.untilSeq("lobby", 131)).map(({ seq }) => seq), [131]);
});
