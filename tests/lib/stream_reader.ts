/** A reader of a room's stream by server-sent events, over HTTP. It keeps what it gets, and can be waited for. @module */

import type { StoredEvent } from "../../chat/event/event.ts";
import { Waiters } from "./patience.ts";

/** What a stream says of its reader's place. */
export interface Place {
  streamNextOffset: string;
  streamCursor: string;
  upToDate?: true;
}

/** Where a stream is: of a server of the test's own, or at an address. */
export type StreamAddress = { readonly url: string } | string;

/** The address of a room's stream. */
export function streamUrl(at: StreamAddress, room: string, query: Record<string, string> = {}): string {
  const url = new URL(`/v1/stream/rooms/${room}`, typeof at === "string" ? at : at.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** One stream, until either end has enough; `await using` ends it. */
export class StreamReader implements AsyncDisposable {
  readonly response: Response;
  /** The entries that have come. */
  readonly entries: StoredEvent[] = [];
  /** Its places that it was told. */
  readonly places: Place[] = [];
  /** Comments, and times to wait before it comes back. */
  readonly asides: string[] = [];
  /** As a browser keeps it. */
  lastId: string | undefined;
  /** Resolves when it has ended, by either side. */
  readonly ended: Promise<void>;
  readonly #ending = new AbortController();
  readonly #waiters = new Waiters();
  #isOver = false;

  private constructor(response: Response, ending: AbortController) {
    this.response = response;
    this.#ending = ending;
    this.ended = this.#read().catch(() => {}).then(() => {
      this.#isOver = true;
      this.#waiters.wake();
    });
  }

  /** Opens one that must be let in. */
  static async open(at: StreamAddress, room: string, offset: string, headers: HeadersInit = {}): Promise<StreamReader> {
    return await StreamReader.ask(streamUrl(at, room, { live: "sse", offset }), headers);
  }

  /** The same at an address of one's own. */
  static async ask(url: string, headers: HeadersInit = {}, client?: Deno.HttpClient): Promise<StreamReader> {
    const ending = new AbortController();
    const response = await fetch(url, { headers, client, signal: ending.signal });
    if (response.status === 200) return new StreamReader(response, ending);
    throw new Error(`Refused: ${response.status} ${await response.text()}`);
  }

  get seqs(): number[] {
    return this.entries.map(({ seq }) => seq);
  }

  /** Resolves once the condition holds; rejects if the stream ends before. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await this.#waiters.until(() => {
      if (condition()) return true;
      if (this.#isOver) throw new Error(`The stream ended before ${what}; got ${this.#describe()}`);
      return undefined;
    }, () => `${what}; got ${this.#describe()}`);
  }

  /** Resolves once the entry with this number has come. */
  async untilSeq(seq: number): Promise<void> {
    await this.until(() => (this.entries.at(-1)?.seq ?? 0) >= seq, `entry ${seq}`);
  }

  /** Resolves once it has ended. */
  async untilEnd(): Promise<void> {
    await this.#waiters.until(() => this.#isOver, () => `its end; got ${this.#describe()}`);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) this.#take(block);
      this.#waiters.wake();
    }
  }

  #take(block: string): void {
    const fields = block.split("\n").map((line) => /^([a-z]*): ?(.*)$/.exec(line)!.slice(1, 3) as [string, string]);
    const valuesOf = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
    const [event] = valuesOf("event");
    if (event === undefined) return void this.asides.push(block);
    this.lastId = valuesOf("id")[0] ?? this.lastId;
    const data = JSON.parse(valuesOf("data").join("\n"));
    if (event === "data") this.entries.push(...data);
    else if (event === "control") this.places.push(data);
    else throw new Error(`An event of an unknown type: ${block}`);
  }

  #describe(): string {
    return JSON.stringify({ seqs: this.seqs.slice(-20), places: this.places.slice(-2), asides: this.asides.slice(-2) });
  }
}
