/**
 * One member of a room: connects, gets into its room, sends, and counts what it is sent.
 *
 * @module
 */

import { AckReader } from "./acks.ts";
import type { Dialect, Position, Understood } from "./dialects.ts";
import { clientFrame, FrameReader, type FrameSink, Opcode } from "./frames.ts";
import { MarkReader, RUN } from "./marks.ts";
import { connect, type Socket, type SocketEvents } from "./sockets.ts";
import { micros, type Tally } from "./tally.ts";
import { working } from "./turns.ts";

const utf8 = new TextDecoder();

export class Client implements FrameSink, SocketEvents {
  readonly id: string;
  readonly room: string;
  /** Where the room was when this client got in, in a dialect that says so. */
  joined: Understood["joined"];
  /** Whether the connection has ended. */
  gone = false;
  readonly #dialect: Dialect;
  readonly #tally: Tally;
  #socket: Socket | undefined;
  #response = "";
  #upgraded = false;
  #after: Position | undefined;
  #ready: PromiseWithResolvers<void> | undefined = Promise.withResolvers<void>();
  readonly #frames = new FrameReader(this);
  readonly #marks: MarkReader;
  readonly #acks: AckReader;

  /** @param tally is told of every delivery */
  constructor(id: string, room: string, dialect: Dialect, tally: Tally) {
    this.id = id;
    this.room = room;
    this.#dialect = dialect;
    this.#tally = tally;
    this.#marks = new MarkReader((sent) => tally.delivery(sent));
    this.#acks = new AckReader((sent) => tally.ack(sent));
  }

  /**
   * Connects and gets into the room.
   *
   * @param after where to resume
   * @throws if the connection is refused, or ends on the way
   */
  async enter(port: number, after?: Position): Promise<void> {
    const ready = this.#ready!.promise;
    this.#after = after;
    const subprotocol = this.#dialect.subprotocol;
    this.#socket = await connect(port, this);
    this.#socket.write(
      new TextEncoder().encode(
        `GET ${this.#dialect.path(this.id, this.room)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
          (subprotocol === undefined ? "" : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`) + "\r\n",
      ),
    );
    await ready;
  }

  /** Sends a message to the room. */
  publish(nonce: string, text: string): void {
    this.#noteSent();
    this.#socket!.write(clientFrame(this.#dialect.publish(this.room, nonce, text)));
  }

  /** Reacts to the room's first message, or takes that back. */
  react(nonce: string, on: boolean): void {
    this.#noteSent();
    this.#socket!.write(clientFrame(this.#dialect.react!(this.room, nonce, on)));
  }

  #noteSent(): void {
    if (this.#dialect.acknowledges) this.#acks.sent(micros());
  }

  /** Reads nothing more, and stays. */
  stick(): void {
    this.#socket!.stopReading();
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket?.end();
  }

  received(bytes: Uint8Array): void {
    working();
    this.#tally.arrived(bytes.length);
    if (this.#upgraded) this.#frames.read(bytes);
    else this.#readResponse(bytes);
  }

  ended(): void {
    this.gone = true;
    this.#ready?.reject(
      new Error(`The server ended the connection: ${this.#response.split("\r\n")[0] || "no answer"}`),
    );
    this.#ready = undefined;
  }

  begin(opcode: number, length: number): boolean {
    // On the way in every text is read. Later only what is too short for a mark: it may be a ping that wants its answer.
    if (opcode !== Opcode.text || this.#ready !== undefined || length < RUN) return true;
    this.#tally.frame();
    return false;
  }

  piece(bytes: Uint8Array, at: number, end: number): void {
    this.#marks.read(bytes, at, end);
    this.#acks.read(bytes, at, end);
  }

  whole(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.ping) this.#socket!.write(clientFrame(payload, Opcode.pong));
    else if (opcode === Opcode.close) this.leave();
    else if (opcode === Opcode.text) this.#understand(utf8.decode(payload));
  }

  #understand(text: string): void {
    const { ready, answer, joined } = this.#dialect.understand(text, this.room);
    if (answer !== undefined) this.#socket!.write(clientFrame(answer));
    if (joined !== undefined) this.joined = joined;
    if (ready) this.#enter();
  }

  #readResponse(bytes: Uint8Array): void {
    const before = this.#response.length;
    this.#response += utf8.decode(bytes);
    const end = this.#response.indexOf("\r\n\r\n");
    if (end === -1) return;
    if (!this.#response.startsWith("HTTP/1.1 101")) return void this.leave();
    this.#upgraded = true;
    const greeting = this.#dialect.greeting(this.id, this.room, this.#after);
    if (greeting !== undefined) this.#socket!.write(clientFrame(greeting));
    if (this.#dialect.readyAtOnce) this.#enter();
    // The response is ASCII, so characters are bytes.
    this.#frames.read(bytes, end + 4 - before);
  }

  #enter(): void {
    this.#ready?.resolve();
    this.#ready = undefined;
  }
}
