/** The share of its allowed memory that the process uses. @module */

import process from "node:process";
import { getHeapStatistics } from "node:v8";
import { MEMORY_BYTES, MEMORY_SHARE } from "./bounds.ts";

export interface MemoryUse {
  /** Resident memory that may be used, in MiB; 0: all of it. */
  limitMib: number;
  /** The share in use at this moment: 1 is all. V8's heap counts as well, because V8 ends the process at a bound of its own. */
  share(): number;
}

/** Finds out the memory's size. @param limitBytes the operator's setting; default: by the machine */
export function memoryUse(limitBytes: number = defaultBytes()): MemoryUse {
  const heapMost = getHeapStatistics().heap_size_limit * MEMORY_SHARE;
  const share = () => {
    const { rss, heapUsed } = Deno.memoryUsage();
    return Math.max(rss / limitBytes, heapUsed / heapMost);
  };
  return { limitMib: Number.isFinite(limitBytes) ? Math.floor(limitBytes / 2 ** 20) : 0, share };
}

/** A share of the memory of the machine, or of the control group: a container, a systemd unit. */
function defaultBytes(): number {
  // Does not ask for permission: nobody may be there to answer.
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  if (state !== "granted") return MEMORY_BYTES;
  try {
    // For an unbounded group this is 0, or more than any machine has.
    return Math.min(Deno.systemMemoryInfo().total, process.constrainedMemory() || Infinity) * MEMORY_SHARE;
  } catch {
    // Not every system can tell.
    return MEMORY_BYTES;
  }
}
