/** Programs that chat by lines: what is written to them is said, what is said they print. @module */

import { LOCK, WSCAT } from "../lib/packages.ts";
import { Waiters } from "../lib/patience.ts";
import { pathOf } from "../lib/tools.ts";

/** A running program; `await using` ends it. */
export class TerminalClient implements AsyncDisposable {
  /** Everything that it printed, without colours. */
  output = "";
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended: Promise<unknown>;
  readonly #waiters = new Waiters();

  /** Starts a program. */
  constructor(command: string, args: string[]) {
    this.#process = new Deno.Command(command, {
      args,
      env: { NO_COLOR: "1", TERM: "dumb" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    const { stdout, stderr, status } = this.#process;
    this.#ended = Promise.all([status, this.#read(stdout), this.#read(stderr)]);
  }

  /** Says a line. */
  say(line: string): Promise<void> {
    return this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Resolves once it has printed this. */
  prints(text: string): Promise<boolean> {
    return this.#waiters.until(() => this.output.includes(text), () => `${text}; got ${this.output}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#ended;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      // deno-lint-ignore no-control-regex -- the colours and cursor movements of terminals
      this.output += chunk.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
      this.#waiters.wake();
    }
  }
}

/** `wscat`, as `npx wscat -c URL` starts it. */
export function startWscat(url: string): TerminalClient {
  return new TerminalClient(Deno.execPath(), ["run", "-A", LOCK, WSCAT, "-c", url]);
}

/** A client on Python's `websockets`. */
export function startPython(url: string): TerminalClient {
  return new TerminalClient(pathOf("python3-websockets")!, [
    new URL("websockets_client.py", import.meta.url).pathname,
    url,
  ]);
}
