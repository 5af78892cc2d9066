/** The processor time of this program and of all processes of a PostgreSQL. Linux tells it. @module */

import { readFileSync } from "node:fs";
import process from "node:process";
import type { Postgres } from "../../lib/postgres.ts";

/** Microseconds. */
export interface CpuTime {
  own: number;
  postgres: number;
}

/** Measures what is used from now on. */
export class CpuMeter {
  readonly #server: Postgres;
  readonly #own = ownMicros();
  readonly #postgres: ReadonlyMap<string, number>;

  constructor(server: Postgres) {
    this.#server = server;
    this.#postgres = microsByPid(server);
  }

  /** What was used since then. A session that has ended meanwhile is left out. */
  read(): CpuTime {
    let postgres = 0;
    for (const [pid, micros] of microsByPid(this.#server)) postgres += micros - (this.#postgres.get(pid) ?? 0);
    return { own: ownMicros() - this.#own, postgres };
  }
}

/** The memory that a session of PostgreSQL has to itself, on the average: bytes. */
export function sessionBytes(server: Postgres): number {
  const sessions = sessionsOf(server).flatMap((pid) => {
    const text = read(`/proc/${pid}/smaps_rollup`);
    return text === undefined || !(read(`/proc/${pid}/cmdline`) ?? "").includes("chat") ? [] : [text];
  });
  const own = sessions.map((text) =>
    Array.from(text.matchAll(/^Private_\w+:\s+(\d+) kB/gm), ([, kilobytes]) => Number(kilobytes) * 1024)
      .reduce((sum, bytes) => sum + bytes, 0)
  );
  return own.reduce((sum, bytes) => sum + bytes, 0) / own.length;
}

function ownMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function microsByPid(server: Postgres): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of [`${server.pid}`, ...sessionsOf(server)]) {
    // Nanoseconds; the usual figures are of 10 ms, and there are a hundred sessions that do little each.
    const text = read(`/proc/${pid}/schedstat`);
    if (text !== undefined) found.set(pid, Number(text.split(" ")[0]) / 1_000);
  }
  return found;
}

function sessionsOf({ pid }: Postgres): string[] {
  return (read(`/proc/${pid}/task/${pid}/children`) ?? "").split(" ").filter((child) => child !== "");
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    // It has ended.
    return undefined;
  }
}
