/**
 * What a store does, through the log: `deno run -A tests/bench/log_bench.ts [sqlite:PATH | kv:PATH | memory:]`
 * with room for about 500 MB where it writes. Without an argument: a SQLite file in a temporary folder.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import type { MessageLog } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { AppenderProcess } from "../lib/appender_process.ts";

const TEXT = "The quick brown fox jumps over the lazy dog, and so on, as people write in chats: a line or two. ".repeat(
  2,
);

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const url = Deno.args[0] ?? `sqlite:${folder}/chat.db`;
const isQuick = !url.startsWith("sqlite:");
try {
  await run();
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function run(): Promise<void> {
  let log = openLog(await openStore(url));
  const [load] = Deno.loadavg();
  print("other load before", `${load!.toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  print("store", `${url.split(":")[0]}, durability ${log.durability}`);
  print("one appender, p50 / p99 ms", await loneAppender(log));
  for (const appenders of [10, 100, 1_000, 4_000]) {
    print(`${appenders} appenders at once, acks/s`, await throughput(log, appenders));
  }
  for (const size of isQuick ? [1_000, 10_000] : [1_000, 100_000, 1_000_000]) {
    await log.close();
    const store = await openStore(url);
    log = openLog(store);
    await fill(store, `room-${size}`, size);
    print(`newest 50 of ${size}, ms`, await timed(500, () => log.read(`room-${size}`, { limit: 50 })));
    print(`50 from the middle of ${size}, ms`, await timed(500, () => middle(log, size)));
    print(`resume of 1,000 of ${size} in pages of 100, ms`, await timed(50, () => resume(log, size)));
  }
  await log.close();
  print("opened again and read from, ms", await reopened());
  if (url.startsWith("sqlite:") || url.startsWith("kv:")) {
    await using appender = new AppenderProcess(url, "busy-1", "ada");
    await appender.untilAcknowledged(2_000);
    await appender.kill();
    print("the same after kill -9 of who wrote to it, ms", await reopened());
  }
}

async function reopened(): Promise<string> {
  const from = performance.now();
  const log = openLog(await openStore(url));
  await log.read("room-1000", { limit: 50 });
  const ms = performance.now() - from;
  await log.close();
  return ms.toFixed(1);
}

/** Appends one at a time. */
async function loneAppender(log: MessageLog): Promise<string> {
  const times: number[] = [];
  for (let index = 0; index < 1_000; index++) {
    const from = performance.now();
    await log.append("lone", { id: "ada", name: "Ada", text: TEXT, nonce: crypto.randomUUID() });
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return `${times[500]!.toFixed(3)} / ${times[990]!.toFixed(3)}`;
}

/** Many authors in ten rooms, each waiting for its acknowledgement before it goes on. */
async function throughput(log: MessageLog, appenders: number): Promise<string> {
  const until = performance.now() + 3_000;
  let acknowledged = 0;
  await Promise.all(Array.from({ length: appenders }, async (_, author) => {
    while (performance.now() < until) {
      const message = { id: `author-${author}`, name: `Author ${author}`, text: TEXT, nonce: crypto.randomUUID() };
      await log.append(`busy-${author % 10}`, message);
      acknowledged++;
    }
  }));
  return String(Math.round(acknowledged / (performance.now() - until + 3_000) * 1_000));
}

async function fill(store: Store, room: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1_000) {
    const entries = Array.from({ length: 1_000 }, (_, index) => {
      const number = done + index;
      return { room, event: { id: `author-${number % 50}`, name: "Author", text: TEXT, nonce: `session-${number}` } };
    });
    await store.commit(entries, { ts: systemClock.now(), day: 0 });
  }
}

function middle(log: MessageLog, size: number): Promise<unknown> {
  return log.read(`room-${size}`, { before: Math.floor(Math.random() * (size - 100)) + 100, limit: 50 });
}

async function resume(log: MessageLog, size: number): Promise<void> {
  for (let after = size - 1_000; after < size; after += 100) await log.read(`room-${size}`, { after, limit: 100 });
}

async function timed(rounds: number, work: () => Promise<unknown>): Promise<string> {
  for (let round = 0; round < rounds / 10; round++) await work();
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await work();
  return ((performance.now() - from) / rounds).toFixed(3);
}

function print(what: string, value: string): void {
  // deno-lint-ignore no-console -- printing is what it is for
  console.log(`${what.padEnd(56)} ${value}`);
}
