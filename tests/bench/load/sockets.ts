/**
 * Raw TCP on whichever runtime the generator was started with. Bun's sockets cost less CPU per read than Deno's, and the
 * generator has one core to keep up with the server's, so the bench prefers Bun where npm could install it.
 *
 * @module
 */

/** One TCP connection, as the generator uses it. */
export interface Socket {
  /** Sends the bytes, all of them, sooner or later. */
  write(bytes: Uint8Array): void;
  /** Reads nothing more, for ever; the connection stays open. */
  stopReading(): void;
  /** Ends the connection at once. */
  end(): void;
}

/** Takes what happens to one connection. */
export interface SocketEvents {
  /** The next bytes; the array is valid only during the call. */
  received(bytes: Uint8Array): void;
  /** The connection has ended, from whichever side. Comes once. */
  ended(): void;
}

/**
 * Connects to a port of this machine.
 *
 * @throws if the connection is refused
 */
export function connect(port: number, events: SocketEvents): Promise<Socket> {
  return bun === undefined ? connectDeno(port, events) : connectBun(bun, port, events);
}

/** What the generator runs on. */
export function runtimeName(): string {
  return bun === undefined ? `Deno ${Deno.version.deno}` : `Bun ${bun.version}`;
}

// The part of Bun's API that is used here.
interface BunSocket {
  data: BunConnection;
  write(bytes: Uint8Array): number;
  pause(): void;
  terminate(): void;
}
interface Bun {
  version: string;
  connect(options: { hostname: string; port: number; data: BunConnection; socket: unknown }): Promise<BunSocket>;
}
const bun = (globalThis as { Bun?: Bun }).Bun;

class BunConnection implements Socket {
  readonly events: SocketEvents;
  socket: BunSocket | undefined;
  #unsent: Uint8Array[] = [];
  #ended = false;

  constructor(events: SocketEvents) {
    this.events = events;
  }

  write(bytes: Uint8Array): void {
    if (this.#unsent.length > 0) return void this.#unsent.push(bytes);
    const sent = Math.max(0, this.socket!.write(bytes));
    if (sent < bytes.length && !this.#ended) this.#unsent.push(bytes.subarray(sent));
  }

  drain(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const bytes of unsent) this.write(bytes);
  }

  stopReading(): void {
    this.socket!.pause();
  }

  end(): void {
    this.socket!.terminate();
  }

  onEnded(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.events.ended();
  }
}

// One object for all connections: Bun keeps the state apart in `data`.
const bunHandlers = {
  data: (socket: BunSocket, bytes: Uint8Array) => socket.data.events.received(bytes),
  drain: (socket: BunSocket) => socket.data.drain(),
  close: (socket: BunSocket) => socket.data.onEnded(),
  end: (socket: BunSocket) => socket.terminate(),
  error: (socket: BunSocket) => socket.data.onEnded(),
};

async function connectBun(bun: Bun, port: number, events: SocketEvents): Promise<Socket> {
  const data = new BunConnection(events);
  data.socket = await bun.connect({ hostname: "127.0.0.1", port, data, socket: bunHandlers });
  return data;
}

async function connectDeno(port: number, events: SocketEvents): Promise<Socket> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay();
  let reading = true;
  let sending: Promise<unknown> = Promise.resolve();
  const end = () => {
    try {
      connection.close();
    } catch {
      // It was closed before.
    }
  };
  (async () => {
    const buffer = new Uint8Array(16 * 1024);
    try {
      while (reading) {
        const length = await connection.read(buffer);
        if (length === null) break;
        events.received(buffer.subarray(0, length));
      }
    } catch {
      // Reset, or ended by us: the same to who counts.
    }
    if (!reading) return;
    end();
    events.ended();
  })();
  return {
    write: (bytes) => void (sending = sending.then(() => writeAll(connection, bytes)).catch(() => {})),
    stopReading: () => void (reading = false),
    end,
  };
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
