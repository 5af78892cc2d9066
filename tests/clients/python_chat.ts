/**
 * The client for Python, in a process of its own, with the face of the one for JavaScript: so the same cases are for both.
 *
 * @module
 */

import type {
  Beginning,
  ChatEvent,
  ChatEvents,
  ChatPosition,
  ChatState,
  Member,
  MessageEvent,
  Stored,
  Target,
} from "../../static/client/connect.d.ts";
import { RefusedError } from "../../static/client/sending.js";
import { pathOf } from "../lib/tools.ts";
import type { ProgramChat, ProgramOptions, ProgramRoom } from "./program.ts";

const DRIVER = new URL("python_driver.py", import.meta.url).pathname;
const CLIENT = new URL("../../static/client/", import.meta.url).pathname;

interface Reason {
  name: string;
  code: string | null;
  message: string;
}

/** What the driver says by itself. */
export interface Note {
  note: "state" | "failed" | "members" | "token";
  [field: string]: unknown;
}

/** One that was read, with its place; or why there are no more. */
type Read = { event?: ChatEvent; position?: ChatPosition; error?: Reason };
type Answer = { id: number; result?: unknown; error?: Reason };

/** A running driver; `await using` ends it. */
export class PythonDriver implements AsyncDisposable {
  /** Told what happens by itself. */
  onNote: (note: Note) => void = () => {};
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #asked = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>();
  readonly #reading: Promise<unknown>;
  #asks = 0;
  #ended: Promise<void> | undefined;
  #errors = "";

  /** @param options what to connect with, as the client for Python takes it */
  constructor(options: Record<string, unknown>) {
    this.#process = new Deno.Command(pathOf("python3-websockets")!, {
      args: [DRIVER],
      env: { PYTHONPATH: CLIENT, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reading = Promise.all([this.#read(), this.#readErrors()]);
    this.#say(options);
  }

  /** What it wrote to standard error: warnings, and why it has ended. */
  get errors(): string {
    return this.#errors;
  }

  /** Has it do something. */
  ask(command: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#asks;
    const answer = Promise.withResolvers<unknown>();
    this.#asked.set(id, answer);
    this.#say({ id, ...command });
    return answer.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#ended ??= this.#end();
  }

  async #end(): Promise<void> {
    await this.#writer.close().catch(() => {});
    const { code } = await this.#process.status;
    await this.#reading;
    // An error that nobody took, in a task for instance, does not end a program.
    if (code !== 0 || this.#errors.includes("Traceback")) {
      throw new Error(`The program in Python ended with ${code}: ${this.#errors}`);
    }
  }

  #say(line: Record<string, unknown>): void {
    this.#writer.write(new TextEncoder().encode(JSON.stringify(line) + "\n")).catch(() => {});
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#take(JSON.parse(line));
    }
    for (const { reject } of this.#asked.values()) reject(closedError(this.#errors));
  }

  #take(line: Answer | Note): void {
    if ("note" in line) return this.onNote(line);
    const asked = this.#asked.get(line.id);
    this.#asked.delete(line.id);
    if (line.error === undefined) asked?.resolve(line.result);
    else asked?.reject(errorOf(line.error));
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) this.#errors += text;
  }
}

/** As `connect` of the client for JavaScript; `storage` is the path of a file. */
export function connectPython(url: string | URL, options: ProgramOptions): PythonChat {
  return new PythonChat(String(url), options);
}

class PythonChat implements ProgramChat {
  id = "";
  state: ChatState = { phase: "connecting" };
  readonly #driver: PythonDriver;
  readonly #token: (() => string | Promise<string>) | undefined;
  readonly #rooms = new Map<string, PythonRoom>();
  readonly #listeners: { type: string; run: (what: never) => void }[] = [];

