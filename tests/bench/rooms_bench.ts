/**
 * What a SQLite store costs as its rooms and messages become many: `deno run -A tests/bench/rooms_bench.ts [MESSAGES]`, a million if nothing is said, with
 * room for about 400 bytes each in the folder for temporary files. Then the longest time for which anything that runs by itself holds up everybody.
 *
 * @module
 */

import { join } from "@std/path";
import process from "node:process";
import type { NewEvent } from "../../chat/event/event.ts";
import type { Entry, Store } from "../../chat/log/store.ts";
import { openStore } from "../../chat/stores/open_store.ts";

const ROOMS = [10, 1_000, 100_000];
const MESSAGES = Number(Deno.args[0] ?? 1_000_000);
const FILLED = 1_000;
const COMMITS = 200;
const COMMIT_EVENTS = 20;
/** Rooms that are written to one after the other lie far apart: prime to all of {@linkcode ROOMS}. */
const STRIDE = 7_919;
const EVERYTHING = Number.MAX_SAFE_INTEGER;
const TEXT = "The quick brown fox jumps over the lazy dog, and so on, as people write in chats: a line or two.";

print("load before", Deno.loadavg()[0]!.toFixed(1));
for (const rooms of ROOMS) await inStore((store) => measureRooms(store, rooms));
await inStore(measureMessages);

async function inStore(run: (store: Store) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
  const store = await openStore(`sqlite:${join(folder, "chat.db")}`);
  try {
    await run(store);
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureRooms(store: Store, rooms: number): Promise<void> {
  let made = 0;
  const next = () => entry(`room-${made++ * STRIDE % rooms}`);
  while (made < Math.max(rooms, 20_000)) await commit(store, batch(FILLED, next));
  const batches = Array.from({ length: COMMITS }, () => batch(COMMIT_EVENTS, next));
  const from = cpuMs();
  for (const entries of batches) await commit(store, entries);
  const micros = (cpuMs() - from) * 1_000 / COMMITS / COMMIT_EVENTS;
  print(`${rooms} rooms: CPU a message, ${COMMIT_EVENTS} in a commit`, `${micros.toFixed(1)} µs`);
  await sweep(`${rooms} rooms: looking for what is too old`, () => store.trim(EVERYTHING, 0, { ts: 0, day: 0 }));
}

async function measureMessages(store: Store): Promise<void> {
  let made = 0;
  const next = () => entry(`room-${made++ % 1_000}`);
  let longest = 0;
  while (made < MESSAGES) {
    const from = cpuMs();
    await commit(store, batch(FILLED, next));
    longest = Math.max(longest, cpuMs() - from);
  }
  print(`${MESSAGES} messages: the longest commit of ${FILLED}`, `${longest.toFixed(1)} ms`);
  const keep = Math.floor(MESSAGES / 1_000 * 0.99);
  await sweep(`${MESSAGES} messages: removing every hundredth`, () => store.trim(keep, 0, { ts: 0, day: 0 }));
}

/** Does all steps of a sweep. Each holds up everybody; others come in between. */
async function sweep(what: string, step: () => Promise<boolean>): Promise<void> {
  const steps: number[] = [];
  for (let more = true; more;) {
    const from = cpuMs();
    more = await step();
    steps.push(cpuMs() - from);
  }
  steps.sort((one, other) => one - other);
  const sum = steps.reduce((sum, ms) => sum + ms, 0);
  print(`${what}: all of it`, `${sum.toFixed(0)} ms, in ${steps.length} steps`);
  const [most, median] = [steps.at(-1)!, steps[steps.length >> 1]!];
  print(`${what}: a step, at the most and the median`, `${most.toFixed(1)}, ${median.toFixed(2)} ms`);
}

function batch(size: number, next: () => Entry): Entry[] {
  return Array.from({ length: size }, next);
}

function entry(room: string): Entry {
  const event: NewEvent = { id: `author of ${room}`, name: "Author", text: TEXT, nonce: crypto.randomUUID() };
  return { room, event };
}

async function commit(store: Store, entries: Entry[]): Promise<void> {
  await store.commit(entries, { ts: Date.now(), day: 0 });
}

/** Of the process so far: other programs count less in that than in time. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function print(what: string, value: string): void {
  // deno-lint-ignore no-console -- printing is what it is for
  console.log(`${what.padEnd(72)} ${value}`);
}
