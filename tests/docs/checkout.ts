/** A copy of the tree, for commands that write into the folder they are run in. @module */

import { CHECKOUT, copyTree } from "../lib/files.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";

/** How a command ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** `await using` removes it. */
export class Checkout implements AsyncDisposable {
  readonly path: string;
  readonly #folder: AsyncDisposable;

  private constructor(path: string, folder: AsyncDisposable) {
    this.path = path;
    this.#folder = folder;
  }

  /** Makes one. */
  static async make(): Promise<Checkout> {
    const folder = await makeFolder();
    for (const part of CHECKOUT) await copyTree(ROOT + part, `${folder.path}/${part}`);
    return new Checkout(folder.path, folder);
  }

  /** Runs a command line in it, to its end. `deno` is the Deno that runs the tests. */
  async run(line: string, env: Record<string, string> = {}): Promise<Ended> {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", `deno() { "${Deno.execPath()}" "$@"; }\n${line}`],
      cwd: this.path,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), err: text.decode(stderr) };
  }

  /**
   * Starts a command line in it that serves, and waits until it listens. Disposing of it asks it to end, and waits until it has:
   * were `deno task` killed, the server that it started would be left.
   */
  async start(line: string, env: Record<string, string> = {}): Promise<{ service: ServiceProcess } & AsyncDisposable> {
    const command = ["bash", "-c", line.replace(/^deno /, `exec "${Deno.execPath()}" `)];
    const service = await ServiceProcess.start({ command, args: [], cwd: this.path, env: { PORT: "0", ...env } });
    let ended = false;
    service.exited.then(() => ended = true);
    return {
      service,
      async [Symbol.asyncDispose]() {
        if (!ended) service.kill("SIGINT");
        await service.exited;
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#folder[Symbol.asyncDispose]() as Promise<void>;
  }
}
