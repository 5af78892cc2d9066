/**
 * `deno task demo`: the chat of the tutorials and this one, one after the other, under the same faults, drawn from the same seed: servers are killed, connections cut
 * and held up. In the end everybody should have been shown every message once.
 *
 *     deno task demo [--seed TEXT] [--seconds 12]
 *
 * Ends with 0 if that is so of this one.
 *
 * @module
 */

import { programFlags } from "../lib/flags.ts";
import { type Peer, PEERS } from "./peers/peers.ts";
import { peerTable } from "./peers/report.ts";
import { type PeerOutcome, runPeer } from "./peers/run_peer.ts";

const USAGE = "deno task demo [--seed TEXT] [--seconds NUMBER]";
/** What a bad day has, in a few seconds. */
const RATES = { network: 4, process: 0.7 };
const CLIENTS = 6;

const { seed, seconds } = programFlags(USAGE, {
  seed: { type: "text", default: crypto.randomUUID().slice(0, 8) },
  seconds: { type: "number", min: 1, max: 600, default: 12 },
});

const outcomes: Record<"tutorial" | "ours", PeerOutcome> = {
  tutorial: await show(PEERS.tutorial, "The server of the tutorials, examples/1_tutorial.ts"),
  ours: await show(PEERS.ours, "Switchboard, with its client package"),
};
say(`\n${peerTable(Object.values(outcomes))}\n`);
say(
  `Each message is to be shown to each of ${CLIENTS} people once. "lost": never shown to one of them, though the sender's program took it for sent, and told nobody.`,
);
Deno.exit(outcomes.ours.lost + outcomes.ours.twice === 0 ? 0 : 1);

function show(peer: Peer, what: string): Promise<PeerOutcome> {
  say(
    `${what}: ${CLIENTS} people talk for ${seconds} s, while its process is killed and their connections break (seed ${seed}) …`,
  );
  return runPeer({ peer, seed, ms: seconds * 1_000, clients: CLIENTS, rates: RATES, progress: say });
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
}
