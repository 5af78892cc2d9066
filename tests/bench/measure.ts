/**
 * One measurement: a server is started afresh, the load generator is set on it, both are ended.
 *
 * @module
 */

import { join } from "@std/path";
import { diskOf, syncMs } from "./disk.ts";
import type { LoadEvent, LoadResult, LoadSpec, ResumeResult, StuckResult } from "./load/spec.ts";
import { CORES, type Launch, Process, startServer } from "./processes.ts";
import type { Server } from "./servers.ts";
import { USUAL, type Workload } from "./workloads.ts";

/** What one server made of one workload. */
export interface Measurement {
  workload: Workload;
  server: Server;
  load?: LoadResult;
  resume?: ResumeResult;
  stuck?: StuckResult;
  /** How long the disk took to sync one block just before: milliseconds. */
  syncMs?: number;
  /** Why there is no result, or not all of it. */
  failed?: string;
}

/** The longest that any measurement may take. */
const GIVE_UP_MS = 150_000;

/**
 * Measures. Everything that goes wrong is part of the result.
 *
 * @param bun the runtime that the generator prefers, if it is there
 * @param changes for every workload alike
 */
export async function measure(
  workload: Workload,
  server: Server,
  bun: string | undefined,
  changes: Partial<LoadSpec>,
): Promise<Measurement> {
  const directory = await Deno.makeTempDir({ prefix: "bench-" });
  const disk = await diskOf(directory);
  const spec = { ...USUAL, ...workload.spec, ...changes, dialect: server.dialect, disk };
  const measurement: Measurement = { workload, server };
  try {
    measurement.syncMs = await syncMs(directory);
    await run(measurement, server, spec, directory, bun);
  } catch (error) {
    measurement.failed = error instanceof Error ? error.message : String(error);
  }
  await Deno.remove(directory, { recursive: true });
  return measurement;
}

async function run(
  measurement: Measurement,
  server: Server,
  spec: Omit<LoadSpec, "port" | "pid">,
  directory: string,
  bun: string | undefined,
): Promise<void> {
  const cores = measurement.workload.allCores ? undefined : CORES;
  const start = (port: number) => startServer(server.launch(directory, port), cores?.server);
  let running = await start(0);
  try {
    const full: LoadSpec = { ...spec, port: running.port, pid: running.process.pid };
    await using generator = new Process(generatorLaunch(full, bun), cores?.generator);
    const giveUp = setTimeout(() => generator.stop(), GIVE_UP_MS);
    for (let line = await generator.line(); line !== undefined; line = await generator.line()) {
      const happened: LoadEvent = JSON.parse(line);
      if (happened.event === "load") measurement.load = happened.result;
      else if (happened.event === "resume") measurement.resume = happened.result;
      else if (happened.event === "stuck") measurement.stuck = happened.result;
      else if (happened.event === "failed") measurement.failed = happened.reason;
      else {
        await running.process.stop();
        running = await start(running.port);
        await generator.say("restarted");
      }
    }
    clearTimeout(giveUp);
    const { load, resume, stuck } = measurement;
    const whole = load && (resume || spec.resumeBehind === undefined) && (stuck || !spec.stuckReader);
    if (!whole) measurement.failed ??= generator.errors.split("\n")[0] || "the load generator did not finish";
  } finally {
    await running.process[Symbol.asyncDispose]();
  }
}

function generatorLaunch(spec: LoadSpec, bun: string | undefined): Launch {
  const script = join(import.meta.dirname!, "load", "generator.ts");
  const runtime = bun === undefined
    ? [Deno.execPath(), "run", "--allow-net=127.0.0.1", "--allow-read=/proc", "--allow-env"]
    : [bun, "run"];
  return { argv: [...runtime, script, JSON.stringify(spec)] };
}
