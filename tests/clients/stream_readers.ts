/** Clients that were written for streams of other servers, or for none in particular, unchanged. @module */

import type { Page } from "../lib/playwright.ts";
import { stream } from "../lib/durable_streams.ts";
import { linesOf } from "../lib/process.ts";

/** Somebody who reads a room's stream from its start, and comes back whenever that ends. */
export interface StreamReading extends AsyncDisposable {
  /** The numbers of the entries that it was given, in that order. */
  seqs(): Promise<number[]>;
}

type Entry = { seq: number };

/** A moment before somebody tries again. */
const again = () => new Promise((resolve) => setTimeout(resolve, 50));

/** The client of the protocol's makers: whoever uses it keeps the offset, and begins there again when a stream breaks. */
export function byTheirClient(url: string, live: "sse" | "long-poll"): StreamReading {
  const ending = new AbortController();
  const seqs: number[] = [];
  let offset = "-1";
  const readOn = async () => {
    const response = await stream<Entry>({ url, live, offset, signal: ending.signal });
    response.subscribeJson((batch) => {
      seqs.push(...batch.items.map(({ seq }) => seq));
      offset = batch.offset;
    });
    await response.closed;
  };
  const reading = (async () => {
    while (!ending.signal.aborted) await readOn().catch(again);
  })();
  return {
    seqs: () => Promise.resolve(seqs),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await reading;
    },
  };
}

/** `curl -N`, begun again with the last `id:` that it has printed, as a script would. */
export function byCurl(curl: string, url: string): StreamReading {
  const ending = new AbortController();
  const seqs: number[] = [];
  let lastId: string | undefined;
  const readOn = async () => {
    const resume = lastId === undefined ? [] : ["-H", `Last-Event-ID: ${lastId}`];
    const args = ["-sN", ...resume, `${url}?live=sse&offset=-1`];
    const process = new Deno.Command(curl, { args, stdin: "null", stdout: "piped", signal: ending.signal }).spawn();
    let event = new Map<string, string>();
    for await (const line of linesOf(process.stdout)) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name !== undefined) event.set(name, (event.get(name) ?? "") + value);
      if (line !== "") continue;
      // An event that was cut off has no blank line: it comes again.
      lastId = event.get("id") ?? lastId;
      if (event.get("event") === "data") {
        seqs.push(...(JSON.parse(event.get("data")!) as Entry[]).map(({ seq }) => seq));
      }
      event = new Map();
    }
    await process.status;
  };
  const reading = (async () => {
    while (!ending.signal.aborted) await readOn().then(again);
  })();
  return {
    seqs: () => Promise.resolve(seqs),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await reading;
    },
  };
}

/** A browser's `EventSource`, on a page of the server's. It is the browser that comes back, not the page. */
export async function byEventSource(page: Page, url: string): Promise<StreamReading> {
  await page.evaluate((url) => {
    const source = new EventSource(`${url}?live=sse&offset=-1`);
    const seqs: number[] = [];
    source.addEventListener("data", ({ data }) => seqs.push(...JSON.parse(data).map(({ seq }: Entry) => seq)));
    Object.assign(globalThis, { source, seqs });
  }, url);
  return {
    seqs: () => page.evaluate(() => (globalThis as unknown as { seqs: number[] }).seqs),
    async [Symbol.asyncDispose]() {
      await page.evaluate(() => (globalThis as unknown as { source: EventSource }).source.close());
    },
  };
}
