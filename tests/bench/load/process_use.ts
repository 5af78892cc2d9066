/**
 * What a process and the machine are using, as Linux tells it in `/proc`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import type { LoadResult, ProcessUse } from "./spec.ts";
import { busySoFar } from "./turns.ts";

/** The kernel's clock tick as it is told to programs, the same on every common Linux. */
const TICKS_PER_S = 100;

/** CPU time, user and system, that a process and all its threads have used so far: microseconds. */
export function cpuMicros(pid: number): number {
  // The name, in parentheses, may hold anything; fields are counted from behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1e6;
}

/** What is resident of a process: bytes. 0 once it has ended. */
export function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** CPU time that all processes of the machine have used so far: microseconds. */
function machineMicros(): number {
  const fields = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]!.trim().split(/\s+/).slice(1).map(Number);
  // user, nice, system, idle, iowait, irq, softirq: idle and iowait are not use.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = fields;
  return ((user + nice + system + irq + softirq) / TICKS_PER_S) * 1e6;
}

/** For how long a disk has had something to do so far: milliseconds; undefined if the system does not tell. */
function diskBusyMs(disk: string): number | undefined {
  for (const line of readFileSync("/proc/diskstats", "latin1").split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (`${fields[0]} ${fields[1]}` === disk) return Number(fields[12]);
  }
  return undefined;
}

/** Use over a stretch of time: of a server, of the generator, of the disk, and of everything else. */
export class UseMeter {
  readonly #pid: number;
  readonly #disk: string;
  readonly #since = performance.now();
  readonly #server: number;
  readonly #generator = cpuMicros(process.pid);
  readonly #generatorBusyMs = busySoFar();
  readonly #machine = machineMicros();
  readonly #diskBusyMs: number | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #peakRss = 0;

  /** Begins. @param pid the server's process @param disk the one that it writes to, as `/proc/diskstats` names it */
  constructor(pid: number, disk: string) {
    this.#pid = pid;
    this.#disk = disk;
    this.#diskBusyMs = diskBusyMs(disk);
    this.#server = cpuMicros(pid);
    this.#timer = setInterval(() => this.#look(), 200);
  }

  /** Ends, and gives what there was. Busy is given in cores. */
  end(): Pick<LoadResult, "seconds" | "generatorBusy" | "othersBusy" | "diskBusy"> & ProcessUse {
    clearInterval(this.#timer);
    this.#look();
    const elapsed = (performance.now() - this.#since) * 1000;
    const server = cpuMicros(this.#pid) - this.#server;
    const generator = cpuMicros(process.pid) - this.#generator;
    const machine = machineMicros() - this.#machine;
    return {
      seconds: elapsed / 1e6,
      cpuMicros: server,
      peakRss: this.#peakRss,
      generatorBusy: (busySoFar() - this.#generatorBusyMs) * 1000 / elapsed,
      othersBusy: Math.max(0, machine - server - generator) / elapsed,
      diskBusy: this.#diskBusyMs && (diskBusyMs(this.#disk)! - this.#diskBusyMs) * 1000 / elapsed,
    };
  }

  #look(): void {
    this.#peakRss = Math.max(this.#peakRss, residentBytes(this.#pid));
  }
}

/** Memory goes up and down with the garbage; the lowest over this time is compared. */
const RSS_WINDOW_MS = 4_000;
const LOOK_EVERY_MS = 100;

/** Looks at a process's memory every tenth of a second. */
export class MemoryWatch {
  readonly #looks: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  /** Begins. @param pid the process */
  constructor(pid: number) {
    this.#timer = setInterval(() => this.#looks.push(residentBytes(pid)), LOOK_EVERY_MS);
  }

  /** The most that was seen: bytes. */
  get peak(): number {
    return Math.max(...this.#looks);
  }

  /** The least that was seen in the last {@linkcode RSS_WINDOW_MS}: bytes. */
  lowest(): number {
    return Math.min(...this.#looks.slice(-RSS_WINDOW_MS / LOOK_EVERY_MS));
  }

  /** Ends. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
