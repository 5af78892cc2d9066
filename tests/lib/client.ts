/**
 * Clients of both dialects on real WebSockets. They keep everything that they get, and can be waited for.
 *
 * @module
 */

import { idOfKey } from "../../chat/wire/identity.ts";
import { type After, CHANGES, type Command, type Push, type Reply } from "../../chat/wire/lines.ts";
import { Waiters } from "./patience.ts";

/** A line from the server. */
export type Line = Reply | Push;

/** A line of one type. */
export type LineOf<T extends Line["type"]> = Extract<Line, { type: T }>;

/** How a connection ended. */
export interface Closed {
  code: number;
  reason: string;
}

type WithoutRef<C> = C extends Command ? Omit<C, "ref"> : never;

/** Where a client connects to: a server of the test's own, or its address. */
export type Address = { readonly wsUrl: string } | string;

/** A WebSocket that keeps the frames it gets; `await using` closes it. */
export class TestSocket implements AsyncDisposable {
  /** The text frames received, as they came. */
  readonly frames: string[] = [];
  /** Resolves when the connection has ended, by either side. */
  readonly closed: Promise<Closed>;
  protected readonly waiters = new Waiters();
  readonly #socket: WebSocket;
  #end: Closed | undefined;

  protected constructor(url: string, protocols: string[]) {
    this.#socket = new WebSocket(url, protocols);
    this.closed = new Promise((resolve) => {
      this.#socket.onclose = ({ code, reason }) => {
        resolve(this.#end ??= { code, reason });
        this.waiters.wake();
      };
    });
    this.#socket.onerror = () => {};
    this.#socket.onopen = () => this.waiters.wake();
    this.#socket.onmessage = ({ data }) => {
      this.frames.push(data);
      this.take(data);
      this.waiters.wake();
    };
  }

  /** The subprotocol that was agreed on; empty for none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#end !== undefined;
  }

  /** Sends one frame. */
  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  /** Resolves once the condition holds; rejects if the connection ends before, or patience does. */
  until(condition: () => boolean, what = "what was expected"): Promise<boolean> {
    return this.waiters.until(() => condition() || this.failIfClosed(what), () => `${what}; got ${this.describe()}`);
  }

  /** Closes it, and waits until it is closed. */
  async close(code = 1000): Promise<Closed> {
    this.#socket.close(code);
    return await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Takes a frame. */
  protected take(_frame: string): void {}

  protected opened(): Promise<boolean> {
    return this.until(() => this.#socket.readyState === WebSocket.OPEN, "the connection");
  }

  protected failIfClosed(what: string): undefined {
    if (this.#end === undefined) return;
    throw new Error(
      `The connection ended with ${this.#end.code} (${this.#end.reason}) before ${what}; got ${this.describe()}`,
    );
  }

  protected describe(): string {
    return JSON.stringify(this.frames.slice(-20)).slice(-2_000);
  }
}

/** A client of the tutorial's dialect. */
export class PlainClient extends TestSocket {
  /**
   * Connects.
   *
   * @param room the room asked for; undefined: none, which is the lobby
   */
  static open(at: Address, id: string, room?: string): Promise<PlainClient> {
    return PlainClient.at(at, `/ws/${encodeURIComponent(id)}${room === undefined ? "" : `?room=${room}`}`);
  }

  /** Connects and asks for the lines of FastAPI's example. */
  static likeFastapi(at: Address, id: string, room: string): Promise<PlainClient> {
    return PlainClient.at(at, `/ws/${encodeURIComponent(id)}?room=${room}&like=fastapi`);
  }

  /** Connects to a path. */
  static async at(at: Address, path: string): Promise<PlainClient> {
    const client = new PlainClient(base(at) + path, []);
    await client.opened();
    return client;
  }

  /** Resolves once this many frames have come, with all of them. */
  async untilCount(count: number): Promise<string[]> {
    await this.until(() => this.frames.length >= count, `${count} frames`);
    return this.frames;
  }

  /** Resolves once a frame is exactly this. */
  untilFrame(frame: string): Promise<boolean> {
    return this.until(() => this.frames.includes(frame), frame);
  }
}

/** A client of `chat.v1`. */
export class ChatClient extends TestSocket {
  /** The lines received, in order. */
  readonly lines: Line[] = [];
  #lastRef = 0;

  /** Connects without saying `hello`. */
  static async connect(at: Address, id: string, path = `/ws/${encodeURIComponent(id)}`): Promise<ChatClient> {
    const client = new ChatClient(base(at) + path, ["chat.v1"]);
    await client.opened();
    return client;
  }

  /** Connects, says `hello` as one that knows changes, and joins the rooms named. */
  static open(at: Address, id: string, ...rooms: string[]): Promise<ChatClient> {
    return ChatClient.greet(at, id, { features: [CHANGES] }, ...rooms);
  }

  /** The same under an id that it can prove: the one of this key. */
  static async keyed(at: Address, key: string, ...rooms: string[]): Promise<ChatClient> {
    return await ChatClient.greet(at, await idOfKey(key), { key, features: [CHANGES] }, ...rooms);
  }

  /** The same with a `hello` of one's own: without features it knows only messages. */
  static async greet(
    at: Address,
    id: string,
    hello: { key?: string; features?: string[] },
    ...rooms: string[]
  ): Promise<ChatClient> {
    const client = await ChatClient.connect(at, id);
    await client.ask({ type: "hello", ...hello }, "welcome");
    for (const room of rooms) await client.join(room);
    return client;
  }

  /** Sends commands as they are, in one frame. */
  command(...commands: unknown[]): void {
    this.send(commands.map((command) => JSON.stringify(command)).join("\n"));
  }

  /** Sends a command with a `ref` of its own. @returns the `ref` */
  post(command: WithoutRef<Command>): string {
    const ref = `r${++this.#lastRef}`;
    this.command({ ref, ...command });
    return ref;
  }

  /** Sends a command and waits for its reply, which must be of the type expected. */
  async ask<T extends Line["type"]>(command: WithoutRef<Command>, expected: T): Promise<LineOf<T>> {
    const reply = await this.reply(this.post(command));
    if (reply.type !== expected) throw new Error(`Expected ${expected}: received ${JSON.stringify(reply)}`);
    return reply as LineOf<T>;
  }

  /** Joins a room. */
  join(room: string, after?: After): Promise<LineOf<"joined">> {
    return this.ask({ type: "join", room, after }, "joined");
  }

  /** Publishes, and waits until it is stored. */
  publish(room: string, text: string, nonce: string = crypto.randomUUID()): Promise<LineOf<"ok">> {
    return this.ask({ type: "publish", room, text, nonce }, "ok");
  }

  /** The reply to the command with this `ref`. */
  reply(ref: string): Promise<Reply> {
    return this.line((line) => "ref" in line && line.ref === ref, `the reply to ${ref}`) as Promise<Reply>;
  }

  /** The first line, of those that came and those that will come, for which `wanted` holds. */
  line(wanted: (line: Line) => boolean, what = "a line"): Promise<Line> {
    return this.waiters.until(
      () => this.lines.find(wanted) ?? this.failIfClosed(what),
      () => `${what}; got ${this.describe()}`,
    );
  }

  /** The first line of a type for which `wanted` holds. */
  push<T extends Line["type"]>(type: T, wanted: (line: LineOf<T>) => boolean = () => true): Promise<LineOf<T>> {
    return this.line((line) => line.type === type && wanted(line as LineOf<T>), type) as Promise<LineOf<T>>;
  }

  /** The lines of a type that have come. */
  all<T extends Line["type"]>(type: T): LineOf<T>[] {
    return this.lines.filter((line) => line.type === type) as LineOf<T>[];
  }

  /** The message pushes of a room that have come. */
  messages(room: string): LineOf<"message">[] {
    return this.all("message").filter((message) => message.room === room);
  }

  /** The pushes of a room's events that have come: messages and changes. */
  events(room: string): (LineOf<"message"> | LineOf<"change">)[] {
    return this.lines.filter((line) => line.type === "message" || line.type === "change")
      .filter((event) => event.room === room);
  }

  /** Resolves once the room's event with this number has been pushed, with all that were. */
  async untilEvent(room: string, seq: number): Promise<(LineOf<"message"> | LineOf<"change">)[]> {
    await this.until(() => (this.events(room).at(-1)?.seq ?? 0) >= seq, `event ${seq} of ${room}`);
    return this.events(room);
  }

  /** Resolves once the room's message with this number has been pushed, with all that were. */
  async untilSeq(room: string, seq: number): Promise<LineOf<"message">[]> {
    await this.until(() => (this.messages(room).at(-1)?.seq ?? 0) >= seq, `message ${seq} of ${room}`);
    return this.messages(room);
  }

  /** Resolves once all that the server had for it so far has come: a `ping` has been answered. */
  settled(): Promise<LineOf<"pong">> {
    return this.ask({ type: "ping" }, "pong");
  }

  protected override take(frame: string): void {
    for (const line of frame.split("\n")) if (line !== "") this.lines.push(JSON.parse(line));
  }
}

function base(at: Address): string {
  return typeof at === "string" ? at : at.wsUrl;
}
