/** Members that are served from the log, many at once. @module */

import { CatchUp } from "../../chat/catch_up.ts";
import { systemClock } from "../../chat/clock.ts";
import { Connection } from "../../chat/connection.ts";
import * as limits from "../../chat/limits.ts";
import { MemoryStore } from "../../chat/log/memory.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { Member } from "../../chat/member.ts";
import { Backlog, type ChatSocket } from "../../chat/outbox.ts";
import { assertEquals, assertLess } from "../lib/assert.ts";

const receiver = {
  text() {},
  command() {},
  closed() {},
  trouble(_connection: Connection, error: unknown) {
    throw error;
  },
};

/** A socket whose peer reads everything at once. */
class Reader implements ChatSocket {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly seqs: number[] = [];
  readonly #onFrame: () => void;

  constructor(onFrame: () => void) {
    this.#onFrame = onFrame;
  }

  send(frame: string): void {
    this.seqs.push(...frame.split("\n").map((line) => JSON.parse(line).seq));
    this.#onFrame();
  }

  close(): void {}
}

Deno.test("while many catch up at once the event loop has its turns, and each gets everything", async () => {
  const log = openLog(new MemoryStore());
  const count = 5 * limits.PAGE_MESSAGES;
  await Promise.all(
    Array.from({ length: count }, () => log.append("lobby", { id: "ada", name: "Ada", text: "hi" })),
  );
  const { epoch } = await log.read("lobby", { limit: 0 });
  let inTurn = 0;
  let most = 0;
  const readers = Array.from({ length: 200 }, () => new Reader(() => most = Math.max(most, ++inTurn)));
  const members = readers.map((reader, n) => {
    const peer = { id: `m${n}`, dialect: "chat.v1" as const, address: "" };
    return new Member(new Connection(reader, peer, receiver, systemClock, new Backlog(), false), { epoch, seq: 0 });
  });
  const catchUp = new CatchUp({
    room: "lobby",
    log,
    clock: systemClock,
    front: { epoch, flushed: count },
    has: () => true,
    roster: () => ({ memberCount: 200 }),
  });
  let done = false;
  const serving = Promise.all(members.map((member) => catchUp.serve(member))).then(() => done = true);
  while (!done) {
    inTurn = 0;
    await new Promise((turn) => setImmediate(turn));
  }
  await serving;
  const all = Array.from({ length: count }, (_, index) => index + 1);
  for (const { seqs } of readers) assertEquals(seqs, all);
  assertLess(most, 3 * limits.CATCH_UP_PAGES);
  await log.close();
});