  constructor(url: string, { name, identity, id, token, storage, signal }: ProgramOptions) {
    const asks = typeof token === "function";
    this.#driver = new PythonDriver({ url, name, identity, id, token: asks ? undefined : token, storage, asks });
    this.#token = asks ? token : undefined;
    this.#driver.onNote = (note) => this.#hear(note);
    signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  on<Type extends keyof ChatEvents>(type: Type, run: (what: ChatEvents[Type]) => void): () => void {
    this.#listeners.push({ type, run });
    return () => {};
  }

  room(name: string, { after }: { after?: Beginning } = {}): PythonRoom {
    const room = this.#rooms.get(name) ?? new PythonRoom(name, this.#driver);
    this.#rooms.set(name, room);
    this.#driver.ask({ do: "room", room: name, after }).catch(() => {});
    return room;
  }

  wake(): void {
    this.#driver.ask({ do: "wake" }).catch(() => {});
  }

  close(): void {
    this.#driver.ask({ do: "close" }).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver[Symbol.asyncDispose]();
  }

  #hear(note: Note): void {
    if (note.note === "members") this.#rooms.get(String(note.room))!.members = note.members as Member[];
    if (note.note === "state") {
      this.id = String(note.id);
      const { phase, reason } = note as Note & { reason?: Reason };
      this.state = { phase, reason: reason ? errorOf(reason) : undefined } as ChatState;
      note = { ...note, ...this.state };
    }
    if (note.note === "token") this.#giveToken(Number(note.asked));
    for (const { type, run } of this.#listeners) if (type === note.note) run(note as never);
  }

  async #giveToken(asked: number): Promise<void> {
    let given: Record<string, string>;
    try {
      given = { token: await this.#token!() };
    } catch (error) {
      given = { problem: (error as Error).message };
    }
    await this.#driver.ask({ do: "token", asked, ...given }).catch(() => {});
  }
}

class PythonRoom implements ProgramRoom {
  readonly name: string;
  position: ChatPosition | undefined;
  members: Member[] = [];
  readonly #driver: PythonDriver;
  readonly #read: Read[] = [];

  constructor(name: string, driver: PythonDriver) {
    this.name = name;
    this.#driver = driver;
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined> {
    return { next: () => this.#next(), return: () => Promise.resolve({ done: true, value: undefined }) };
  }

  send(text: string, options: { reply?: Target; mentions?: string[]; nonce?: string } = {}): Promise<Stored> {
    return this.#do("send", { text, ...options }) as Promise<Stored>;
  }

  edit(target: Target, text: string): Promise<Stored> {
    return this.#do("edit", { target, text }) as Promise<Stored>;
  }

  remove(target: Target): Promise<Stored> {
    return this.#do("remove", { target }) as Promise<Stored>;
  }

  react(target: Target, emoji: string, on = true): Promise<Stored> {
    return this.#do("react", { target, emoji, on }) as Promise<Stored>;
  }

  typing(): void {
    this.#do("typing", {}).catch(() => {});
  }

  leave(): void {
    this.#do("leave", {}).catch(() => {});
  }

  history(options: { before?: number; limit?: number } = {}): Promise<MessageEvent[]> {
    return this.#do("history", options) as Promise<MessageEvent[]>;
  }

  async #next(): Promise<IteratorResult<ChatEvent, undefined>> {
    if (this.#read.length === 0) this.#read.push(...(await this.#do("next", {}) as Read[]));
    const { event, position, error } = this.#read.shift()!;
    if (error !== undefined) throw errorOf(error);
    if (event === undefined) return { done: true, value: undefined };
    this.position = position;
    return { done: false, value: event };
  }

  #do(what: string, given: object): Promise<unknown> {
    return this.#driver.ask({ do: what, room: this.name, ...given });
  }
}

function errorOf({ name, code, message }: Reason): Error {
  if (name === "RefusedError") return new RefusedError(code!, message);
  return name === "ClosedError" ? closedError(message) : new Error(message);
}

function closedError(message = "It was closed before that"): DOMException {
  return new DOMException(message, "AbortError");
}
