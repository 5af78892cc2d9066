/**
 * A bad network: the TCP connections of one client pass through here, and are refused, cut, held up in one direction or both,
 * sliced to pieces and delayed. No byte is ever changed, dropped from the middle or reordered: TCP does not do that either.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";

/** `up` goes to the server, `down` to the client. */
export type Direction = "up" | "down";

/** How bytes travel at present. Applies to every connection of the link. */
interface Weather {
  refuse: boolean;
  held: Set<Direction>;
  slice: boolean;
  delayMs: number;
}

/** Bytes read at once. */
const READ_BYTES = 16 * 1024;
/** Bytes of one reading that are sliced; slicing all of a long replay would take the machine, not the server, to its limits. */
const SLICED_BYTES = 512;
export class Link {
  readonly #listener: Deno.TcpListener;
  readonly #target: () => number;
  readonly #random: Random;
  readonly #weather: Weather = { refuse: false, held: new Set(), slice: false, delayMs: 0 };
  readonly #pipes = new Set<Pipe>();
  readonly #waiting = new Set<() => void>();
  readonly #serving: Promise<void>;

  /** @param target gives the port of the server for a new connection; 0 where none listens */
  constructor(target: () => number, random: Random) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#target = target;
    this.#random = random;
    this.#serving = this.#serve();
  }

  /** Where the client connects to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that are open. */
  get size(): number {
    return this.#pipes.size;
  }

  /** Cuts every connection, with the bytes under way in it. */
  cut(): void {
    for (const pipe of this.#pipes) pipe.close();
  }

  /** The connections as they are now, to be cut later: what a client that has given up leaves behind. */
  orphans(): () => void {
    const pipes = [...this.#pipes];
    return () => {
      for (const pipe of pipes) pipe.close();
    };
  }

  /** Refuses new connections, or takes them again. */
  refuse(refuse: boolean): void {
    this.#weather.refuse = refuse;
  }

  /** Holds what travels in a direction, without an end in sight; later, lets it all go on. */
  hold(direction: Direction, held: boolean): void {
    if (held) this.#weather.held.add(direction);
    else this.#weather.held.delete(direction);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Sends everything in pieces of 1 to 7 bytes, or whole again. */
  slice(slice: boolean): void {
    this.#weather.slice = slice;
  }

  /** Delays each reading by up to this many milliseconds. */
  delay(ms: number): void {
    this.#weather.delayMs = ms;
  }

  /** Ends all faults. Connections stay. */
  clear(): void {
    this.refuse(false);
    this.slice(false);
    this.delay(0);
    this.hold("up", false);
    this.hold("down", false);
  }

  /** Ends the link. */
  async close(): Promise<void> {
    this.#listener.close();
    this.clear();
    this.cut();
    await this.#serving;
    await Promise.all([...this.#pipes].map((pipe) => pipe.done));
  }

  async #serve(): Promise<void> {
    const opening = new Set<Promise<void>>();
    for await (const client of this.#listener) {
      const task: Promise<void> = this.#open(client).finally(() => opening.delete(task));
      opening.add(task);
    }
    await Promise.all(opening);
  }

  async #open(client: Deno.TcpConn): Promise<void> {
    const port = this.#target();
    if (this.#weather.refuse || port === 0) return client.close();
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port });
      server.setNoDelay();
      client.setNoDelay();
    } catch {
      return client.close();
    }
    const pipe: Pipe = new Pipe(client, server, (direction, bytes, write) => this.#pass(direction, bytes, write, pipe));
    this.#pipes.add(pipe);
    pipe.done.finally(() => this.#pipes.delete(pipe));
  }

  async #pass(
    direction: Direction,
    bytes: Uint8Array,
    write: (part: Uint8Array) => Promise<void>,
    pipe: Pipe,
  ): Promise<void> {
    const { held, delayMs, slice } = this.#weather;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#random.between(0, delayMs)));
    while (held.has(direction) && !pipe.closed) await this.#change(pipe);
    const sliced = slice ? Math.min(bytes.length, SLICED_BYTES) : 0;
    let at = 0;
    while (at < sliced && !pipe.closed) {
      const size = this.#random.int(1, 7);
      await write(bytes.subarray(at, Math.min(at + size, sliced)));
      at += size;
    }
    if (sliced < bytes.length && !pipe.closed) await write(bytes.subarray(sliced));
  }

  #change(pipe: Pipe): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      pipe.onClose(resolve);
    });
  }
}

type Pass = (direction: Direction, bytes: Uint8Array, write: (part: Uint8Array) => Promise<void>) => Promise<void>;

/** One connection through the link. */
class Pipe {
  /** Resolves once both sides are closed. */
  readonly done: Promise<void>;
  closed = false;
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  readonly #closing: (() => void)[] = [];

  constructor(client: Deno.TcpConn, server: Deno.TcpConn, pass: Pass) {
    this.#client = client;
    this.#server = server;
    this.done = Promise.all([
      this.#pump("up", client, server, pass),
      this.#pump("down", server, client, pass),
    ]).then(() => {});
  }

  /** Closes both sides at once. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#client.close();
    this.#server.close();
    for (const run of this.#closing) run();
  }

  /** Calls back when it closes. */
  onClose(run: () => void): void {
    this.#closing.push(run);
  }

  async #pump(direction: Direction, from: Deno.TcpConn, to: Deno.TcpConn, pass: Pass): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (true) {
        const length = await from.read(buffer);
        if (length === null) break;
        await pass(direction, buffer.subarray(0, length), (part) => writeAll(to, part));
      }
    } catch {
      // One side is gone: so the other goes.
    }
    this.close();
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await to.write(bytes.subarray(written));
}
