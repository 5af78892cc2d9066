/**
 * The processes of the bench: servers, each on a core of its own, and the load generator on another.
 *
 * @module
 */

/** A command line, and what it needs in its environment besides. */
export interface Launch {
  argv: string[];
  env?: Record<string, string>;
  cwd?: string;
}

/** How long a server may take to say where it listens. */
const START_MS = 15_000;
/** How long it may take to end before it is killed. */
const STOP_MS = 12_000;
/** Errors kept to be shown. */
const ERROR_CHARACTERS = 400;

/** The cores that processes are pinned to; absent where there is one core only or no `taskset`. */
export const CORES: { server: number; generator: number } | undefined =
  navigator.hardwareConcurrency > 1 && (await works(["taskset", "--version"]))
    ? { server: 0, generator: 1 }
    : undefined;

/** Whether a command can be run and ends well. */
export async function works(argv: string[]): Promise<boolean> {
  return (await output({ argv })) !== undefined;
}

/** What a command prints; undefined if it cannot be run or fails. */
export async function output({ argv: [command, ...args], env, cwd }: Launch): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command!, { args, env, cwd, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

/** A running process whose output is read line by line. */
export class Process implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #errors = "";

  /** Starts it, on one core if `core` is given, with as many files as it may open. */
  constructor({ argv, env, cwd }: Launch, core?: number) {
    const pinned = core === undefined ? argv : ["taskset", "-c", String(core), ...argv];
    this.#child = new Deno.Command("sh", {
      // `exec` keeps the process id, so that what is measured is the server and not the shell.
      args: ["-c", 'ulimit -n "$(ulimit -H -n)"; exec "$@"', "sh", ...pinned],
      env,
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new LineStream()).getReader();
    this.#keepErrors();
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The end of what it wrote to standard error. */
  get errors(): string {
    return this.#errors.trim();
  }

  /** The next line of its output; undefined once it has ended. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** The next line of its output that has a text in it; undefined once it has ended. */
  async lineWith(text: string): Promise<string | undefined> {
    let line = await this.line();
    while (line !== undefined && !line.includes(text)) line = await this.line();
    return line;
  }

  /** Reads and forgets the rest of its output, which would block it otherwise. */
  async ignoreOutput(): Promise<void> {
    while (await this.line() !== undefined);
  }

  /** Sends it a line. */
  async say(line: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(line + "\n"));
    writer.releaseLock();
  }

  /** Asks it to end, waits until it has, and kills it if it does not. */
  async stop(): Promise<void> {
    const kill = (signal: Deno.Signal) => {
      try {
        this.#child.kill(signal);
      } catch {
        // It has ended.
      }
    };
    kill("SIGTERM");
    const killer = setTimeout(() => kill("SIGKILL"), STOP_MS);
    await this.#child.status;
    clearTimeout(killer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    await this.stop();
  }

  async #keepErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#errors = (this.#errors + text).slice(-ERROR_CHARACTERS);
    }
  }
}

/**
 * Starts a server and waits until it says, as a line of JSON with the event `listening`, on which port.
 *
 * @param core the core to keep it on, if any
 * @throws if it ends before, or does not listen within {@linkcode START_MS}
 */
export async function startServer(launch: Launch, core?: number): Promise<{ process: Process; port: number }> {
  const process = new Process(launch, core);
  const giveUp = setTimeout(() => process.stop(), START_MS);
  try {
    const port = await portSaid(process);
    if (port !== undefined) {
      process.ignoreOutput();
      return { process, port };
    }
  } finally {
    clearTimeout(giveUp);
  }
  await process.stop();
  throw new Error(`The server did not start: ${process.errors || "it said nothing"}`);
}

async function portSaid(process: Process): Promise<number | undefined> {
  const line = await process.lineWith('"listening"');
  return line && JSON.parse(line).port;
}

class LineStream extends TransformStream<string, string> {
  constructor() {
    let rest = "";
    super({
      transform(text, controller) {
        const lines = (rest + text).split("\n");
        rest = lines.pop()!;
        for (const line of lines) controller.enqueue(line);
      },
    });
  }
}
