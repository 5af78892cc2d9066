/** The disk under a bench: near its limit it is what is measured. @module */

import { join } from "@std/path";

const SYNCS = 50;
const BLOCK_BYTES = 4_096;

/** How long it takes to write a block and to have it on the disk: the median, in milliseconds. */
export async function syncMs(directory: string): Promise<number> {
  const path = join(directory, "sync");
  using file = await Deno.open(path, { write: true, create: true });
  const times: number[] = [];
  for (let n = 0; n < SYNCS; n++) {
    const from = performance.now();
    file.writeSync(new Uint8Array(BLOCK_BYTES));
    file.syncDataSync();
    times.push(performance.now() - from);
  }
  await Deno.remove(path);
  return times.sort((one, other) => one - other)[SYNCS / 2]!;
}

/** The disk that a folder is on, as `/proc/diskstats` names it: its major and minor number. */
export async function diskOf(directory: string): Promise<string> {
  const { dev } = await Deno.stat(directory);
  return `${(dev >> 8) & 0xfff} ${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
}
