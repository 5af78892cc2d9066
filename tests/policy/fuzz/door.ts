/** A connection of the fuzzer: one actor at one door. It keeps what comes, in words that can be compared with what should have come. @module */

import { Waiters } from "../../lib/patience.ts";
import type { Asker, Sent } from "./expected.ts";

export type Speech = "changes" | "messages only" | "plain" | "like FastAPI";

/** Somebody, and the door at which it comes. */
export interface Actor extends Asker {
  name: string;
  speech: Speech;
  /** The last event that it has of each room, to come back with. */
  positions: Map<string, { epoch: string; seq: number }>;
  /** What it proves its id with; nothing for an id that anybody may use. */
  proof?: { key: string } | { sub: string } | { header: string } | { bot: string };
}

/** Whether its id follows from what it shows as a token. */
export function isNamedByToken({ proof }: Pick<Actor, "proof">): boolean {
  return proof !== undefined && ("sub" in proof || "bot" in proof);
}

export function isPlain({ speech }: Actor): boolean {
  return speech === "plain" || speech === "like FastAPI";
}

/** A line, as loosely as it is read here. */
export interface Line {
  type: string;
  ref?: string;
  room?: string;
  seq?: number;
  id?: string;
  code?: string;
  epoch?: string;
  recovered?: boolean;
  unchanged?: boolean;
  secret?: string;
  may?: string[];
  kind?: string;
  text?: string;
  deleted?: boolean;
  messages?: Line[];
  rooms?: { room: string }[];
}

export class Door {
  readonly actor: Actor;
  /** What came of each room, and what should have. */
  readonly got: Map<string, string[]> = new Map();
  readonly expected: Map<string, string[]> = new Map();
  /** What it was last told that it may do in each room that it is in. */
  readonly may: Map<string, string[]> = new Map();
  /** The rooms of which it is not told, because its token is another one. */
  readonly untold: Set<string> = new Set();
  /** Rooms of which it was told that they are its own. */
  readonly mine: string[] = [];
  /** Rooms of whose reports it was told. */
  readonly reported: string[] = [];
  /** Of the last join, where it goes on. */
  resumed: number | undefined;
  /** How the connection ended. */
  closed: string | undefined;
  readonly #socket: WebSocket;
  readonly #waiters = new Waiters();
  readonly #replies = new Map<string, { line: Line; raw: string }>();
  /** Of a plain client, where it goes. */
  readonly room: string;
  #count = 0;

