/** Another program, run for a test: it is given lines, and what it prints is waited for. @module */

import { eventually } from "../lib/patience.ts";

/** `await using` ends the program. */
export class Program implements AsyncDisposable {
  /** The lines printed so far. */
  readonly lines: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #writer?: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reading: Promise<unknown>;
  #errors = "";

  /** Starts it. @param stdin `null`: its input is at its end, as that of a cron job is */
  constructor(command: string, args: string[], stdin: "piped" | "null" = "piped") {
    const env = { NO_COLOR: "1", PYTHONUNBUFFERED: "1" };
    this.#process = new Deno.Command(command, { args, env, stdin, stdout: "piped", stderr: "piped" }).spawn();
    if (stdin === "piped") this.#writer = this.#process.stdin.getWriter();
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
    await this.#writer!.write(new TextEncoder().encode(`${line}\n`));
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

  /** What it has said of errors so far. */
  get errors(): string {
    return this.#errors;
  }

  /** Resolves once it has ended by itself. @returns its status, and what it said of errors */
  async end(): Promise<{ code: number; errors: string }> {
    const { code } = await this.#process.status;
    await this.#reading;
    return { code, errors: this.#errors };
  }

  /** Does what Ctrl-C does. */
  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.close().catch(() => {});
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
