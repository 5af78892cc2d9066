/**
 * What events cost in a store, in CPU: `deno run -A tests/bench/store_bench.ts [sqlite | memory]`, with room for about 200 MB in the
 * folder for temporary files.
 *
 * @module
 */

import process from "node:process";
import type { NewEvent } from "../../chat/event/event.ts";
import type { Store } from "../../chat/log/store.ts";
import { openStore } from "../../chat/stores/open_store.ts";

const COMMITS = 250;
const COMMIT_EVENTS = 200;
const ROOMS = 200;
const TEXT = "The quick brown fox jumps over the lazy dog, and so on, as people write in chats: a line or two.";

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const store = await openStore(Deno.args[0] === "memory" ? "memory:" : `sqlite:${folder}/chat.db`);
try {
  await run();
} finally {
  await store.close();
  await Deno.remove(folder, { recursive: true });
}

async function run(): Promise<void> {
  print("load before", Deno.loadavg()[0]!.toFixed(1));
  for (let round = 0; round < 4; round++) {
    print(`${round}: message`, await eventCost((index) => [roomOf(index), message(index)]));
  }
  print(
    "edit",
    await eventCost((index) => [roomOf(index), change(index, { kind: "edit", text: `${TEXT} ${index}`, version: 0 })]),
  );
  print("react", await eventCost((index) => [roomOf(index), change(index, { kind: "react", emoji: "👍", on: true })]));
  print(
    "reply",
    await eventCost((index) => [roomOf(index), { ...message(index), reply: targetOf(index) } as NewEvent]),
  );
  print("delete", await eventCost((index) => [roomOf(index), change(index, { kind: "delete" })]));
  await eventCost((index) => ["storm", message(index)], 1);
  const storm = (
    index: number,
  ): [string, NewEvent] => ["storm", { ...change(0, { kind: "react", emoji: "👍", on: true }), id: `id ${index}` }];
  print("react, all at one message", await eventCost(storm, 200));
  print("newest 50 behind 40,000 reactions", await readCost(store, "storm"));
  print("newest 50 of a room of 1,000", await readCost(store, roomOf(0)));
}

function roomOf(index: number): string {
  return `room-${index % ROOMS}`;
}

/** A message of the room that an index stands for: each one once. */
function targetOf(index: number): number {
  return Math.floor(index / ROOMS) + 1;
}

function authorOf(index: number): string {
  return `author-${index % ROOMS}-${Math.floor(index / ROOMS) % 10}`;
}

function message(index: number): NewEvent {
  return { id: authorOf(index), name: "Author", text: TEXT, nonce: crypto.randomUUID() };
}

function change(index: number, rest: object): NewEvent {
  return {
    id: authorOf(index),
    name: "Author",
    nonce: crypto.randomUUID(),
    target: targetOf(index),
    ...rest,
  } as NewEvent;
}

/** Microseconds of CPU for an event. */
async function eventCost(make: (index: number) => [room: string, event: NewEvent], commits = COMMITS): Promise<string> {
  const batches = Array.from({ length: commits }, (_, commit) =>
    Array.from({ length: COMMIT_EVENTS }, (_, index) => {
      const [room, event] = make(commit * COMMIT_EVENTS + index);
      return { room, event, message: event };
    }));
  const from = cpuMs();
  let refused = 0;
  for (const batch of batches) {
    const results = await store.commit(batch, { ts: Date.now(), day: 0 });
    refused += results.filter((result) => "refused" in result || "unchanged" in result).length;
  }
  if (refused > 0) throw new Error(`${refused} were refused`);
  return `${((cpuMs() - from) * 1_000 / commits / COMMIT_EVENTS).toFixed(1)} µs`;
}

async function readCost(store: Store, room: string): Promise<string> {
  for (let round = 0; round < 100; round++) await store.read(room, { limit: 50 });
  const from = cpuMs();
  for (let round = 0; round < 500; round++) await store.read(room, { limit: 50 });
  return `${((cpuMs() - from) / 500).toFixed(3)} ms`;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function print(what: string, value: string): void {
  // deno-lint-ignore no-console -- printing is what it is for
  console.log(`${what.padEnd(40)} ${value}`);
}
