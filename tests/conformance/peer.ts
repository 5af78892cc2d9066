/** One connection to the server that is examined: it keeps what comes, until a step asks for it. @module */

import { Failed, type Fields, isFields, type Json } from "./match.ts";

export class Peer {
  /** Lines without a `ref`, texts of a plain connection, and replies that no step has asked for. */
  readonly came: Json[] = [];
  readonly #socket: WebSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<number>();
  readonly #replies = new Map<string, PromiseWithResolvers<Fields>>();
  /** Called whenever something comes. */
  #wake: (() => void)[] = [];
  #refs = 0;
  readonly #isPlain: boolean;
  readonly #patienceMs: number;

  /** @param patienceMs how long a step waits for a line */
  constructor(url: string, isPlain: boolean, patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#isPlain = isPlain;
    this.#socket = new WebSocket(url, isPlain ? [] : ["chat.v1"]);
    this.#socket.onopen = () => this.#opened.resolve();
    this.#socket.onmessage = ({ data }) => this.#take(String(data));
    this.#socket.onerror = () => {};
    this.#socket.onclose = ({ code }) => {
      this.#opened.reject(new Failed(`the connection was refused (${code})`));
      this.#closed.resolve(code);
      for (const reply of this.#replies.values()) reply.reject(new Failed(`the connection was closed with ${code}`));
      this.#changed();
    };
    this.#opened.promise.catch(() => {});
  }

  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** Sends a command, and resolves with the reply. */
  ask(command: Fields): Promise<Fields> {
    const ref = `c${++this.#refs}`;
    const reply = Promise.withResolvers<Fields>();
    this.#replies.set(ref, reply);
    this.send(JSON.stringify({ ...command, ref }));
    return this.#inTime(reply.promise, () => `no reply to ${JSON.stringify(command)}`);
  }

  /** Takes out the first of what came, and what still comes, that fits. */
  async take(fits: (line: Json) => boolean, told: string): Promise<void> {
    await this.#inTime(
      (async () => {
        while (true) {
          const index = this.came.findIndex(fits);
          if (index >= 0) return void this.came.splice(index, 1);
          if (this.#socket.readyState === WebSocket.CLOSED) {
            throw new Failed(`the connection was closed before ${told}`);
          }
          await new Promise<void>((wake) => this.#wake.push(wake));
        }
      })(),
      () => `${told} did not come; there was ${JSON.stringify(this.came).slice(0, 600)}`,
    );
  }

  get closed(): Promise<number> {
    return this.#inTime(this.#closed.promise, () => "the connection was not closed");
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CONNECTING) await this.opened.catch(() => {});
    this.#socket.close();
    await this.closed;
  }

  #take(frame: string): void {
    const lines = this.#isPlain ? [frame] : frame.split("\n").filter((line) => line !== "").map(parse);
    for (const line of lines) {
      const reply = isFields(line) ? this.#replies.get(String(line.ref)) : undefined;
      if (isFields(line) && reply !== undefined) {
        this.#replies.delete(String(line.ref));
        reply.resolve(line);
      } else this.came.push(line);
    }
    this.#changed();
  }

  #inTime<T>(promise: Promise<T>, told: () => string): Promise<T> {
    return inTime(promise, this.#patienceMs, told);
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function parse(line: string): Json {
  try {
    return JSON.parse(line);
  } catch {
    throw new Failed(`a line is no JSON: ${line.slice(0, 200)}`);
  }
}

/** @throws {Failed} after so long */
export async function inTime<T>(promise: Promise<T>, ms: number, told: () => string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Failed(told())), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
