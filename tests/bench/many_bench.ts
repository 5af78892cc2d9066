/**
 * `deno task bench:many [--processes 100] [--seconds 20] [--write FILE]`: what many processes of one PostgreSQL tell each other, and what that costs.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import { programFlags } from "../lib/flags.ts";
import { Postgres } from "../lib/postgres.ts";
import { writePart } from "../lib/report_page.ts";
import { describeMachine } from "./machine.ts";
import { heapBytes, leaseBytes, measureCosts } from "./many/costs.ts";
import { CpuMeter, type CpuTime, sessionBytes } from "./many/cpu.ts";
import { MANY_FLAGS, USAGE } from "./many/flags.ts";
import { Many, type ManySpec } from "./many/many.ts";
import { markdown } from "./report.ts";

const BY = "the bench of many processes";
/** Of one process: it reads by as many as six, commits by one and listens by one. */
const SESSIONS = 8;
const ROOMS_LOOKED_AT = 1_000;

const report: string[] = [];
const { processes, rooms, seconds, commits, typing, write } = programFlags(USAGE, {
  ...MANY_FLAGS,
  write: { type: "page", by: BY },
});
const spec: ManySpec = { processes, rooms, spread: Math.min(10, processes), members: 1 };
const machine = await describeMachine();
await using server = await Postgres.start(`max_connections = ${(SESSIONS * processes) + 50}`, "fsync = on");
machine.push(`- ${await server.version()}, with fsync, started by the bench on the same machine.`);
tell(machine.join("\n"));
tell(await costsTable());
tell(await runTable());
if (write !== undefined) await writePart(write, BY, report.join("\n\n"));

async function costsTable(): Promise<string> {
  const heap = await heapBytes();
  const measured = await measureCosts(server, processes, ROOMS_LOOKED_AT);
  const rows = measured.map(([what, { own, postgres }]) => [what, micros(own), micros(postgres)]);
  const sizes = [
    ["a lease in the tables, with its indexes", bytes(await leaseBytes(server))],
    ["a connection, in JavaScript's heap, without its socket", bytes(heap.connection)],
    ["an open room besides, in JavaScript's heap", bytes(heap.room)],
  ];
  return [
    "### One of each",
    markdown([["CPU µs for", "in the process", "in PostgreSQL"], ...rows]),
    markdown([["bytes for", ""], ...sizes]),
  ].join("\n\n");
}

async function runTable(): Promise<string> {
  await using many = await Many.open(server, spec, systemClock);
  const lull = await during(many, () => pause(seconds * 1_000));
  const busy = await during(many, () => talk(many));
  const ms = many.hintMs.toSorted((one, other) => one - other);
  const rows: [string, (one: During) => number | string][] = [
    ["messages/s, over all", ({ messages }) => messages],
    ["notices of messages/s, over all", ({ hints }) => hints],
    ["… bytes of one", ({ hints, hintBytes }) => hints === 0 ? "–" : bytes(hintBytes / hints)],
    ["notices of signals/s, over all", ({ signals }) => signals],
    ["… bytes of one", ({ signals, signalBytes }) => signals === 0 ? "–" : bytes(signalBytes / signals)],
    ["notices sent by one process/s", ({ hints, signals }) => (hints + signals) / processes],
    ["notices heard by one process/s", ({ hints, signals }) => hints + signals],
    ["renewals/s, over all", ({ renewals }) => renewals],
    ["leases written/s", ({ written }) => written],
    ["CPU of all processes, cores", ({ time, seconds: length }) => (time.own / 1e6 / length).toFixed(2)],
    ["CPU of PostgreSQL, cores", ({ time, seconds: length }) => (time.postgres / 1e6 / length).toFixed(2)],
  ];
  const at = (share: number) => `${ms[Math.floor((ms.length - 1) * share)]!.toFixed(1)} ms`;
  const members = rooms * spec.spread * spec.members;
  return [
    `### ${processes} processes`,
    `${rooms} rooms, each open in ${spec.spread} of the processes with a member in each: ${members} members and as many leases, in ${await many
      .number("SELECT count(*) FROM switchboard.leases")} rows.`,
    markdown([
      ["", "nobody writes", "people write and type"],
      ...rows.map(([what, of]) => [what, shown(of(lull), lull), shown(of(busy), busy)]),
    ]),
    [
      `- ${busy.messages} messages, ${ms.length} hints, of ${busy.messages * (spec.spread - 1)} that were due.`,
      `- From the acknowledgement to the hint: median ${at(0.5)}, 99th percentile ${at(0.99)}, longest ${at(1)}.`,
      `- Memory of a session of PostgreSQL that is its own: ${bytes(sessionBytes(server))}.`,
    ].join("\n"),
  ].join("\n\n");
}

interface During {
  seconds: number;
  messages: number;
  hints: number;
  hintBytes: number;
  signals: number;
  signalBytes: number;
  renewals: number;
  written: number;
  time: CpuTime;
}

async function during(many: Many, what: () => Promise<unknown>): Promise<During> {
  const look = async () => ({
    messages: many.messages,
    hints: { ...many.ear.hints },
    signals: { ...many.ear.signals },
    renewals: await many.renewals(),
    leases: new Set(await many.leaseVersions()),
  });
  const before = await look();
  const [began, meter] = [performance.now(), new CpuMeter(server)];
  await what();
  const time = meter.read();
  const length = (performance.now() - began) / 1_000;
  const after = await look();
  return {
    seconds: length,
    time,
    messages: after.messages - before.messages,
    hints: after.hints.notices - before.hints.notices,
    hintBytes: after.hints.bytes - before.hints.bytes,
    signals: after.signals.notices - before.signals.notices,
    signalBytes: after.signals.bytes - before.signals.bytes,
    renewals: Array.from(after.renewals, ([holder, renewals]) => renewals - (before.renewals.get(holder) ?? 0))
      .reduce((sum, one) => sum + one, 0),
    written: [...after.leases].filter((lease) => !before.leases.has(lease)).length,
  };
}

/** Messages and signals at their pace, by turns in all rooms and by all of their members. */
async function talk(many: Many): Promise<void> {
  const said: Promise<unknown>[] = [];
  const { members } = many;
  const began = performance.now();
  let typed = 0;
  for (let passed = 0; passed < seconds; passed = (performance.now() - began) / 1_000) {
    for (; said.length < passed * commits; said.push(many.say(said.length % rooms, said.length)));
    for (; typed < passed * typing; typed++) members[typed % members.length]!.type();
    await pause(1);
  }
  await Promise.all(said);
}

function tell(text: string): void {
  report.push(text);
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n\n`));
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** @param value a text as it is, or a count that is told of a second */
function shown(value: number | string, { seconds }: During): string {
  return typeof value === "string" ? value : (value / seconds).toFixed(1);
}

function micros(time: number): string {
  return time < 10 ? time.toFixed(1) : time.toFixed(0);
}

function bytes(count: number): string {
  return count < 10_000 ? `${count.toFixed(0)}` : `${(count / 1_000).toFixed(0)} KB`;
}
