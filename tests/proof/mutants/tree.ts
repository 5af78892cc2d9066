/**
 * A copy of the tree with a bug planted in it.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { copyTree } from "../../lib/files.ts";
import type { Edit } from "./mutant.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

/** What the proof needs. */
const PARTS = [
  "deno.json",
  "deno.lock",
  "main.ts",
  "connection_manager.ts",
  "chat",
  "static",
  "tests",
];

/** A mutant that waits for what never comes is found when its test has lost patience: a minute each would be most of the time. */
const LESS_PATIENCE: Edit = {
  file: "tests/lib/patience.ts",
  find: "PATIENCE_MS = 60_000",
  replace: "PATIENCE_MS = 20_000",
};

/** A copy in a temporary folder; disposing of it removes it. */
export class Tree implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies the tree and makes the edits.
   *
   * @throws {Error} if an edit's text is not in its file exactly once: the bug must be adapted
   */
  static async plant(edits: readonly Edit[]): Promise<Tree> {
    const tree = new Tree(await Deno.makeTempDir({ prefix: "switchboard-mutant-" }));
    try {
      for (const part of PARTS) await copyTree(join(ROOT, part), join(tree.folder, part));
      for (const edit of [LESS_PATIENCE, ...edits]) await tree.#edit(edit);
      return tree;
    } catch (error) {
      await tree[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  async #edit(edit: Edit): Promise<void> {
    const path = join(this.folder, edit.file);
    await Deno.writeTextFile(path, plantIn(await Deno.readTextFile(path), edit));
  }
}

/** A file's text with a bug in it. @throws {Error} as {@linkcode Tree.plant} */
export function plantIn(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(
    `Cannot plant a bug in ${file}: its text must be there once: found ${parts.length - 1} times: ${find}`,
  );
}
