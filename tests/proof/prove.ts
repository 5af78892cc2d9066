/**
 * `deno task prove`: real servers are killed, frozen and cut off under real clients, and what the clients saw is compared
 * with what the store kept.
 *
 *     deno task prove [--seed TEXT] [--minutes 5] [--store sqlite|trimmed|kv|postgres|owned] [--clients 12] [--client page|package|python|stream] [--write docs/proof.md]
 *     deno task prove --peer ours,tutorial,ws,socketio,socketio-stored […]: other servers under the same storm, in a simpler chat
 *
 * Ends with 0 if every promise was kept, with 1 if one was broken.
 *
 * @module
 */

import { programFlags } from "../lib/flags.ts";
import { missing } from "../lib/tools.ts";
import { writePart } from "../lib/report_page.ts";
import { type PeerName, PEERS } from "./peers/peers.ts";
import { peerTable } from "./peers/report.ts";
import { type PeerOutcome, runPeer } from "./peers/run_peer.ts";
import { OURS } from "./real/crowd.ts";
import { reportOf, storiesOf, versions } from "./real/report.ts";
import { runOwned, SHARED } from "./real/owned.ts";
import { type Outcome, run } from "./real/run.ts";
import { STORES } from "./real/stores.ts";

/** Rooms that belong to somebody, which have clients and a verdict of their own, on each store that two servers can share. */
const OWNED = "owned";
const KINDS = [...Object.keys(STORES), OWNED];
const USAGE = `deno task prove [--seed TEXT] [--minutes NUMBER] [--store ${KINDS.join("|")},…] ` +
  `[--clients NUMBER] [--client page|package|python|stream] [--peer ${Object.keys(PEERS).join("|")},…] [--write FILE]`;

const flags = programFlags(USAGE, {
  seed: { type: "text", default: crypto.randomUUID().slice(0, 8) },
  minutes: { type: "number", min: 0.1, max: 1_440, default: 5 },
  store: { type: "names", known: KINDS },
  clients: { type: "number", min: 1, max: 200, whole: true, default: 12 },
  client: { type: "names", known: Object.keys(OURS) },
  peer: { type: "names", known: Object.keys(PEERS) },
  write: { type: "page", by: "the proof" },
});
const { seed, minutes, clients } = flags;
const [client] = flags.client as (keyof typeof OURS)[];
if (flags.peer.length > 0) await compare(flags.peer as PeerName[]);
const chosen = flags.store.length === 0 ? KINDS.filter(canBeHad) : flags.store;
const stores = chosen.filter((store) => store !== OWNED);

const outcomes: Outcome[] = [];
for (const store of stores) {
  say(`Proving on ${store} for ${minutes} minutes with the seed ${seed}`);
  outcomes.push(await run({ store, seed, ms: minutes * 60_000, clients, client, progress: say }));
}
const wrong = chosen.includes(OWNED) ? await proveOwned() : [];
if (outcomes.length === 0) Deno.exit(wrong.length > 0 ? 1 : 0);
const report = reportOf(outcomes);
say(`\n${report}\n`);
for (const outcome of outcomes) if (outcome.violations.length > 0) say(storiesOf(outcome));
if (flags.write !== undefined) await writePart(flags.write, "the proof", report);
Deno.exit(wrong.length > 0 || outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0);

/** Without PostgreSQL on the machine the others are proven. */
function canBeHad(store: string): boolean {
  const lacking = store === "postgres" ? missing("postgres") : undefined;
  if (lacking !== undefined) say(`Left out: ${store} needs ${lacking}`);
  return lacking === undefined;
}

async function proveOwned(): Promise<string[]> {
  const all: string[] = [];
  for (const store of SHARED.filter(canBeHad)) {
    say(`Proving rooms that belong to somebody on ${store} for ${minutes} minutes with the seed ${seed}`);
    const { wrong, removed, stored, faults } = await runOwned({ store, seed, ms: minutes * 60_000 });
    say(`owned: ${removed} were sent out, ${stored} events stored, ${faults} faults, ${wrong.length} violations`);
    for (const what of wrong) say(what);
    all.push(...wrong);
  }
  return all;
}

/** Puts other servers under the storm, and ends the program: with 1 if ours was among them and did not keep its promise. */
async function compare(peers: PeerName[]): Promise<never> {
  const outcomes: PeerOutcome[] = [];
  for (const peer of peers) {
    say(`${PEERS[peer].title}, for ${minutes} minutes with the seed ${seed}`);
    outcomes.push(await runPeer({ peer: PEERS[peer], seed, ms: minutes * 60_000, clients, progress: say }));
  }
  const table = `${versions()}; minutes for each: ${minutes}; seed \`${seed}\`.\n\n${peerTable(outcomes)}`;
  say(`\n${table}\n`);
  if (flags.write !== undefined) await writePart(flags.write, "the proof of others", table);
  const ours = outcomes[peers.indexOf("ours")];
  Deno.exit(ours === undefined || ours.lost + ours.twice === 0 ? 0 : 1);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
}
