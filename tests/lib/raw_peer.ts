/**
 * A peer on bare TCP, for what no well-behaved client does: odd requests, broken frames, never reading, never answering a
 * ping. It reads only when it is told to.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** What came back for a request. */
export interface RawResponse {
  status: number;
  /** By lower-case name. */
  headers: Map<string, string>;
  body: string;
}

/** A frame as RFC 6455 has it. */
export interface RawFrame {
  opcode: number;
  payload: Uint8Array;
}

/** What a frame may be made of. */
export interface FrameOptions {
  /** Default: 1, text. */
  opcode?: number;
  /** False: more of the message follows. */
  final?: boolean;
  /** Sets the reserved bits, which no extension that we speak uses. */
  reserved?: number;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Connects to a server of this machine. @param certificate in PEM, to be trusted: then by TLS */
export async function dial(port: number, certificate?: string): Promise<Deno.Conn> {
  if (certificate !== undefined) {
    return await Deno.connectTls({ hostname: "localhost", port, caCerts: [certificate], alpnProtocols: ["http/1.1"] });
  }
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  // What is written apart arrives apart.
  tcp.setNoDelay();
  return tcp;
}

/** A TCP connection to a server. */
export class RawPeer implements Disposable {
  readonly #tcp: Deno.Conn;
  #buffer = Buffer.alloc(0);
  #ended = false;

  private constructor(tcp: Deno.Conn) {
    this.#tcp = tcp;
  }

  /** Connects, as {@linkcode dial} does. */
  static async connect(port: number, certificate?: string): Promise<RawPeer> {
    return new RawPeer(await dial(port, certificate));
  }

  /** Connects and opens a WebSocket. */
  static async open(port: number, path: string, subprotocol?: string, certificate?: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(port, certificate);
    await peer.write(upgradeHead(path, { "Sec-WebSocket-Protocol": subprotocol ?? null }));
    const { status, body } = await peer.readResponse();
    if (status !== 101) throw new Error(`Expected status 101: received ${status} ${body}`);
    return peer;
  }

  /** Sends one request as it is and reads the response to it. */
  static async request(port: number, head: string): Promise<RawResponse> {
    using peer = await RawPeer.connect(port);
    await peer.write(head);
    return await peer.readResponse(head.startsWith("HEAD"));
  }

  /** Sends bytes as they are. */
  async write(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? utf8.encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#tcp.write(rest));
  }

  /** Sends a frame. */
  send(payload: string | Uint8Array, options: FrameOptions = {}): Promise<void> {
    return this.write(frameBytes(payload, options));
  }

  /** Reads a response's head and, as far as its length is given, its body. */
  async readResponse(withoutBody = false): Promise<RawResponse> {
    let end: number;
    while ((end = this.#buffer.indexOf("\r\n\r\n")) < 0) {
      if (!await this.#fill()) throw new Error(`The connection ended before a response: ${text.decode(this.#buffer)}`);
    }
    const [first = "", ...lines] = text.decode(this.#take(end + 4)).trimEnd().split("\r\n");
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const length = withoutBody ? 0 : Number(headers.get("content-length") ?? 0);
    while (this.#buffer.length < length && await this.#fill());
    return { status: Number(first.split(" ")[1]), headers, body: text.decode(this.#take(length)) };
  }

  /** Reads the next frame; undefined where the connection has ended. */
  async readFrame(): Promise<RawFrame | undefined> {
    while (true) {
      const frame = this.#takeFrame();
      if (frame) return frame;
      if (!await this.#fill()) return undefined;
    }
  }

  /** Reads until a close frame, or the end without one. @returns its code */
  async readClose(): Promise<number | undefined> {
    for (let frame; (frame = await this.readFrame());) {
      if (frame.opcode === 8) return new DataView(frame.payload.buffer, frame.payload.byteOffset).getUint16(0);
    }
    return undefined;
  }

  /** Reads until a text frame for which `wanted` holds. */
  async readText(wanted: (frame: string) => boolean = () => true): Promise<string> {
    for (let frame; (frame = await this.readFrame());) {
      const payload = text.decode(frame.payload);
      if (frame.opcode === 1 && wanted(payload)) return payload;
    }
    throw new Error("The connection ended before the text");
  }

  /** Cuts the line, without a goodbye. */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tcp.close();
  }

  #takeFrame(): RawFrame | undefined {
    const buffer = this.#buffer;
    if (buffer.length < 2) return undefined;
    const short = buffer[1]! & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (buffer.length < start) return undefined;
    const view = new DataView(buffer.buffer, buffer.byteOffset);
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (buffer.length < start + length) return undefined;
    const frame = { opcode: buffer[0]! & 0x0f, payload: new Uint8Array(buffer.subarray(start, start + length)) };
    this.#take(start + length);
    return frame;
  }

  #take(count: number): Uint8Array {
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  async #fill(): Promise<boolean> {
    const chunk = new Uint8Array(64 * 1024);
    const length = await this.#tcp.read(chunk).catch(() => null);
    if (length === null) return false;
    this.#buffer = Buffer.concat([this.#buffer, chunk.subarray(0, length)]);
    return true;
  }
}

/** The head of an upgrade request, with headers replaced, added or, where null, left out. */
export function upgradeHead(path: string, changes: Record<string, string | null> = {}): string {
  const headers: Record<string, string | null> = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A client's frame in bytes. */
export function frameBytes(payload: string | Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { opcode = 1, final = true, reserved = 0 } = options;
  const data = typeof payload === "string" ? utf8.encode(payload) : payload;
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = [0x12, 0x34, 0x56, 0x78];
  if (data.length < 126) head.push(0x80 | data.length);
  else if (data.length < 65_536) head.push(0x80 | 126, data.length >> 8, data.length & 0xff);
  else {
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(data.length));
    head.push(0x80 | 127, ...new Uint8Array(length.buffer));
  }
  const body = data.map((byte, index) => byte ^ mask[index % 4]!);
  const bytes = new Uint8Array(head.length + mask.length + body.length);
  bytes.set(head);
  bytes.set(mask, head.length);
  bytes.set(body, head.length + mask.length);
  return bytes;
}
