/** Any server as a process that a storm can strike: killed, frozen, stopped, and started again. @module */

import { linesOf } from "../../lib/process.ts";

/** How long it may take to end when it is asked to, in milliseconds. */
const DRAIN_MS = 5_000;

/** One life at a time, each with a port of its own. It says which in its output, as `Listening on …:PORT/` or as JSON. */
export class PeerProcess {
  /** Where it listens; 0 while it does not. */
  port = 0;
  readonly name: string;
  readonly #argv: string[];
  readonly #onKill: () => void;
  #child: Deno.ChildProcess | undefined;
  #isAsked = false;
  #ended: Promise<void> = Promise.resolve();

  /** @param argv how to start it: the program first @param onKill called as it is killed in place of what a fail point would do */
  constructor(name: string, argv: string[], onKill: () => void) {
    this.name = name;
    this.#argv = argv;
    this.#onKill = onKill;
  }

  /** Whether it listens, and nobody has asked it to end. */
  get steady(): boolean {
    return this.port !== 0 && !this.#isAsked;
  }

  /** Resolves once there is no process any more. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Starts it. Resolves once it listens, or has ended before. */
  async start(): Promise<void> {
    const [command, ...args] = this.#argv;
    const child = new Deno.Command(command!, { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
    this.#child = child;
    this.#isAsked = false;
    const listening = Promise.withResolvers<void>();
    const hear = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const line of linesOf(stream)) {
        const found = /^Listening on \S*:(\d+)\/|"event":"listening".*"port":(\d+)/.exec(line);
        if (found === null) continue;
        this.port = Number(found[1] ?? found[2]);
        listening.resolve();
      }
    };
    this.#ended = Promise.all([child.status, hear(child.stdout), hear(child.stderr)]).then(() => {
      this.port = 0;
      this.#child = undefined;
      listening.resolve();
    });
    await listening.promise;
  }

  /** It has no fail points: where ours would be killed at one, it is killed at that moment. */
  arm({ action }: { action: string }): void {
    if (action !== "kill" || !this.steady) return;
    this.#onKill();
    this.kill();
  }

  disarm(): Promise<void> {
    return Promise.resolve();
  }

  kill(): void {
    this.#isAsked = true;
    this.#signal("SIGKILL");
  }

  freeze(frozen: boolean): void {
    this.#signal(frozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Asks it to end, and resolves once it has. */
  async stop(): Promise<void> {
    if (this.#child === undefined) return;
    this.#isAsked = true;
    this.#signal("SIGTERM");
    const late = setTimeout(() => this.kill(), DRAIN_MS);
    await this.#ended;
    clearTimeout(late);
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child?.kill(signal);
    } catch {
      // It has ended, and will be noticed.
    }
  }
}
