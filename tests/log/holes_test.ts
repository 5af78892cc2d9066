/** A store that has lost part of a room: on every kind that has files, nobody gets what is left for the whole. @module */

import { systemClock } from "../../chat/base/clock.ts";
import { KvKey } from "../../chat/stores/kv/keys.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import type { MessageLog, Page, Range } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { isWhole, isWholeBefore, newestRun } from "../../chat/log/whole.ts";
import { appendTo } from "../lib/append_to.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import { Collector } from "../lib/collector.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";
import { by } from "../lib/messages.ts";
import { execute, Folder } from "../stores/in_folder.ts";

/** A page of a room of messages only, with those numbers. */
function page(first: number, head: number, ...seqs: number[]): Page {
  const events = seqs.map((seq) => ({ seq, ts: 1, ordinal: seq, ...by(`${seq}`) }));
  return { epoch: "e", first, head, floor: first - 1, messageCount: head, events, passed: (seqs[0] ?? head + 1) - 1 };
}

Deno.test("a page is whole if it has every message that follows the position, up to its limit", () => {
  const whole: [Page, number, number][] = [
    [page(1, 0), 0, 10],
    [page(1, 3, 1, 2, 3), 0, 10],
    [page(1, 9, 4, 5), 3, 2],
    [page(1, 9), 9, 10],
    [page(1, 9), 12, 10],
    [page(10, 9), 9, 10],
    [page(1, 9), 3, 0],
  ];
  const broken: [Page, number, number][] = [
    [page(4, 5, 4, 5), 2, 10],
    [page(1, 5), 3, 10],
    [page(1, 5, 5), 3, 10],
    [page(1, 5, 4), 3, 10],
    [page(1, 9, 4, 6, 7), 3, 3],
    [page(1, 9, 5, 6, 7), 3, 3],
  ];
  for (const [one, after, limit] of whole) assertEquals(isWhole(one, after, limit), true, JSON.stringify([one, after]));
  for (const [one, after, limit] of broken) {
    assertEquals(isWhole(one, after, limit), false, JSON.stringify([one, after]));
  }
});

Deno.test("so is one that ends before a position, from as far back as its limit or the oldest message", () => {
  const whole: [Page, number, number][] = [
    [page(1, 3, 1, 2, 3), Infinity, 10],
    [page(1, 9, 4, 5), 6, 2],
    [page(4, 9, 4, 5), 6, 10],
    [page(4, 9), 4, 10],
    [page(4, 9), 2, 10],
    [page(1, 9, 8, 9), 99, 2],
    [page(1, 9), 5, 0],
    [page(10, 9), Infinity, 10],
    [page(1, 0), Infinity, 10],
  ];
  const broken: [Page, number, number][] = [
    [page(1, 9), 6, 2],
    [page(1, 9, 5), 6, 2],
    [page(1, 9, 3, 5), 6, 2],
    [page(1, 9, 7, 8), Infinity, 2],
    [page(1, 3, 2, 3), Infinity, 10],
  ];
  for (const [pages, wanted] of [[whole, true], [broken, false]] as const) {
    for (const [one, before, limit] of pages) {
      assertEquals(isWholeBefore(one, before, limit), wanted, JSON.stringify([one, before]));
    }
  }
});

Deno.test("of the newest messages, those from the last gap on are a run", () => {
  const run = (one: Page) => newestRun(one).map(({ seq }) => seq);
  assertEquals(run(page(1, 4, 2, 3, 4)), [2, 3, 4]);
  assertEquals(run(page(1, 9, 2, 3, 6, 8, 9)), [8, 9]);
  assertEquals(run(page(1, 9, 7, 8)), []);
  assertEquals(run(page(1, 0)), []);
});

/** A store with a room of 300 messages, and what takes some of them away. */
interface Broken {
  log: MessageLog;
  reports: string[];
  lose(from: number, to: number): Promise<void> | void;
}

/** What removes messages behind a store's back. */
const LOSE: Record<string, (file: string, from: number, to: number) => Promise<void> | void> = {
  sqlite: (file, from, to) => execute(file, `DELETE FROM messages WHERE seq BETWEEN ${from} AND ${to}`),
  async kv(file, from, to) {
    using kv = await Deno.openKv(file);
    for (let seq = from; seq <= to; seq++) await kv.delete(KvKey.message("lobby", seq));
  },
};

async function inBroken(kind: string, work: (broken: Broken) => Promise<void>): Promise<void> {
  await using folder = new Folder();
  const reports: string[] = [];
  const store = await openStore(`${kind}:${folder.file}`);
  const log = openLog(store, systemClock, (message) => reports.push(message));
  try {
    await Promise.all(Array.from({ length: 300 }, (_, index) => appendTo(log, "lobby", by(`${index + 1}`))));
    await work({ log, reports, lose: (from, to) => LOSE[kind]!(folder.file, from, to) });
  } finally {
    await log.close();
  }
}

