/**
 * A copy of the tree, in which bugs are planted, one after the other.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { CHECKOUT, copyTree } from "../../lib/files.ts";
import type { Edit } from "./mutant.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

/** A mutant that waits for what never comes is found when its test has lost patience: a minute each would be most of the time. */
export const LESS_PATIENCE: Edit = {
  file: "tests/lib/patience.ts",
  find: "PATIENCE_MS = 60_000",
  replace: "PATIENCE_MS = 20_000",
};

/**
 * A copy in a temporary folder; disposing of it removes it. It serves one bug after the other, because Deno compiles a file again only
 * if its place or its text is new.
 */
export class Tree implements AsyncDisposable {
  readonly folder: string;
  /** The files that a bug is planted in. */
  readonly #planted = new Set<string>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async copy(): Promise<Tree> {
    const tree = new Tree(await Deno.makeTempDir({ prefix: "switchboard-mutant-" }));
    try {
      for (const part of CHECKOUT) await tree.#fetch(part);
      await tree.#edit(LESS_PATIENCE);
      return tree;
    } catch (error) {
      await tree[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Makes the edits of a bug, instead of those of the one before.
   *
   * @throws {Error} if an edit's text is not in its file exactly once: the bug must be adapted
   */
  async plant(edits: readonly Edit[]): Promise<void> {
    for (const file of this.#planted) await this.#fetch(file);
    this.#planted.clear();
    for (const edit of edits) {
      this.#planted.add(edit.file);
      await this.#edit(edit);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  async #fetch(path: string): Promise<void> {
    await copyTree(join(ROOT, path), join(this.folder, path));
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
