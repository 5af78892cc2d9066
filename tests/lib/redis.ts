/** A real Redis server for a test: started on a free port in a folder of its own, killed and started again at will. @module */

import { freePort } from "./port.ts";

const HOST = "127.0.0.1";

/** A server of a test's own. */
export class RedisServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  readonly #options: string[];
  #process: Deno.ChildProcess | undefined;

  private constructor(folder: string, port: number, options: string[]) {
    this.#folder = folder;
    this.#port = port;
    this.#options = options;
  }

  /** Starts one; `options` as on its command line. It keeps an append-only file unless they say otherwise. */
  static async start(...options: string[]): Promise<RedisServer> {
    const folder = await Deno.makeTempDir({ prefix: "switchboard-redis-" });
    const server = new RedisServer(folder, freePort(), ["--appendonly", "yes", ...options]);
    await server.start();
    return server;
  }
  get url(): string {
    return `redis://${HOST}:${this.#port}`;
  }

  /** Starts it again, with the data that are in its folder, and waits until it answers. */
  async start(): Promise<void> {
    this.#process = new Deno.Command("redis-server", {
      args: ["--port", `${this.#port}`, "--bind", HOST, "--dir", this.#folder, "--save", "", ...this.#options],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let tries = 0; tries < 500; tries++) {
      if (await this.#answers()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("redis-server did not start");
  }

  /** Ends it as `kill -9` does, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.signal("SIGKILL");
    await this.#process?.status;
    this.#process = undefined;
  }

  /** Sends it a signal: `SIGSTOP` makes it hang, `SIGCONT` go on. */
  signal(signal: Deno.Signal): Promise<void> {
    this.#process?.kill(signal);
    return Promise.resolve();
  }

  /** Removes what it has on disk. Only while it is not running. */
  async wipe(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
    await Deno.mkdir(this.#folder);
  }

  /** Copies what it has on disk. */
  async backup(): Promise<string> {
    const copy = await Deno.makeTempDir({ prefix: "switchboard-redis-copy-" });
    await run("cp", "-a", `${this.#folder}/.`, copy);
    return copy;
  }

  /** Puts a copy made by {@linkcode backup} in place, and removes it. Only while the server is not running. */
  async restore(copy: string): Promise<void> {
    await this.wipe();
    await run("cp", "-a", `${copy}/.`, this.#folder);
    await Deno.remove(copy, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Gives it one command, written as on its command line. @returns the first line of the reply */
  async command(line: string): Promise<string> {
    using connection = await Deno.connect({ hostname: HOST, port: this.#port });
    await connection.write(new TextEncoder().encode(`${line}\r\n`));
    const bytes = new Uint8Array(256);
    const length = await connection.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, length)).split("\r\n")[0]!;
  }

  async #answers(): Promise<boolean> {
    try {
      return await this.command("PING") === "+PONG";
    } catch {
      return false;
    }
  }
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} failed`);
}
