/** Files and folders of tests. @module */

import { dirname, join } from "@std/path";

/** Copies a file, or a folder with all that is in it. Makes the folders above `to`. */
export async function copyTree(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) {
    await Deno.mkdir(dirname(to), { recursive: true });
    return await Deno.copyFile(from, to);
  }
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copyTree(join(from, name), join(to, name));
}

/** The sizes of all files in a folder and below, in bytes. */
export function bytesIn(folder: string): number {
  let bytes = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    bytes += isDirectory ? bytesIn(path) : Deno.statSync(path).size;
  }
  return bytes;
}
