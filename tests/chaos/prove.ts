/**
 * `deno task prove`: real servers are killed, frozen and cut off under real clients, and what the clients saw is compared
 * with what the store kept.
 *
 *     deno task prove [--seed TEXT] [--minutes 5] [--store sqlite|redis] [--clients 12] [--write docs/proof.md]
 *
 * Ends with 0 if every promise was kept, with 1 if one was broken.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { reportOf, storiesOf } from "./report.ts";
import { type Outcome, run } from "./run.ts";
import { STORES } from "./stores.ts";

const BEGIN = "<!-- begin: written by the proof -->";
const END = "<!-- end: written by the proof -->";
const USAGE = `deno task prove [--seed TEXT] [--minutes NUMBER] [--store ${Object.keys(STORES).join("|")}] ` +
  "[--clients NUMBER] [--write FILE]";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: crypto.randomUUID().slice(0, 8) },
    minutes: { type: "string", default: "5" },
    store: { type: "string" },
    clients: { type: "string", default: "12" },
    write: { type: "string" },
  },
});
const minutes = readNumber("--minutes", values.minutes);
const clients = readNumber("--clients", values.clients);
const stores = values.store === undefined ? Object.keys(STORES) : values.store.split(",");

const outcomes: Outcome[] = [];
for (const store of stores) {
  say(`Proving on ${store} for ${minutes} minutes with the seed ${values.seed}`);
  const outcome = await run({ store, seed: values.seed, ms: minutes * 60_000, clients, progress: say });
  if (typeof outcome !== "string") outcomes.push(outcome);
  else say(`Left out: ${store}, because ${outcome}`);
}
if (outcomes.length === 0) stop("Cannot prove anything: no store is left");
const report = reportOf(outcomes);
say(`\n${report}\n`);
for (const outcome of outcomes) if (outcome.violations.length > 0) say(storiesOf(outcome));
if (values.write !== undefined) await write(values.write, report);
Deno.exit(outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0);

async function write(path: string, text: string): Promise<void> {
  const page = await Deno.readTextFile(path);
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`Cannot write ${path}: it must have the lines ${BEGIN} and ${END}`);
  await Deno.writeTextFile(path, `${page.slice(0, begin)}${BEGIN}\n\n${text}\n\n${page.slice(end)}`);
}

function readNumber(flag: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  return stop(`Cannot use ${flag}: it must be a number above 0: received ${text}\n${USAGE}`);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
}

function stop(message: string): never {
  Deno.stderr.writeSync(new TextEncoder().encode(message + "\n"));
  Deno.exit(2);
}
