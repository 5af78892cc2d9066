/** Another program, run for a test: it is given lines, and what it prints is waited for. @module */

import { eventually } from "../lib/patience.ts";

/** See the module; `await using` ends the program. */
export class Program implements AsyncDisposable {
  /** The lines printed so far. */
  readonly lines: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<unknown>;
  #errors = "";

  /** Starts it. @param cwd where; default: here */
  constructor(command: string, args: string[], cwd?: string) {
    const env = { NO_COLOR: "1", PYTHONUNBUFFERED: "1" };
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    this.#process = new Deno.Command(command, { args, cwd, env, ...piped }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reading = Promise.all([
      read(this.#process.stdout, (text) => this.#take(text)),
      read(this.#process.stderr, (text) => this.#errors += text),
    ]);
  }

  #rest = "";

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    this.lines.push(...lines);
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Resolves once a line holds this text. */
  async untilPrinted(text: string): Promise<void> {
    await this.until((lines) => lines.some((line) => line.includes(text)), text);
  }

  /** Resolves once the condition holds of the lines printed. */
  async until(condition: (lines: string[]) => boolean, what: string): Promise<void> {
    await eventually(() => condition(this.lines), what).catch((error) => {
      throw new Error(`${error.message}; it printed ${JSON.stringify(this.lines).slice(-2_000)} ${this.#errors}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
    await this.#reading;
  }
}

async function read(stream: ReadableStream<Uint8Array<ArrayBuffer>>, take: (text: string) => void): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
