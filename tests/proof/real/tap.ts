/**
 * A wire that is read along: the WebSocket of a client in another process passes through here as it is, and is witnessed like any other.
 *
 * @module
 */

import type { ClientLog } from "../judge/evidence.ts";
import { witnessed } from "../client/witness.ts";
import type { Connection, Listener } from "../client/world.ts";
import { FrameReader } from "./frame_reader.ts";

/** Bytes read at once. */
const READ_BYTES = 16 * 1024;

export class Tap implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #log: ClientLog;
  readonly #now: () => number;
  readonly #serving: Promise<void>;
  #newest: Tapped | undefined;

  /** @param target the port that connections go on to @param now the time, in milliseconds, for the log */
  constructor(target: number, log: ClientLog, now: () => number) {
    this.#target = target;
    this.#log = log;
    this.#now = now;
    this.#serving = this.#serve();
  }

  /** Where the client connects to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#newest?.giveUp();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const open = new Set<Promise<void>>();
    for await (const client of this.#listener) {
      // A client that comes again has done with the connection before.
      this.#newest?.giveUp();
      const tapped = this.#newest = new Tapped(client, this.#log, this.#now);
      const passing: Promise<void> = tapped.pass(this.#target).finally(() => open.delete(passing));
      open.add(passing);
    }
    await Promise.all(open);
  }
}

/** One connection. */
class Tapped {
  readonly #client: Deno.TcpConn;
  /** The client's end of what is witnessed, and the server's. */
  readonly #up: Connection;
  #down!: Listener;

  constructor(client: Deno.TcpConn, log: ClientLog, now: () => number) {
    this.#client = client;
    const dial = witnessed(
      (listener) => {
        this.#down = listener;
        return { send: () => {}, close: () => {} };
      },
      log,
      now,
    );
    this.#up = dial({ opened: () => {}, frame: () => {}, closed: () => {} });
  }

  async pass(target: number): Promise<void> {
    using client = this.#client;
    try {
      using server = await Deno.connect({ hostname: "127.0.0.1", port: target });
      client.setNoDelay();
      server.setNoDelay();
      const down = new FrameReader((text) => this.#down.frame(text), () => this.#down.opened());
      const up = new FrameReader((text) => this.#up.send(text));
      await Promise.all([
        // All that was witnessed arrives: the client's side ends in order, however the server's side ended.
        pump(server, client, down).finally(() => client.closeWrite().catch(() => {})),
        pump(client, server, up).finally(() => server.close()),
      ]);
    } catch {
      // One side is gone: so the other goes.
    }
    this.giveUp();
  }

  /** Nothing is witnessed any more. */
  giveUp(): void {
    this.#up.close("it is over");
  }
}

async function pump(from: Deno.TcpConn, to: Deno.TcpConn, reader: FrameReader): Promise<void> {
  const buffer = new Uint8Array(READ_BYTES);
  try {
    while (true) {
      const length = await from.read(buffer);
      if (length === null) return;
      const bytes = buffer.subarray(0, length);
      reader.take(bytes);
      for (let written = 0; written < length;) written += await to.write(bytes.subarray(written));
    }
  } catch {
    // Cut off.
  }
}
