/** What an `ok` of a deletion or an edit promises: nobody who asks after that is shown the old text. @module */

import * as limits from "../../chat/limits.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const room = "lobby";
const KEY = "ada's secret, long enough";
const SECRET = "the old text";
const nonce = () => crypto.randomUUID();

/** So far behind the beginning of the room that a client which resumes there gets it from a page for many. */
const PLACE = limits.PAGE_MESSAGES + 20;
const END = 3 * limits.PAGE_MESSAGES;

/** Ada, whose message at {@linkcode PLACE} all others may ask for, in a room that others catch up in. */
async function prepare(server: TestServer): Promise<ChatClient> {
  const say = (text: string, id = "bob") => server.log.append(room, { id, name: "Bob", text });
  const ada = await ChatClient.keyed(server, KEY, room);
  for (let seq = 1; seq < PLACE; seq++) await say(`m${seq}`);
  assertEquals((await ada.publish(room, SECRET)).seq, PLACE);
  for (let seq = PLACE + 1; seq <= END; seq++) await say(`m${seq}`);
  await server.log.append(room, { id: "bob", name: "Bob", text: "an answer", reply: PLACE });
  await ada.untilSeq(room, END + 1);
  return ada;
}

/** Asks for everything that may have the text in it. @returns all frames that came, pushes among them */
async function askForAll(client: ChatClient): Promise<string[]> {
  const from = client.frames.length;
  const { epoch, seq } = await client.join(room);
  await client.ask({ type: "history", room, before: PLACE + 1 }, "history");
  await client.ask({ type: "history", room, before: PLACE + 10, limit: 20 }, "history");
  await client.ask({ type: "history", room, thread: PLACE }, "history");
  await client.ask({ type: "history", room, limit: 1 }, "history");
  for (const after of [PLACE - 1, PLACE - 2, PLACE, 0]) {
    const joined = await client.join(room, { epoch, seq: after });
    const last = joined.messages.at(-1)!.seq;
    // It is sent the rest though nobody says anything.
    if (last < seq) await client.line((line) => "seq" in line && line.seq === seq && !("ref" in line));
    client.lines.length = 0;
  }
  return client.frames.slice(from);
}

const MEANS = {
  deletion: { type: "delete", room, nonce: nonce(), target: PLACE },
  edit: { type: "edit", room, nonce: nonce(), target: PLACE, version: 0, text: "something else" },
} as const;

for (const [means, command] of Object.entries(MEANS)) {
  Deno.test(`whoever asks after the ok of a ${means} is not sent the old text, however and on whatever connection`, async () => {
    // Pages for many are kept as long as time stands still.
    await using server = startServer({ limitRate: false, clock: new FakeClock() });
    await using ada = await prepare(server);
    await using bob = await ChatClient.open(server, "bob");
    await using old = await ChatClient.greet(server, "old", {});
    for (const client of [bob, old]) {
      const frames = await askForAll(client);
      assert(frames.some((frame) => frame.includes(SECRET)), "they do ask for it");
    }
    await ada.ask(command, "ok");
    await using carol = await ChatClient.open(server, "carol");
    await using adaAgain = await ChatClient.keyed(server, KEY);
    await using otherOld = await ChatClient.greet(server, "other", {});
    for (const client of [carol, bob, ada, adaAgain, old, otherOld]) {
      const frames = await askForAll(client);
      assert(frames.some((frame) => frame.includes(`"m${PLACE + 1}"`)), "they do get what is beside it");
      assertEquals(frames.filter((frame) => frame.includes(SECRET)), []);
    }
  });
}

Deno.test("a text that another program has deleted is not sent from pages that were kept", async () => {
  await using server = startServer({ limitRate: false, clock: new FakeClock() });
  await using ada = await prepare(server);
  await using early = await ChatClient.open(server, "early");
  assert((await askForAll(early)).join().includes(SECRET), "the pages are kept by now");
  // Not by a command of this process, so that only the log's tail tells of it.
  const id = await idOfKey(KEY);
  assert("event" in await server.log.append(room, { kind: "delete", id, name: "Ada", target: PLACE }));
  await ada.line(({ type }) => type === "change");
  await using late = await ChatClient.open(server, "late");
  assertEquals((await askForAll(late)).join().includes(SECRET), false);
});
