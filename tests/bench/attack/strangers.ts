/**
 * What strangers do below the level of messages: each is a connection that keeps to no rule, until it is cut. For the bench, and
 * for the tests of the listener that bounds them.
 *
 * @module
 */

import { dial } from "../../lib/raw_peer.ts";

const utf8 = new TextEncoder();
const CHUNK_BYTES = 48_000;
/** Between two bytes of a slow stranger. */
const DRIP_MS = 500;

/** What one of them does. Ends, or throws, once it is cut. */
export type Abuse = (line: Line) => Promise<void>;

/** A connection. */
export interface Line {
  /** Sends bytes, however long they take. */
  send(bytes: Uint8Array | string): Promise<void>;
  /** Reads, and forgets, until the connection ends. */
  read(): Promise<void>;
}

/** How an abuse went. */
export interface Cut {
  /** Whether the connection was cut, and not given up by ourselves. */
  cut: boolean;
  /** How long it lasted. */
  afterMs: number;
  /** Bytes that the server's side took. */
  bytes: number;
}

/** All of them, by what they do. */
export const ABUSES: Record<string, Abuse> = {
  "sends pongs that nobody asked for": async (line) => {
    await open(line);
    await flood(line, frame(0x8a, ""));
  },
  "sends pings and reads nothing": async (line) => {
    await open(line);
    await flood(line, frame(0x89, "x".repeat(125)));
  },
  "sends a message in fragments of one byte, without end": async (line) => {
    await open(line);
    await line.send(frame(0x01, "x"));
    await flood(line, frame(0x00, "x"));
  },
  "sends a message in large fragments, without end": async (line) => {
    await open(line);
    await line.send(frame(0x01, "x"));
    await flood(line, frame(0x00, "x".repeat(10_000)));
  },
  "sends a frame byte by byte, each in a packet of its own": async (line) => {
    await open(line);
    await line.send(frame(0x81, "x".repeat(60_000)).subarray(0, 8));
    while (true) await line.send("x");
  },
  "begins a message and never ends it, and answers pings meanwhile": async (line) => {
    await open(line);
    await line.send(frame(0x01, "x".repeat(60_000)));
    await drip(line, frame(0x8a, ""));
  },
  "begins a frame and never ends it": async (line) => {
    await open(line);
    await line.send(frame(0x81, "x".repeat(60_000)).subarray(0, 50_000));
    await line.read();
  },
  "breaks the protocol, and goes on sending": async (line) => {
    await open(line);
    await flood(line, frame(0x83, "x"));
  },
  "is told goodbye, and neither answers nor reads": async (line) => {
    await open(line);
    await line.send(frame(0x82, "binary"));
    await drip(line, frame(0x8a, ""));
  },
  "is told goodbye, and goes on sending": async (line) => {
    await open(line);
    await line.send(frame(0x82, "binary"));
    await flood(line, frame(0x81, "x"));
  },
  "sends nothing": (line) => line.read(),
  "sends half a head": async (line) => {
    await line.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    await line.read();
  },
  "sends a head a header at a time": async (line) => {
    await line.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    await drip(line, "a: b\r\n");
  },
  "sends a body a byte at a time": async (line) => {
    await line.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
    await drip(line, "x");
  },
  "asks for a page, and then for nothing": async (line) => {
    await line.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await line.read();
  },
  "asks for many pages at once, and reads none": async (line) => {
    await line.send("GET /static/app.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(90));
    await drip(line, "\r\n");
  },
  "asks for page after page without end, and reads none": async (line) => {
    await flood(line, utf8.encode("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  },
  "sends empty lines without end": async (line) => {
    await flood(line, utf8.encode("\r\n"));
  },
  "sends a head without end": async (line) => {
    await line.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    await flood(line, utf8.encode("a: b\r\n"));
  },
};

/** Has one of them go on until it is cut, or until `signal`. @param certificate the server's; then by TLS */
export async function abuse(port: number, run: Abuse, signal: AbortSignal, certificate?: string): Promise<Cut> {
  using connection = await dial(port, certificate);
  const began = performance.now();
  const sent = { bytes: 0 };
  const given = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await Promise.race([run(lineOn(connection, sent)).catch(() => {}), given]);
  return { cut: !signal.aborted, afterMs: performance.now() - began, bytes: sent.bytes };
}

function lineOn(connection: Deno.Conn, sent: { bytes: number }): Line {
  const buffer = new Uint8Array(64 * 1024);
  return {
    async send(data) {
      let bytes = typeof data === "string" ? utf8.encode(data) : data;
      while (bytes.length > 0) {
        const taken = await connection.write(bytes);
        sent.bytes += taken;
        bytes = bytes.subarray(taken);
      }
    },
    async read() {
      while (await connection.read(buffer) !== null);
    },
  };
}

async function open(line: Line): Promise<void> {
  await line.send(
    "GET /ws/stranger?room=strangers HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
}

async function flood(line: Line, frame: Uint8Array): Promise<void> {
  const chunk = new Uint8Array(Math.max(1, Math.floor(CHUNK_BYTES / frame.length)) * frame.length);
  for (let at = 0; at < chunk.length; at += frame.length) chunk.set(frame, at);
  while (true) await line.send(chunk);
}

/** Reads nothing, and sends something from time to time: only that tells whether the connection has ended. */
async function drip(line: Line, bytes: Uint8Array | string): Promise<void> {
  while (true) {
    await pause(DRIP_MS);
    await line.send(bytes);
  }
}

/** A frame, masked with zeros. @param first its first byte: whether it is the last of a message, and its kind */
function frame(first: number, text: string): Uint8Array {
  const { length } = text;
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 0xff];
  return new Uint8Array([...head, 0, 0, 0, 0, ...utf8.encode(text)]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
