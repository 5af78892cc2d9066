/**
 * What PostgreSQL is good for under the log: two processes on one database, and the store alone beside a bare loop of its transactions. The server is one of
 * the bench's own, which waits for its disk.
 *
 * @module
 */

import { join } from "@std/path";
import { Postgres } from "../../lib/postgres.ts";
import { missing } from "../../lib/tools.ts";
import { LOCK } from "../../lib/packages.ts";
import { Process } from "../processes.ts";
import { markdown } from "../report.ts";
import type { SpeakerEvent, SpeakerResult, SpeakerSpec } from "./spec.ts";
import { compareWithBareLoop } from "./transactions.ts";

const PROCESSES = 2;
const ROOMS = 1_000;
const PER_SECOND = 4_000;
/** Of a commit, and how many commits make a round. */
const SIZES = [{ size: 1, commits: 200 }, { size: 100, commits: 50 }];
const ROUNDS = 9;
const QUICK_ROUNDS = 3;

/** How to run it. */
export interface PostgresOptions {
  quick: boolean;
  /** Told before each. */
  progress(text: string): void;
}

/** Measures. @returns the report, in Markdown */
export async function runPostgres({ quick, progress }: PostgresOptions): Promise<string> {
  const lacking = missing("postgres");
  if (lacking !== undefined) return `Left out: it needs ${lacking}.`;
  await using server = await Postgres.start("fsync = on", "shared_buffers = 128MB");
  progress("two processes on one database…");
  const together = await twoProcesses(server, quick);
  progress("the store alone…");
  const alone = await storeAlone(server, quick);
  progress("");
  return [`- ${await server.version()} on the same machine, \`fsync = on\`.`, together, alone].join("\n\n");
}

async function twoProcesses(server: Postgres, quick: boolean): Promise<string> {
  await using database = await server.database();
  const spec = {
    url: database.url,
    rooms: ROOMS,
    perSecond: PER_SECOND / PROCESSES,
    warmUpMs: quick ? 2_000 : 5_000,
    measureMs: quick ? 3_000 : 15_000,
    drainMs: 10_000,
  };
  await using speakers = new AsyncDisposableStack();
  const processes = Array.from(
    { length: PROCESSES },
    (_, number) => speakers.use(new Process({ argv: speakerArgv({ ...spec, number }) })),
  );
  const all = <E extends SpeakerEvent["event"]>(event: E) => Promise.all(processes.map((one) => next(one, event)));
  const tell = (line: string) => Promise.all(processes.map((one) => one.say(line)));
  await all("ready");
  await tell("go");
  const sent = await all("sent");
  const total = sent.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  await tell(`${total}`);
  const results = (await all("result")).map(({ result }) => result);
  const failed = sent.reduce((sum, { failed }) => sum + failed, 0);
  return `### ${PER_SECOND.toLocaleString("en")} messages/s over ${
    ROOMS.toLocaleString("en")
  } rooms, by two processes\n\n` +
    tableOf(results, total, failed, (total + failed) / (spec.warmUpMs + spec.measureMs) * 1_000);
}

function tableOf(results: SpeakerResult[], total: number, failed: number, perSecond: number): string {
  const three = (which: "latency" | "othersLatency" | "ackLatency") =>
    results.map((result) => (["p50", "p99", "max"] as const).map((one) => result[which][one].toFixed(1)).join(" / "));
  return markdown([
    ["", ...results.map((_, number) => `process ${number + 1}`)],
    ["given, of all that were acknowledged", ...results.map(({ delivered }) => `${delivered} of ${total}`)],
    ["not in order, or twice", ...results.map(({ disorders }) => `${disorders}`)],
    ["appended a second, by both", `${perSecond.toFixed(0)}`, ""],
    ["appends that failed, of both", `${failed}`, ""],
    ["from append to delivery: p50 / p99 / max ms", ...three("latency")],
    ["the same, of the other process's", ...three("othersLatency")],
    ["acknowledged after: p50 / p99 / max ms", ...three("ackLatency")],
  ]);
}

async function storeAlone(server: Postgres, quick: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const { size, commits } of SIZES) {
    await using database = await server.database();
    const rates = await compareWithBareLoop(database.url, size, commits, quick ? QUICK_ROUNDS : ROUNDS);
    rows.push([
      `${size}`,
      ...[rates.store, rates.bare].map((rate) => rate.toFixed(0)),
      `${(rates.ratio * 100).toFixed(0)} %`,
    ]);
  }
  const head = [
    "messages of a commit",
    "the store, messages/s",
    "a bare loop of the same transactions",
    "the store's part of that",
  ];
  return `### The store alone\n\n${markdown([head, ...rows])}`;
}

function speakerArgv(spec: SpeakerSpec): string[] {
  return [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    LOCK,
    join(import.meta.dirname!, "speaker.ts"),
    JSON.stringify(spec),
  ];
}

async function next<E extends SpeakerEvent["event"]>(
  process: Process,
  wanted: E,
): Promise<Extract<SpeakerEvent, { event: E }>> {
  const line = await process.line();
  const happened: SpeakerEvent | undefined = line === undefined ? undefined : JSON.parse(line);
  if (happened?.event !== wanted) throw new Error(`A process has ended: ${process.errors}`);
  return happened as Extract<SpeakerEvent, { event: E }>;
}
