/** The program as a process of its own, started as an operator would, on a free port. @module */

import { SETTINGS } from "../../chat/settings/table.ts";
import { LOCK } from "./packages.ts";
import { listener } from "./listener.ts";
import { Waiters } from "./patience.ts";

/** The top folder of the project. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** What the service may read of the environment. */
const VARIABLES = [...Object.keys(SETTINGS), "WS_NO_BUFFER_UTIL", "PGAPPNAME", "DENO_DEPLOY", "DENO_DEPLOYMENT_ID"]
  .join();

/** How to start it. */
export interface ProcessOptions {
  /** Arguments of the program. Default: a free port and a store in memory. */
  args?: string[];
  /** Default: `main.ts` with every permission. */
  command?: string[];
  env?: Record<string, string>;
  /** Default: the project's folder. */
  cwd?: string;
}

/** One line of the service's log. */
export type LogLine = { event: string } & Record<string, unknown>;

/** A running service; `await using` kills it. */
export class ServiceProcess implements AsyncDisposable {
  /** What it has logged. */
  readonly log: LogLine[] = [];
  /** Lines on standard output that are no JSON. */
  readonly stray: string[] = [];
  /** What it wrote to standard error. */
  errors = "";
  /** Resolves with the exit code when it has ended; with the signal's number and 128 if one ended it. */
  readonly exited: Promise<number>;
  readonly #process: Deno.ChildProcess;
  readonly #waiters = new Waiters();
  #code: number | undefined;

  private constructor({ args = ["--port", "0", "--chat-store", "memory:"], command, env, cwd = ROOT }: ProcessOptions) {
    const [program = Deno.execPath(), ...rest] = command ?? [Deno.execPath(), "run", "-A", LOCK, "main.ts"];
    this.#process = new Deno.Command(program, {
      args: [...rest, ...args],
      env: { NO_COLOR: "1", GUARD: listener() === "guarded" ? "on" : "off", ...env },
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ended = Promise.all([this.#process.status, this.#readLog(), this.#readErrors()]);
    this.exited = ended.then(([{ code }]) => {
      this.#code = code;
      this.#waiters.wake();
      return code;
    });
  }

  /** Starts it, and waits until it listens. */
  static async start(options: ProcessOptions = {}): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(options);
    await service.event("listening", 60_000);
    return service;
  }

  /** Starts it, and does not wait. */
  static spawn(options: ProcessOptions = {}): ServiceProcess {
    return new ServiceProcess(options);
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The port it listens on. */
  get port(): number {
    return Number(this.told("listening")[0]!.port);
  }

  /** `ws://127.0.0.1:PORT` */
  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The lines of its log about this event so far. */
  told(name: string): LogLine[] {
    return this.log.filter(({ event }) => event === name);
  }

  /** The first line of its log about this event, now or later. */
  event(name: string, patienceMs?: number): Promise<LogLine> {
    return this.#waiters.until(
      () => {
        const [line] = this.told(name);
        if (line === undefined && this.#code !== undefined) {
          throw new Error(`It ended with ${this.#code} before "${name}": ${this.errors} ${this.stray.join("\n")}`);
        }
        return line;
      },
      () => `"${name}" in the log; got ${JSON.stringify(this.log).slice(-2_000)} ${this.errors}`,
      patienceMs,
    );
  }

  /** Resolves once its log has this many lines about an event. */
  async untilCount(name: string, count: number): Promise<void> {
    await this.event(name, 60_000);
    await this.#waiters.until(
      () => this.told(name).length >= count,
      () => `${count} times "${name}" in the log; got ${JSON.stringify(this.log).slice(-2_000)} ${this.errors}`,
    );
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Asks it to stop. @returns its exit code */
  stop(): Promise<number> {
    this.kill("SIGTERM");
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#code === undefined) this.kill("SIGKILL");
    await this.exited;
  }

  async #readLog(): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) {
      if (line.startsWith('{"')) this.log.push(JSON.parse(line));
      else if (line !== "") this.stray.push(line);
      this.#waiters.wake();
    }
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.errors += text;
      this.#waiters.wake();
    }
  }
}

/** Runs a program, which must succeed, in the project's folder. @returns its standard output */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd: ROOT }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** A new empty folder, removed in the end. */
export async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "switchboard-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The permissions that the README names, without those on files. */
export const PERMISSIONS: string[] = ["--allow-net", "--allow-sys=systemMemoryInfo", `--allow-env=${VARIABLES}`];

/** The lines of a stream, each as soon as it is whole. */
export async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
