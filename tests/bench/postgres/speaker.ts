/**
 * One of the processes that the bench of PostgreSQL runs on one database: appends to all rooms at a steady rate, follows all of them, and counts what it
 * is given. Started by `run.ts` with a {@linkcode SpeakerSpec}.
 *
 * @module
 */

import { openLog } from "../../../chat/log/open_log.ts";
import type { TailListener } from "../../../chat/log/message_log.ts";
import type { StoredEvent } from "../../../chat/event/event.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { linesOf } from "../../lib/process.ts";
import { Latencies } from "../load/tally.ts";
import type { SpeakerEvent, SpeakerSpec } from "./spec.ts";

/** How often it is looked whether messages are due. */
const TICK_MS = 5;
const FILLER = " The quick brown fox jumps over the lazy dog, and so on, as people write.";

const spec: SpeakerSpec = JSON.parse(Deno.args[0]!);
const orders = linesOf(Deno.stdin.readable)[Symbol.asyncIterator]();
const log = openLog(await openStore(spec.url));
const latency = new Latencies();
const othersLatency = new Latencies();
const ackLatency = new Latencies();
/** The measured time, by {@linkcode wallMicros}. */
let [from, until] = [Infinity, Infinity];
let [delivered, disorders, acknowledged, failed] = [0, 0, 0, 0];

/** Follows one room. */
class Listener implements TailListener {
  #head = 0;

  begin({ head }: { head: number }): void {
    this.#head = head;
  }

  batch(events: StoredEvent[]): void {
    const now = wallMicros();
    for (const event of events) {
      if (event.seq !== ++this.#head) disorders++;
      this.#head = event.seq;
      count(event, now);
    }
  }

  reset({ head }: { head: number }): void {
    disorders++;
    this.#head = head;
  }
}

await Promise.all(Array.from({ length: spec.rooms }, (_, room) => log.subscribe(nameOf(room), new Listener())));
say({ event: "ready" });
await orders.next();
await speak();
say({ event: "sent", acknowledged, failed });
const total = Number((await orders.next()).value);
for (let waited = 0; waited < spec.drainMs && delivered < total; waited += 20) await pause(20);
say({
  event: "result",
  result: {
    delivered,
    disorders,
    latency: latency.summary(),
    othersLatency: othersLatency.summary(),
    ackLatency: ackLatency.summary(),
  },
});
await log.close();

/** Appends at the rate asked for, evenly in time, to the rooms by turns. */
async function speak(): Promise<void> {
  const began = performance.now();
  from = wallMicros() + spec.warmUpMs * 1_000;
  until = from + spec.measureMs * 1_000;
  const appends: Promise<void>[] = [];
  while (wallMicros() < until) {
    const due = (performance.now() - began) / 1_000 * spec.perSecond;
    while (appends.length < due) appends.push(append(appends.length));
    await pause(TICK_MS);
  }
  await Promise.all(appends);
}

async function append(index: number): Promise<void> {
  const sent = wallMicros();
  const message = { id: `author-${spec.number}`, name: "Author", text: sent + FILLER, nonce: `${index}` };
  // Each begins elsewhere, as people do.
  const room = nameOf((index + spec.number * spec.rooms / 2) % spec.rooms);
  const isStored = await log.append(room, message).then((result) => !("refused" in result), () => false);
  if (!isStored) return void failed++;
  acknowledged++;
  if (sent >= from) ackLatency.add(wallMicros() - sent);
}

function count(event: StoredEvent, now: number): void {
  delivered++;
  if (!("text" in event)) return;
  const sent = parseFloat(event.text);
  if (sent < from || sent > until) return;
  latency.add(now - sent);
  if (event.id !== `author-${spec.number}`) othersLatency.add(now - sent);
}

function nameOf(room: number): string {
  return `room-${room}`;
}

/** Microseconds by a clock that all processes of the machine have. */
function wallMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function say(event: SpeakerEvent): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(event) + "\n"));
}