  constructor(actor: Actor, url: string, room: string) {
    this.actor = actor;
    this.room = room;
    const { proof, id, speech } = actor;
    const asked = isNamedByToken(actor) ? "whoever" : id;
    const path = `/ws/${encodeURIComponent(asked)}?room=${room}${speech === "like FastAPI" ? "&like=fastapi" : ""}`;
    const headers = proof && "header" in proof ? { "remote-user": proof.header } : {};
    const options = { protocols: isPlain(actor) ? [] : ["chat.v1"], headers };
    // The types do not know the runtime's second form.
    this.#socket = new WebSocket(url + path, options as unknown as string[]);
    this.#socket.onopen = () => this.#waiters.wake();
    this.#socket.onerror = () => {};
    this.#socket.onclose = ({ code, reason }) => {
      this.closed = `${code} ${reason}`;
      if (isPlain(actor) && code === 1008) this.#push(room, "removed");
      this.#waiters.wake();
    };
    this.#socket.onmessage = ({ data }) => {
      this.#take(data);
      this.#waiters.wake();
    };
  }

  get isOpen(): boolean {
    return this.closed === undefined;
  }

  opened(): Promise<boolean> {
    return this.until(() => !this.isOpen || this.#socket.readyState === WebSocket.OPEN, "it is open");
  }

  /** Resolves once this holds, or it is closed. */
  until(holds: () => boolean, what: string): Promise<boolean> {
    return this.#waiters.until(() => holds() || !this.isOpen, () => `${this.actor.name}: ${what}`, 20_000);
  }

  /** Says hello. Before that nothing else may be asked for. @param early what is asked for all the same @returns what is wrong */
  async greet(early: object, token?: string): Promise<string | undefined> {
    const { line } = await this.ask(early);
    if (line.code !== "hello_first") return `${JSON.stringify(early)} before hello is answered ${JSON.stringify(line)}`;
    const { proof, speech, id, name } = this.actor;
    const key = proof && "key" in proof ? proof.key : undefined;
    const features = speech === "changes" ? ["changes"] : [];
    const { line: welcome } = await this.ask({ type: "hello", features, key, token });
    return welcome.id === id ? undefined : `${name} is greeted with ${JSON.stringify(welcome)}`;
  }

  /** Sends a command. @param ref default: a new one @returns its reply, and that as it came */
  async ask(command: object, ref = `r${++this.#count}`): Promise<{ line: Line; raw: string }> {
    this.#replies.delete(ref);
    this.send(JSON.stringify({ ...command, ref }));
    await this.until(() => this.#replies.has(ref), `the reply to ${JSON.stringify(command)}`);
    return this.#replies.get(ref) ?? { line: { type: "closed", code: this.closed }, raw: "" };
  }

  send(frame: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** Resolves once all that the server had for it has come. */
  async settle(): Promise<void> {
    if (this.isOpen && !isPlain(this.actor)) await this.ask({ type: "ping" });
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.until(() => !this.isOpen, "it is closed");
  }

  /** It is to be sent an event. */
  expect(room: string, event: Sent): void {
    if (!isPlain(this.actor)) return this.expectWord(room, wordOf(event));
    if (event.kind === undefined) this.expectWord(room, `Client #${event.id} says: ${event.text}`);
  }

  expectWord(room: string, word: string): void {
    this.expected.set(room, [...this.expected.get(room) ?? [], word]);
  }

  /** Whether as much has come as should. */
  get isComplete(): boolean {
    return [...this.expected].every(([room, words]) => (this.got.get(room)?.length ?? 0) >= words.length);
  }

  /** What came and should not have, or the other way round. */
  difference(): string | undefined {
    for (const room of new Set([...this.expected.keys(), ...this.got.keys()])) {
      const [got, expected] = [this.got, this.expected].map((map) => (map.get(room) ?? []).join(", "));
      if (got !== expected) return `${this.actor.name} in ${room} got ${got}; expected ${expected}`;
    }
    // What was right need not be compared again.
    this.got.clear();
    this.expected.clear();
    return undefined;
  }

  #push(room: string, word: string): void {
    this.got.set(room, [...this.got.get(room) ?? [], word]);
  }

  #take(frame: string): void {
    if (isPlain(this.actor)) {
      if (/^Client #.* says: /.test(frame)) this.#push(this.room, frame);
      return;
    }
    for (const raw of frame.split("\n")) this.#read(JSON.parse(raw), raw);
  }

  #read(line: Line, raw: string): void {
    const { type, ref, room = "", seq = 0, code } = line;
    if (ref !== undefined) this.#replies.set(ref, { line, raw });
    else if (type === "mine") this.mine.push(room);
    // It comes to those who moderate the room, wherever they are.
    else if (type === "reported") this.reported.push(room);
    else if (room !== "" && !this.may.has(room)) this.#push(room, `${type} although it is not there`);
    if (type === "joined") {
      this.#told(room, line.may!);
      this.actor.positions.set(room, { epoch: line.epoch!, seq });
      if (line.recovered) { for (const event of line.messages!) this.#push(room, wordOf(event as Sent)); }
    } else if (type === "may") this.#told(room, line.may!);
    else if (type === "removed") {
      this.#push(room, `removed ${seq} ${code}`);
      this.may.delete(room);
    } else if (ref === undefined && (type === "message" || type === "change")) {
      this.#push(room, wordOf(line as Sent));
      this.actor.positions.set(room, { ...this.actor.positions.get(room)!, seq });
    }
  }

  #told(room: string, may: string[]): void {
    this.may.set(room, may);
    this.untold.delete(room);
  }
}

function wordOf({ seq, id }: Sent): string {
  return `${seq} by ${id}`;
}
