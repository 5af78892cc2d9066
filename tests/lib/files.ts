/** Files and folders of tests. @module */

import { dirname, join } from "@std/path";
import { ROOT } from "./process.ts";

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

/** Copies what a checkout needs in order to be started. */
export async function copyService(to: string): Promise<void> {
  for (const part of ["deno.json", "deno.lock", "main.ts", "connection_manager.ts", "chat", "static"]) {
    await copyTree(ROOT + part, join(to, part));
  }
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
