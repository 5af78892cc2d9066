/**
 * `deno task bench`: Switchboard and its peers under the same load, one after the other, side by side in one report.
 *
 *     deno task bench [--only WORKLOAD,SERVER,…] [--quick] [--write docs/benchmarks.md]
 *     deno task bench --only attack [--quick] [--write docs/benchmarks.md]
 *     deno task bench --only postgres [--quick] [--write docs/benchmarks.md]
 *
 * The last two are benches of their own: what one client can do to the others, and what a store in PostgreSQL does.
 *
 * @module
 */

import { programFlags, refuse } from "../lib/flags.ts";
import { writePart } from "../lib/report_page.ts";
import { runAttacks } from "./attack/run.ts";
import { APART, BENCH_FLAGS, USAGE } from "./flags.ts";
import { describeMachine } from "./machine.ts";
import { measure, type Measurement } from "./measure.ts";
import { runPostgres } from "./postgres/run.ts";
import { CORES } from "./processes.ts";
import { caveat, disturbed, markdown, tableOf } from "./report.ts";
import { findServers, type LeftOut, type Server, shippedCommand } from "./servers.ts";
import { judgeTargets } from "./targets.ts";
import { QUICK, type Workload, WORKLOADS } from "./workloads.ts";

/** What each bench of its own writes, and what that part of the page is called. */
const BENCHES_APART: Record<typeof APART[number], { by: string; run(): Promise<string[]> }> = {
  attack: {
    by: "the bench of attacks",
    run: async () => [
      await machine(options.quick),
      await runAttacks({ argv: await shippedCommand(), quick: options.quick, progress }),
    ],
  },
  postgres: {
    by: "the bench of PostgreSQL",
    run: async () => [
      (await describeMachine(options.quick)).join("\n"),
      await runPostgres({ quick: options.quick, progress }),
    ],
  },
};

const report: string[] = [];
const alone = APART.find((name) => Deno.args.includes(name));
const options = programFlags(USAGE, {
  ...BENCH_FLAGS,
  write: { type: "page", by: alone === undefined ? "the bench" : BENCHES_APART[alone].by },
});
const apart = APART.find((name) => options.only.includes(name));
if (apart !== undefined) {
  if (options.only.length > 1) {
    refuse(`Cannot use --only: ${apart} is run alone: received ${options.only.join(",")}`, USAGE);
  }
  const { by, run } = BENCHES_APART[apart];
  for (const part of await run()) tell(part);
  if (options.write !== undefined) await writePart(options.write, by, report.join("\n\n"));
  Deno.exit(0);
}
const { servers, leftOut, bun } = await findServers();
tell(await preamble(servers, leftOut, bun, options.quick));
const measurements: Measurement[] = [];
for (const workload of chosen(WORKLOADS, options.only)) {
  measurements.push(...await runWorkload(workload, chosen(serversOf(workload, servers), options.only)));
}
const targets = judgeTargets(measurements.filter((one) => !disturbed(one)));
if (targets.length > 1) tell(`### Targets\n\n${markdown(targets)}`);
if (measurements.some(disturbed)) {
  tell("Workloads that other programs disturbed do not count, for or against the targets.");
}
if (options.write !== undefined) await writePart(options.write, "the bench", report.join("\n\n"));

async function runWorkload(workload: Workload, servers: Server[]): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const server of servers) {
    progress(`${workload.name}: ${server.title}…`);
    measured.push(await measure(workload, server, bun, options.quick ? QUICK : {}));
  }
  progress("");
  if (measured.length === 0) return [];
  const notes = measured.map((one) => [one.server.title, caveat(one)]).filter(([, why]) => why !== undefined)
    .map(([title, why]) => `- ${title}: ${why}.`);
  const table = markdown(tableOf(workload.kind, measured));
  tell(
    [`### ${workload.title}`, `\`${workload.name}\``, table, ...notes.length > 0 ? [notes.join("\n")] : []].join(
      "\n\n",
    ),
  );
  return measured;
}

function serversOf({ servers: names }: Workload, servers: Server[]): Server[] {
  return servers.filter(({ name }) => names.includes(name));
}

function chosen<T extends { name: string }>(all: T[], only: string[]): T[] {
  const some = all.filter(({ name }) => only.includes(name));
  return some.length > 0 ? some : all;
}

async function preamble(
  servers: Server[],
  leftOut: LeftOut[],
  bun: string | undefined,
  quick: boolean,
): Promise<string> {
  const lines = [
    await machine(quick),
    `- Load generator: ${bun === undefined ? "Deno" : "Bun"}, one process.`,
    ...servers.filter(({ name }) => name !== "ours-plain").map(({ title, version }) => `- ${title}: ${version}.`),
    ...leftOut.map(({ title, reason }) => `- Left out: ${title}, because ${reason}.`),
  ];
  return lines.join("\n");
}

async function machine(quick: boolean): Promise<string> {
  return [
    ...await describeMachine(quick),
    CORES === undefined
      ? "- Server and load generator were not pinned to cores."
      : `- The server has core ${CORES.server} to itself, the load generator core ${CORES.generator}.`,
  ].join("\n");
}

function tell(text: string): void {
  report.push(text);
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n\n"));
}

function progress(text: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}
