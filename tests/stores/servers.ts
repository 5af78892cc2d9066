/** Two servers on one store: what changes on one is so on the other. Written once; `kv/servers_test.ts` and its neighbour run it. @module */

import { openLog } from "../../chat/log/open_log.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer, type TestServer } from "../lib/server.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import type { StorePlace } from "./place.ts";

const room = "lobby";
const KEY = "ada's secret, long enough";
const nonce = () => crypto.randomUUID();
const edit = (text: string, version: number) =>
  ({ type: "edit", room, nonce: nonce(), target: 1, version, text }) as const;
const react = (emoji: string, on = true) => ({ type: "react", room, nonce: nonce(), target: 1, emoji, on }) as const;

/** A kind of store that servers can share. */
interface SharedKind {
  /** Begins the tests' names. */
  name: string;
  /** What it needs of the machine. */
  needs: ToolName[];
  /** Makes room for a store with nothing in it. */
  begin(): Promise<StorePlace>;
}

/** Registers the tests for a kind of store. */
export function testServers({ name, needs, begin }: SharedKind): void {
  for (const [what, work] of CASES) {
    testWith(needs, {
      name: `${name}: ${what}`,
      async fn() {
        await using place = await begin();
        const logs = [openLog(await place.open()), openLog(await place.open())];
        try {
          await using one = startServer({ log: logs[0], limitRate: false });
          await using two = startServer({ log: logs[1], limitRate: false });
          await work(one, two);
        } finally {
          for (const log of logs) await log.close();
        }
      },
    });
  }
}

type Case = [what: string, work: (one: TestServer, two: TestServer) => Promise<void>];

const CASES: Case[] = [
  [
    "members of two servers hear the same changes in one order, and a newcomer of either is shown the same",
    async (one, two) => {
      await using ada = await ChatClient.keyed(one, KEY, room);
      await using bob = await ChatClient.open(two, "bob", room);
      await using old = await ChatClient.greet(two, "old", {}, room);
      await ada.publish(room, "helo");
      await bob.untilEvent(room, 1);
      await Promise.all([
        ada.ask(edit("hello", 0), "ok"),
        ...["👍", "🎉"].map((emoji) => bob.ask(react(emoji), "ok")),
        ...["👍", "❤️"].map((emoji) => ada.ask(react(emoji), "ok")),
        bob.ask({ type: "publish", room, nonce: nonce(), text: "hi", reply: 1 }, "ok"),
      ]);
      await bob.ask(react("🎉", false), "ok");
      const heard = await Promise.all([ada, bob].map((client) => client.untilEvent(room, 8)));
      assertEquals(heard[0]!.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8]);
      assertEquals(heard[0], heard[1]);
      assertEquals((await old.untilSeq(room, 8)).map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8]);
      await using carol = await ChatClient.open(one, "carol");
      await using dan = await ChatClient.open(two, "dan");
      const [{ messages }, there] = await Promise.all([carol.join(room), dan.join(room)]);
      assertEquals(messages, there.messages);
      const [first] = messages;
      assert(first !== undefined && "text" in first && !("kind" in first));
      assertEquals([first.text, first.version, first.replies], ["hello", 1, 1]);
      const counts = first.reactions?.map(({ emoji, count }) => `${emoji}${count}`).toSorted();
      assertEquals(counts, ["❤️1", "👍2"].toSorted());
    },
  ],

  ["of one's edits by two servers one is taken, and what is deleted by one is shown by neither", async (one, two) => {
    await using ada = await ChatClient.keyed(one, KEY, room);
    await using herOther = await ChatClient.keyed(two, KEY, room);
    await ada.publish(room, "secret 0");
    for (let version = 0; version < 5; version++) {
      const clients = [ada, herOther, ada, herOther];
      const refs = clients.map((client, index) => client.post(edit(`secret ${version}-${index}`, version)));
      const replies = await Promise.all(refs.map((ref, index) => clients[index]!.reply(ref)));
      const codes = replies.map((reply) => "code" in reply ? reply.code : reply.type);
      assertEquals(codes.toSorted(), ["conflict", "conflict", "conflict", "ok"], codes.join());
    }
    await ada.ask({ type: "delete", room, nonce: nonce(), target: 1 }, "ok");
    const history = await herOther.ask({ type: "history", room }, "history");
    await using bob = await ChatClient.open(two, "bob");
    const joined = await bob.join(room, { epoch: history.epoch, seq: 0 });
    for (const page of [history, joined]) assert(!JSON.stringify(page).includes("secret"), JSON.stringify(page));
    assertEquals([history.messages.length, joined.recovered, joined.messages.length], [1, true, 7]);
  }],
];
