/**
 * Runs the attacks: for each the server is started afresh, with its limits on, the attackers are set on it, and a victim in a room
 * of its own measures what is left for it.
 *
 * @module
 */

import { join } from "@std/path";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { cpuMicros, MemoryWatch } from "../load/process_use.ts";
import { CORES, type Launch, Process, startServer } from "../processes.ts";
import { markdown, type Table } from "../report.ts";
import { type AttackCase, ATTACKS, type Outcome } from "./attacks.ts";
import type { AttackEvent, AttackResult, VictimResult } from "./spec.ts";

/** A way to run the server. */
export interface Form {
  /** What the table calls it. */
  title: string;
  /** Its settings. */
  env: Record<string, string>;
}

/** By each of its listeners. */
export const FORMS: Form[] = [
  { title: "`Deno.serve`", env: {} },
  { title: "`GUARD=on`", env: { GUARD: "on" } },
];

/** How long the attackers have been at it when the victim begins to measure. */
const WARM_UP_MS = 2_000;
const MEASURE_MS = 15_000;
/** How often a server is asked to collect its garbage: some of it is found in the second go only. */
const COLLECTIONS = 3;
const COLLECTION_MS = 500;
const QUICK_MEASURE_MS = 5_000;
/** How much longer than the victim measures the attackers go on: until after its last message has had its time. */
const AFTER_MS = 1_000;
/** What stands in the rooms before. */
const HALLS = 50;
const HALL_MESSAGES = 1_200;
const HALL_TEXT = "What people write in a chat, a line or two. ".repeat(5).trim();
/** So that the attackers, on the same core, do not delay the victim. */
const NICE = ["nice", "-n", "10"];

/** How to run them. */
export interface AttackOptions {
  /** The server's command line, without port and settings. */
  argv: string[];
  quick: boolean;
  /** Told before each. */
  progress(text: string): void;
}

/** Measures every attack in every form. @returns the report, in Markdown */
export async function runAttacks(options: AttackOptions): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "bench-" });
  await fillHalls(directory);
  const rows: Table = [];
  for (const form of FORMS) {
    for (const one of ATTACKS) {
      options.progress(`attack: ${form.title}: ${one.title}…`);
      rows.push([form.title, one.title, ...await measured(one, form, directory, options)]);
    }
  }
  options.progress("");
  await Deno.remove(directory, { recursive: true });
  const head = ["server", "attack", "the victim's p50 ms", "p99 ms", "max ms", "target", "kept"];
  const more = [
    "server's CPU, cores",
    "out MB/s",
    "frames/s",
    "refused/s",
    "closed",
    "lasted s",
    "RSS MB",
    "held MiB",
  ];
  return markdown([[...head, ...more], ...rows]);
}

