/**
 * A server process that dies and comes back: kept running, killed, stopped and told of fail points.
 *
 * @module
 */

import type { Order } from "./server.ts";

/** How long a server may take to listen, in milliseconds: longer than it waits for its store. */
const START_MS = 30_000;
/** How long it may take to stop when it is asked to (promise 9). */
const DRAIN_MS = 10_000;
/** How much of the end of its output is kept, to find out why it ended, in characters. */
const SAID_CHARACTERS = 4_000;

/** What the owner of a server is told. */
export interface ServerEvents {
  /** A fail point was passed that had been armed. */
  failPoint(order: Pick<Order, "point" | "action">): void;
  /** It ended and nobody had asked for that, or not as it should. */
  unexpectedExit(description: string): void;
}

/** One life at a time, each with a port of its own. */
export class ServerProcess {
  /** Where it listens; 0 while it does not. */
  port = 0;
  readonly name: string;
  readonly #argv: string[];
  readonly #events: ServerEvents;
  #child: Deno.ChildProcess | undefined;
  #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  /** Why an end would be no surprise. */
  #awaited: "kill" | "stop" | undefined;
  #said = "";
  #ended: Promise<void> = Promise.resolve();
  #onDisarmed: () => void = () => {};

  /** @param argv how to start it: the program first */
  constructor(name: string, argv: string[], events: ServerEvents) {
    this.name = name;
    this.#argv = argv;
    this.#events = events;
  }

  /** Whether it listens, and nobody has asked it to end. */
  get steady(): boolean {
    return this.port !== 0 && this.#awaited === undefined;
  }

  /** Resolves once there is no process any more. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Starts it. Resolves once it listens, or has ended before. */
  async start(): Promise<void> {
    const [command, ...args] = this.#argv;
    const child = new Deno.Command(command!, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    this.#child = child;
    this.#awaited = undefined;
    this.#said = "";
    const writer = child.stdin.getWriter();
    this.#input = writer;
    const listening = Promise.withResolvers<void>();
    const read = Promise.all([this.#read(child.stdout, listening.resolve), this.#read(child.stderr, () => {})]);
    this.#ended = this.#watch(child, read, writer).finally(listening.resolve);
    const late = setTimeout(() => {
      this.#events.unexpectedExit(`${this.name} did not listen within ${START_MS} ms: ${this.#said}`);
      this.kill();
    }, START_MS);
    await listening.promise;
    clearTimeout(late);
  }

  /** Has something happen at a step. Does nothing while no process is there. */
  arm(order: Order): void {
    this.#tell(order);
  }

  /** Has all orders forgotten. Resolves once they are, or no process is there. */
  async disarm(): Promise<void> {
    const disarmed = new Promise<void>((resolve) => this.#onDisarmed = resolve);
    this.#tell(null);
    await Promise.race([disarmed, this.#ended]);
  }

  /** Ends it as `kill -9` does. */
  kill(): void {
    this.#awaited = "kill";
    this.#signal("SIGKILL");
  }

  /** Stops it in its tracks, or lets it go on. */
  freeze(frozen: boolean): void {
    this.#signal(frozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Asks it to end, and resolves once it has; blames it if that takes too long. */
  async stop(): Promise<void> {
    if (this.#child === undefined) return;
    if (this.#awaited === undefined) this.#awaited = "stop";
    this.#signal("SIGTERM");
    const late = setTimeout(() => {
      if (this.#awaited === "stop") {
        this.#events.unexpectedExit(`${this.name} did not end within ${DRAIN_MS} ms of SIGTERM: ${this.#said}`);
      }
      this.kill();
    }, DRAIN_MS);
    await this.#ended;
    clearTimeout(late);
  }

  #tell(order: Order | null): void {
    this.#input?.write(new TextEncoder().encode(JSON.stringify(order) + "\n")).catch(() => {});
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child?.kill(signal);
    } catch {
      // It has ended, and will be noticed.
    }
  }

  async #watch(
    child: Deno.ChildProcess,
    read: Promise<unknown>,
    writer: WritableStreamDefaultWriter<Uint8Array>,
  ): Promise<void> {
    const { code, signal } = await child.status;
    this.port = 0;
    await read;
    await writer.close().catch(() => {});
    this.#input = undefined;
    this.#child = undefined;
    const isFine = this.#awaited === "kill"
      ? signal === "SIGKILL" || code === 0
      : this.#awaited === "stop" && code === 0;
    if (!isFine) this.#events.unexpectedExit(`${this.name}: code ${code}, signal ${signal}: ${this.#said}`);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onListening: () => void): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#hear(line, onListening);
    }
    if (rest !== "") this.#hear(rest, onListening);
  }

  #hear(line: string, onListening: () => void): void {
    if (!line.includes('"event":"disconnect"')) this.#said = `${this.#said}${line}\n`.slice(-SAID_CHARACTERS);
    if (!line.startsWith("{") || !line.endsWith("}")) return;
    const { event, port, point, action } = JSON.parse(line);
    if (event === "listening") {
      this.port = port;
      onListening();
    } else if (event === "disarmed") {
      this.#onDisarmed();
    } else if (event === "fail point") {
      if (action === "kill") this.#awaited = "kill";
      this.#events.failPoint({ point, action });
    }
  }
}
