/** A process that appends, for tests that kill it or take its store away: see `tests/stores/appender.ts`. @module */

import { LOCK } from "./packages.ts";
import { Waiters } from "./patience.ts";
import { linesOf } from "./process.ts";

const APPENDER = new URL("../stores/appender.ts", import.meta.url);

/** Disposing of it kills it. */
export class AppenderProcess implements AsyncDisposable {
  /** What it said. */
  readonly lines: string[] = [];
  readonly #waiters = new Waiters();
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #hasEnded = false;

  /**
   * Starts it.
   *
   * @param shell a command line that runs `"$@"`, to start it under some constraint
   * @param script another program that says what was acknowledged
   */
  constructor(store: string, room: string, author: string, shell = 'exec "$@"', script = APPENDER) {
    const command = [Deno.execPath(), "run", "-A", LOCK, "--quiet", script.pathname, store, room, author];
    this.#process = new Deno.Command("sh", {
      args: ["-c", shell, "sh", ...command],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The numbers that were acknowledged. */
  get acknowledged(): Map<string, number> {
    const said = this.lines.map((line) => /^(\d+) (.*)$/.exec(line)).filter((match) => match !== null);
    return new Map(said.map(([, seq, text]) => [text!, Number(seq)]));
  }

  /** Resolves once what it said fulfils the condition; rejects if it ends before that. */
  async until(condition: (lines: string[]) => boolean): Promise<void> {
    const said = () => `the appender said ${this.lines.length} lines, the last ones ${this.lines.slice(-3).join(", ")}`;
    await this.#waiters.until(() => {
      if (condition(this.lines)) return true;
      if (this.#hasEnded) throw new Error(`Waited for a process that has ended: ${said()}`);
      return false;
    }, said);
  }

  /** Resolves once it has had so many acknowledgements, counted from now where `more` is given. */
  untilAcknowledged(count: number): Promise<void> {
    const from = this.lines.length;
    return this.until((lines) => lines.slice(from).filter((line) => /^\d/.test(line)).length >= count);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
    await this.#process.status;
    await this.#reading;
    await this.#process.stdin.close().catch(() => {});
  }

  /** Ends it as it wishes to end. */
  async end(): Promise<void> {
    await this.#process.stdin.close();
    await this.#process.status;
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #read(): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) {
      this.lines.push(line);
      this.#waiters.wake();
    }
    this.#hasEnded = true;
    this.#waiters.wake();
  }
}
