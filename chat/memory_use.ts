/**
 * How much of the memory that the process may use it uses.
 *
 * @module
 */

import { getHeapStatistics } from "node:v8";
import { MEMORY_BYTES, MEMORY_SHARE } from "./limits.ts";

/** The most that a control group, and so a container or a systemd unit, may have; and what the machine has. */
const CGROUP = "/sys/fs/cgroup/memory.max";
const MACHINE = "/proc/meminfo";

/**
 * Finds out what there is: a share of the machine's or the container's memory, and of the heap of JavaScript, where V8 ends the process.
 *
 * @param limitBytes what the operator has set; undefined: as much as can be found out, or `MEMORY_BYTES` where nothing can
 * @returns what tells the use at this moment: 1 is all that may be used
 */
export function memoryUse(limitBytes?: number): () => number {
  const found = Math.min(cgroupBytes(), machineBytes()) * MEMORY_SHARE;
  const residentMost = limitBytes ?? (Number.isFinite(found) ? found : MEMORY_BYTES);
  const heapMost = getHeapStatistics().heap_size_limit * MEMORY_SHARE;
  return () => {
    const { rss, heapUsed } = Deno.memoryUsage();
    return Math.max(rss / residentMost, heapUsed / heapMost);
  };
}

function cgroupBytes(): number {
  return Number(readAllowed(CGROUP)?.trim() || NaN) || Infinity;
}

function machineBytes(): number {
  return Number(/^MemTotal:\s+(\d+) kB/m.exec(readAllowed(MACHINE) ?? "")?.[1] ?? Infinity) * 1024;
}

/** A file's text, if there is one and it may be read without asking anybody. */
function readAllowed(path: string): string | undefined {
  try {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
