/** Which replies come, and in which order: with a store whose answers the test gives. @module */

import * as limits from "../../chat/limits.ts";
import type { NewEvent } from "../../chat/event/event.ts";
import { type Appended, StoreUnavailableError } from "../../chat/log/message_log.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { startServer, type TestServer } from "../lib/server.ts";

interface HeldAppend {
  event: NewEvent;
  answer(appended: Partial<Appended>): void;
  fail(): void;
}

/** A log that keeps appends waiting, and pages of history where it is told to, until the test answers them. */
function slowLog() {
  const held = { appends: [] as HeldAppend[], pages: [] as (() => void)[], holdsPages: false };
  const log = Object.assign(openLog(new MemoryStore()), held);
  log.append = (_room, event) =>
    new Promise((resolve, reject) => {
      log.appends.push({
        event,
        answer: (appended) => resolve({ epoch: "e", seq: 1, ts: 1, duplicate: false, ...appended }),
        fail: () => reject(new StoreUnavailableError("Cannot append: the test says so")),
      });
    });
  const read = log.read.bind(log);
  log.read = async (room, range) => {
    if (log.holdsPages) await new Promise<void>((answer) => log.pages.push(answer));
    return await read(room, range);
  };
  return log;
}

/** Lets a client publish messages of these texts, which are their nonces and refs as well, and waits until the log has them. */
async function publish(client: ChatClient, log: { appends: HeldAppend[] }, ...texts: string[]): Promise<void> {
  client.command(...texts.map((text) => ({ type: "publish", ref: text, room: "lobby", nonce: text, text })));
  const isThere = (text: string) => log.appends.some(({ event }) => event.nonce === text);
  await eventually(() => texts.every(isThere), "the appends");
}

/** What a client was answered from its nth line on: the type and the ref. */
function answers({ lines }: ChatClient, from: number): string[] {
  return lines.slice(from).flatMap((line) => "ref" in line ? [`${line.type} ${line.ref}`] : []);
}

Deno.test("an ok names the epoch under which the message is stored, not the one under which the room was joined", async () => {
  const log = slowLog();
  await using server = startServer({ log });
  await using ada = await ChatClient.open(server, "ada");
  const { epoch } = await ada.join("lobby");
  await publish(ada, log, "one", "two");
  log.appends[0]!.answer({ epoch, seq: 7 });
  log.appends[1]!.answer({ epoch: "another", seq: 1 });
  assertEquals([await ada.reply("one"), await ada.reply("two")], [
    { type: "ok", ref: "one", epoch, seq: 7, ts: 1, durability: "memory" },
    { type: "ok", ref: "two", epoch: "another", seq: 1, ts: 1, durability: "memory" },
  ]);
});

Deno.test("a line that is refused as it is read is answered at once, whatever those before it wait for", async () => {
  const log = slowLog();
  await using server = startServer({ log, clock: new FakeClock() });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await publish(ada, log, "waits");
  log.holdsPages = true;
  const from = ada.lines.length;
  ada.command({ type: "history", ref: "waits too", room: "lobby" }, { type: "ping", ref: "behind it" });
  ada.command({ type: "no such thing", ref: "unknown" }, { type: "publish", ref: "incomplete" });
  ada.command(...Array.from({ length: limits.COMMAND_BURST - 5 }, (_, index) => ({ type: "ping", ref: `${index}` })));
  ada.command({ type: "ping", ref: "too fast" }, { type: "no such thing", ref: "unknown, too" });
  await ada.reply("unknown, too");
  assertEquals(answers(ada, from), ["error unknown", "error incomplete", "error too fast", "error unknown, too"]);
  log.holdsPages = false;
  log.pages[0]!();
  await ada.reply("0");
  log.appends[0]!.answer({});
  await ada.reply("waits");
});

Deno.test("an unavailable comes as soon as it is known, and stops nothing: the oks keep their order", async () => {
  const log = slowLog();
  await using server = startServer({ log });
  await using ada = await ChatClient.open(server, "ada", "lobby");
  const from = ada.lines.length;
  await publish(ada, log, "one", "two", "three");
  log.appends[1]!.fail();
  await ada.reply("two");
  log.appends[0]!.answer({ seq: 1 });
  log.appends[2]!.answer({ seq: 2 });
  await ada.reply("three");
  assertEquals(answers(ada, from), ["error two", "ok one", "ok three"]);
});

/** How a connection may end while commands of it wait, and with which code. */
const ENDS: Record<string, { code: number; bringAbout(server: TestServer, client: ChatClient): unknown }> = {
  "the server stops": { code: 1001, bringAbout: (server) => void server.stop() },
  "there were too many errors": {
    code: 1008,
    bringAbout: (_server, client) => client.send(Array(limits.STRIKES).fill("no JSON").join("\n")),
  },
  "a frame is too big": {
    code: 1009,
    bringAbout: (_server, client) => client.send("x".repeat(limits.FRAME_IN_BYTES + 1)),
  },
};

for (const [name, { code, bringAbout }] of Object.entries(ENDS)) {
  Deno.test(`commands that wait get no reply and are not carried out when ${name}`, async () => {
    const log = slowLog();
    await using server = startServer({ log });
    await using ada = await ChatClient.open(server, "ada", "lobby");
    await publish(ada, log, "in the store's hands");
    log.holdsPages = true;
    const from = ada.lines.length;
    ada.command({ type: "history", ref: "page", room: "lobby" });
    ada.command({ type: "publish", ref: "behind it", room: "lobby", nonce: "n", text: "behind it" });
    await eventually(() => log.pages.length === 1, "the question for the page");
    bringAbout(server, ada);
    assertEquals((await ada.closed).code, code);
    log.pages[0]!();
    log.appends[0]!.answer({});
    await server.stop();
    assertEquals(answers(ada, from), []);
    assertEquals(log.appends.map(({ event }) => event.nonce), ["in the store's hands"]);
  });
}

Deno.test("replies say which command they answer, whatever was answered before", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  ada.command(
    { type: "join", ref: "join", room: "lobby" },
    { type: "publish", ref: "publish", room: "lobby", nonce: "1", text: "x" },
    { type: "history", ref: "history", room: "lobby" },
    { type: "nonsense", ref: "wrong" },
    { type: "leave", ref: "leave", room: "lobby" },
  );
  const types: string[] = [];
  for (const ref of ["join", "publish", "history", "wrong", "leave"]) types.push((await ada.reply(ref)).type);
  assertEquals(types, ["joined", "ok", "history", "error", "ok"]);
});
