/// <reference lib="dom" />
/** Those who read a room's stream come back to where they were when the server was killed: with every entry once, in order. */

import { BROWSERS, isWanted } from "../browser/browsers.ts";
import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { ServiceProcess } from "../lib/process.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";
import { byCurl, byEventSource, byTheirClient, type StreamReading } from "./stream_readers.ts";

/** Messages between two kills, the last of which come while the server is being killed. */
const MESSAGES = 20;

/** Publishes until it is acknowledged. @returns the message's number */
async function say(url: string, text: string): Promise<number> {
  while (true) {
    try {
      const response = await fetch(`${url}/v1/rooms/lobby?id=ada`, {
        method: "POST",
        body: text,
        headers: { "idempotency-key": text },
      });
      const { seq } = await response.json();
      if (response.ok) return seq;
    } catch {
      // It is down.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A server that is killed while somebody writes, so many times, and readers meanwhile. */
async function storm(
  kills: number,
  makeReaders: (url: string) => Promise<Record<string, StreamReading>>,
): Promise<void> {
  await using folder = new Folder();
  const args = ["--port", `${lastingPort()}`, "--chat-store", `sqlite:${folder.file}`, "--listen"];
  let service = await ServiceProcess.start({ args });
  await using ends = new AsyncDisposableStack();
  const { url } = service;
  const readers = await makeReaders(`${url}/v1/stream/rooms/lobby`);
  for (const reader of Object.values(readers)) ends.use(reader);
  let last = 0;
  for (let round = 0; round <= kills; round++) {
    for (let n = 0; n < MESSAGES; n++) {
      const saying = say(url, `${round}.${n}`);
      if (round < kills && n === MESSAGES - 5) {
        service.kill("SIGKILL");
        await service.exited;
        service = await ServiceProcess.start({ args });
      }
      last = await saying;
    }
  }
  ends.use(service);
  assertEquals(last, (kills + 1) * MESSAGES);
  const due = Array.from({ length: last }, (_, index) => index + 1);
  for (const [name, reader] of Object.entries(readers)) {
    await eventually(async () => ((await reader.seqs()).at(-1) ?? 0) >= last, `the last entry by ${name}`, 60_000);
    assertEquals(await reader.seqs(), due, name);
  }
}

testWith("curl", {
  name: "the protocol's own client and curl read a room over kills of its server, and lose nothing",
  async fn() {
    await storm(3, (url) =>
      Promise.resolve({
        "their client, by SSE": byTheirClient(url, "sse"),
        "their client, by long poll": byTheirClient(url, "long-poll"),
        "curl": byCurl(pathOf("curl")!, url),
      }));
  },
});

for (const [browser, { tool, suffix, launch }] of Object.entries(BROWSERS)) {
  if (!isWanted(browser as keyof typeof BROWSERS)) continue;
  testWith(tool, {
    name: `a browser's EventSource reads a room over kills of its server, and loses nothing${suffix}`,
    // The browser's driver keeps pipes and timers of its own until the process ends.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const driven = await launch();
      try {
        const page = await driven.newPage();
        await storm(2, async (url) => {
          await page.goto(new URL("/docs", url).href);
          return { EventSource: await byEventSource(page, url) };
        });
      } finally {
        await driven.close();
      }
    },
  });
}