for (const name of Object.keys(LOSE)) {
  Deno.test(`${name}: of a room that lost messages in its middle the rest is read, and the operator is told once`, () =>
    inBroken(name, async ({ log, reports, lose }) => {
      await lose(100, 249);
      for (const [after, next] of [[90, 91], [150, 250], [260, 261]] as const) {
        const { first, head, events: messages } = await log.read("lobby", { after, limit: 100 });
        assertEquals([first, head, messages[0]?.seq], [1, 300, next]);
      }
      assertEquals(reports.length, 1);
      assertMatch(
        reports[0]!,
        /^The store has lost messages of the room lobby: of those after 90 up to 300 it gave 91 to /,
      );
      await appendTo(log, "other", by("untouched"));
      assertEquals((await log.read("other", { after: 0, limit: 9 })).events.length, 1);
    }));

  Deno.test(`${name}: history that is read back over what was lost has all the rest, and the operator is told`, () =>
    inBroken(name, async ({ log, reports, lose }) => {
      await lose(101, 200);
      await log.read("lobby", { before: 301, limit: 100 });
      await log.read("lobby", { before: 101, limit: 100 });
      assertEquals(reports, []);
      const pages = [
        [{ before: 201, limit: 100 }, 1, 100],
        [{ before: 150, limit: 10 }, 91, 100],
        [{ before: 211, limit: 100 }, 11, 210],
        [{ after: 100, limit: 50 }, 201, 250],
        [{ after: 150, limit: 10 }, 201, 210],
      ] as const;
      for (const [range, from, to] of pages) {
        const { events: messages } = await log.read("lobby", range);
        assertEquals([messages[0]?.seq, messages.at(-1)?.seq], [from, to], JSON.stringify(range));
      }
      assertEquals(reports.length, 1);
      assertMatch(
        reports[0]!,
        /^The store has lost messages of the room lobby: of those from 1 to 210 it gave 11 to 210, /,
      );
      await using server = startServer({ log });
      await using ada = await ChatClient.open(server, "ada", "lobby");
      const seqs: number[] = [];
      for (let [before, more] = [301, true]; more;) {
        const page = await ada.ask({ type: "history", room: "lobby", before }, "history");
        seqs.unshift(...page.messages.map(({ seq }) => seq));
        [before, more] = [seqs[0]!, page.more];
      }
      assertEquals(seqs, Array.from({ length: 200 }, (_, index) => index < 100 ? index + 1 : index + 101));
    }));

  Deno.test(`${name}: a client that resumes before lost messages is told, by joined or by reset, and goes on`, () =>
    inBroken(name, async ({ log, lose }) => {
      const { epoch } = await log.read("lobby", { limit: 0 });
      await lose(150, 249);
      await using server = startServer({ log });
      await using near = await ChatClient.open(server, "near");
      const { recovered, missed, messages } = await near.join("lobby", { epoch, seq: 120 });
      assertEquals([recovered, missed, messages[0]?.seq, messages.at(-1)?.seq], [false, 130, 251, 300]);
      await using far = await ChatClient.open(server, "far");
      // The first page is whole, so that it learns of the gap on its way.
      assertEquals((await far.join("lobby", { epoch, seq: 20 })).recovered, true);
      const { head } = await far.push("reset");
      assertEquals(head, 300);
      await using after = await ChatClient.open(server, "after");
      assertEquals((await after.join("lobby", { epoch, seq: 260 })).recovered, true);
      await near.publish("lobby", "on we go");
      for (const client of [near, far, after]) assertEquals((await client.untilSeq("lobby", 301)).at(-1)?.seq, 301);
    }));
}

Deno.test("a tail that must read what the store has lost resets its listener", () => resetsWithout(5));
Deno.test("a tail that must read what was trimmed resets its listener", () => resetsWithout(1, 2, 3));

async function resetsWithout(...numbers: number[]): Promise<void> {
  const lost = new Set<number>();
  class Leaky extends MemoryStore {
    override async read(room: string, range: Range): Promise<Page> {
      const page = await super.read(room, range);
      const first = lost.has(1) ? 4 : 1;
      return { ...page, first, events: page.events.filter(({ seq }) => !lost.has(seq)) };
    }
  }
  const log = openLog(new Leaky());
  const collector = new Collector();
  const subscription = await log.subscribe("lobby", collector);
  subscription.pause();
  for (let seq = 1; seq <= 9; seq++) await appendTo(log, "lobby", by(`${seq}`));
  for (const seq of numbers) lost.add(seq);
  subscription.resume();
  await collector.until(({ resets }) => resets.length === 1);
  await appendTo(log, "lobby", by("10"));
  await collector.untilCount(1);
  assertEquals([collector.resets[0]?.head, collector.events.map(({ seq }) => seq)], [9, [10]]);
  await log.close();
}
