/** Files and folders of tests. @module */

import { dirname, join } from "@std/path";
import { ROOT } from "./process.ts";

/**
 * What a checkout has that commands and tests are about. A test that lacks something in a copy would fail for that, and seem to have found a bug.
 */
export const CHECKOUT: readonly string[] = [
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "Dockerfile",
  "README.md",
  "SECURITY.md",
  "bundle.lock",
  "chat",
  "compose.postgres.yaml",
  "compose.yaml",
  "connection_manager.ts",
  "deno.json",
  "deno.lock",
  "docs",
  "examples",
  "imports.jsr.json",
  "main.ts",
  "static",
  "tests",
];

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