async function measured(
  one: AttackCase,
  form: Form,
  directory: string,
  options: AttackOptions,
): Promise<string[]> {
  try {
    const outcome = await measure(one, form, directory, options);
    const { victim: { latency: { p50, p99, max } }, attackers, cores, peakRss, heldBytes } = outcome;
    const { seconds, bytes, frames, refused, closed, sockets, lastedMs } = attackers;
    return [
      ...[p50, p99, max].map((ms) => ms.toFixed(1)),
      one.target,
      one.kept(outcome) ? "yes" : "no",
      cores.toFixed(2),
      (bytes / seconds / 1e6).toFixed(2),
      (frames / seconds).toFixed(0),
      (refused / seconds).toFixed(0),
      `${closed} of ${sockets}`,
      lastedMs === undefined ? "–" : (lastedMs / 1000).toFixed(1),
      (peakRss / 1e6).toFixed(0),
      (heldBytes / 2 ** 20).toFixed(1),
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return ["–", "–", "–", one.target, `no: ${reason}`, ...Array(8).fill("–")];
  }
}

async function measure(
  { attack }: AttackCase,
  { env }: Form,
  cwd: string,
  { argv, quick }: AttackOptions,
): Promise<Outcome> {
  // A stall takes as long as it takes, and then what was written meanwhile has to arrive.
  const isLong = !quick || attack.kind === "strangers";
  const measureMs = attack.kind === "stall" ? attack.stallMs + 10_000 : isLong ? MEASURE_MS : QUICK_MEASURE_MS;
  const launch: Launch = { argv: [...collecting(argv), "--port", "0"], env: { HOST: "127.0.0.1", ...env }, cwd };
  const { process: server, port } = await startServer(launch, CORES?.server);
  await using _server = server;
  const heldBefore = await held(server);
  const spec = { port, attack, halls: HALLS, ms: WARM_UP_MS + measureMs + AFTER_MS };
  await using attackers = new Process({ argv: [...NICE, ...script("attackers.ts", spec)] }, CORES?.generator);
  await lineOf(attackers, "ready");
  await using victim = new Process({ argv: script("victim.ts", { port, ms: measureMs }) }, CORES?.generator);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const memory = new MemoryWatch(server.pid);
  const before = cpuMicros(server.pid);
  const began = performance.now();
  const [victimResult, attackResult] = await Promise.all([
    lineOf(victim, "victim").then(({ result }) => result as VictimResult),
    attackersResult(attackers, server.pid),
  ]);
  const cores = (cpuMicros(server.pid) - before) / 1000 / (performance.now() - began);
  memory.stop();
  const heldBytes = await held(server) - heldBefore;
  return { victim: victimResult, attackers: attackResult, cores, peakRss: memory.peak, heldBytes };
}

/** The same command line, for a server that collects its garbage when it is asked to. */
function collecting([deno, run, ...rest]: string[]): string[] {
  const flags = rest.map((flag) => flag.startsWith("--v8-flags=") ? `${flag},--expose-gc` : flag);
  return [deno!, run!, `--preload=${join(import.meta.dirname!, "collect.ts")}`, ...flags];
}

/** What a server holds that is no garbage: bytes. */
async function held(server: Process): Promise<number> {
  for (let asked = 0; asked < COLLECTIONS; asked++) {
    Deno.kill(server.pid, "SIGUSR2");
    await new Promise((resolve) => setTimeout(resolve, COLLECTION_MS));
  }
  return Number(/held (\d+) bytes(?![^]*held)/.exec(server.errors)?.[1] ?? NaN);
}

/** Waits for what the attackers saw; has the server stand still when they say so. */
async function attackersResult(attackers: Process, server: number): Promise<AttackResult> {
  for (let line = await attackers.line(); line !== undefined; line = await attackers.line()) {
    const happened: AttackEvent = JSON.parse(line);
    if (happened.event === "attack") return happened.result;
    if (happened.event !== "stall") continue;
    Deno.kill(server, "SIGSTOP");
    setTimeout(() => Deno.kill(server, "SIGCONT"), happened.ms);
  }
  throw new Error(`The attackers did not finish: ${attackers.errors}`);
}

async function lineOf(process: Process, event: AttackEvent["event"]): Promise<{ result?: unknown }> {
  const line = await process.lineWith(`"event":"${event}"`);
  if (line === undefined) throw new Error(`It ended early: ${process.errors}`);
  return JSON.parse(line);
}

function script(name: string, spec: unknown): string[] {
  const permissions = ["--allow-net=127.0.0.1", "--allow-env"];
  return [Deno.execPath(), "run", ...permissions, join(import.meta.dirname!, name), JSON.stringify(spec)];
}

/** Rooms with messages in them, so that reading them costs what it costs. */
async function fillHalls(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "data"));
  const store = await openSqliteStore(join(directory, "data", "switchboard.db"));
  for (let hall = 0; hall < HALLS; hall++) {
    const entries = Array.from({ length: HALL_MESSAGES }, (_, number) => ({
      room: `hall-${hall}`,
      event: { id: `${number % 7}`, name: `Client #${number % 7}`, text: HALL_TEXT, nonce: crypto.randomUUID() },
    }));
    await store.commit(entries, { ts: Date.now(), day: 0 });
  }
  await store.close();
}
