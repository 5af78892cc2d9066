/**
 * The victim: two sockets in a room of their own, which say something by turns and measure how long it takes to reach the other.
 * A process of its own. It sends at fixed times, whatever has come back, so that a pause of the server is counted by each message
 * that waits through it.
 *
 * @module
 */

import process from "node:process";
import { Peer } from "./peer.ts";
import type { AttackEvent, VictimResult, VictimSpec } from "./spec.ts";

/** Between two messages; each socket sends every other one, so 8 a second, which is within its limits. */
const EVERY_MS = 62.5;
/** How long what was sent last may take. */
const DRAIN_MS = 10_000;

const { port, ms }: VictimSpec = JSON.parse(process.argv[2]!);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const sentAt: number[] = [];
const tookMs: number[] = [];
let received = 0;

const room = `victim-${crypto.randomUUID().slice(0, 8)}`;
const [first, second] = await Promise.all([enter(0), enter(1)]);
say({ event: "ready" });
const began = performance.now();
while (performance.now() - began < ms) {
  const number = sentAt.length;
  await pause(Math.max(0, began + number * EVERY_MS - performance.now()));
  sentAt.push(performance.now());
  const speaker = number % 2 === 0 ? first : second;
  speaker.send(
    JSON.stringify({ type: "publish", ref: `${number}`, room, nonce: `${room}-${number}`, text: `mark ${number}.` }),
  );
}
for (let waited = 0; waited < DRAIN_MS && received < sentAt.length; waited += 20) await pause(20);
say({ event: "victim", result: outcome() });
process.exit(0);

async function enter(which: number): Promise<Peer> {
  const inRoom = Promise.withResolvers<void>();
  const peer = await Peer.open(port, `/ws/victim-${which}`, {
    chat: true,
    onText(text) {
      const now = performance.now();
      if (text.includes('"type":"joined"')) inRoom.resolve();
      for (const [, number] of text.matchAll(/"text":"mark (\d+)\./g)) {
        // Each hears the other: the even ones are the first one's.
        if (Number(number) % 2 === which) continue;
        tookMs[Number(number)] = now - sentAt[Number(number)]!;
        received++;
      }
    },
  });
  peer.readsAll = true;
  peer.send(`{"type":"hello","ref":"h"}\n{"type":"join","ref":"j","room":"${room}"}`);
  await inRoom.promise;
  return peer;
}

/** What never came counts as having taken as long as was waited. */
function outcome(): VictimResult {
  const end = performance.now();
  const all = sentAt.map((at, number) => tookMs[number] ?? end - at).sort((a, b) => a - b);
  const at = (share: number) => all[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)]!;
  return { latency: { p50: at(0.5), p99: at(0.99), max: all.at(-1)! }, sent: sentAt.length, received };
}

function say(event: AttackEvent): void {
  process.stdout.write(JSON.stringify(event) + "\n");
}
