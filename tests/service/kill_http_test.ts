/** A server that is killed while it stores what came by HTTP: a text that is sent again with the same key is there once. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { isMessage, type StoredMessage } from "../../chat/event/event.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { eventually } from "../lib/patience.ts";

const AUTHORS = 8;
const KILLS = 3;
/** Messages that are answered between one kill and the next. */
const BETWEEN = 40;

interface Place {
  epoch: string;
  seq: number;
  ts: number;
}

/** Sends a text until it is stored. @param url where the server is by then */
function insist(url: () => string, author: number, text: string): Promise<Place> {
  const headers = { "idempotency-key": text };
  return eventually(async () => {
    const sent = fetch(`${url()}/v1/rooms/lobby?id=${author}`, { method: "POST", body: text, headers });
    const response = await sent.catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    if (response?.ok) return answer;
    // Not what was sent is wrong: only the server was not there.
    assert(answer === undefined || answer.code === "unavailable", JSON.stringify(answer));
    return false;
  }, `a place for ${text}`);
}

Deno.test("what is sent again with its key after a kill -9 is stored once, at the place that was answered", async () => {
  await using folder = await makeFolder();
  const store = `sqlite:${folder.path}/chat.db`;
  const start = () => ServiceProcess.start({ args: ["--port", "0", "--chat-store", store] });
  const answered = new Map<string, Place>();
  let service = await start();
  let isOver = false;
  const authors = Array.from({ length: AUTHORS }, async (_, author) => {
    for (let number = 0; !isOver; number++) {
      const text = `${author}.${number}`;
      answered.set(text, await insist(() => service.url, author, text));
    }
  });
  for (let kills = 0; kills < KILLS; kills++) {
    const before = answered.size;
    await eventually(() => answered.size >= before + BETWEEN, "answers");
    service.kill("SIGKILL");
    await service.exited;
    service = await start();
  }
  isOver = true;
  await Promise.all(authors);
  assertEquals(await service.stop(), 0);

  const opened = await openStore(store);
  const { events, epoch } = await opened.read("lobby", { limit: 100_000 });
  await opened.close();
  const messages = events.filter(isMessage) as StoredMessage[];
  assertEquals(messages.map(({ text }) => text).sort(), [...answered.keys()].sort());
  for (const { text, seq, ts } of messages) {
    const place = answered.get(text)!;
    assertEquals([text, place.seq, place.ts, place.epoch], [text, seq, ts, epoch]);
  }
});
