/**
 * A Redis that has lost messages and has been written to since, by somebody who did not know: whoever knew finds out.
 * The logs look at the store only when they are asked something, so that each has seen exactly what a test wants.
 *
 * @module
 */

import { HISTORY_COMMITS } from "../../../chat/stores/redis/bounds.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { RedisServer } from "../../lib/redis.ts";
import { testWith } from "../../lib/tools.ts";
import { by, texts } from "../../lib/messages.ts";
import { answered, open, persist, unpolled } from "./logs.ts";

/** A way to lose messages: makes the server ready for it, and gives what does it. */
type Way = (server: RedisServer) => Promise<() => Promise<void>>;

const olderCopy: Way = async (server) => {
  const copy = await server.backup();
  return async () => {
    await server.kill();
    await server.restore(copy);
    await server.start();
  };
};

const olderDump: Way = async (server) => {
  await server.command("SAVE");
  return async () => {
    await server.kill();
    await server.start();
  };
};

/** Another server took over with what it had by then, and gave it back: no connection breaks. */
const failoverAndBack: Way = async (server) => {
  const other = await RedisServer.start();
  await copyFrom(server, other);
  return async () => {
    await copyFrom(other, server);
    await other[Symbol.asyncDispose]();
  };
};

async function copyFrom(source: RedisServer, target: RedisServer): Promise<void> {
  await source.command("CONFIG SET repl-diskless-sync-delay 0");
  await target.command(`REPLICAOF 127.0.0.1 ${new URL(source.url).port}`);
  const isUp = `EVAL "return redis.call('INFO', 'replication'):find('link_status:up') and 1 or 0" 0`;
  for (const end = Date.now() + 20_000; await target.command(isUp) !== ":1";) {
    if (Date.now() > end) throw new Error("The replica did not come up");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await target.command("REPLICAOF NO ONE");
}

const flushed: Way = (server) => Promise.resolve(async () => void await server.command("FLUSHALL"));

const WAYS: [name: string, way: Way, options: string[]][] = [
  ["started again from an older copy", olderCopy, []],
  ["started again without an append-only file from an older dump", olderDump, ["--appendonly", "no"]],
  ["replaced by a replica that had less, without a broken connection", failoverAndBack, []],
  ["emptied by hand", flushed, []],
];

for (const [name, way, options] of WAYS) {
  testWith("redis-server", {
    name: `redis: ${name} and then written past what it had, it has a new epoch once who knew more looks`,
    async fn() {
      await using server = await RedisServer.start(...options);
      await using knowing = await open(server, unpolled);
      await using unknowing = await open(server, unpolled);
      const { epoch } = await appendTo(knowing.log, "lobby", by("kept"));
      const lose = await way(server);
      for (const text of ["lost-1", "lost-2", "lost-3"]) await appendTo(knowing.log, "lobby", by(text, text));
      await lose();
      for (let count = 1; count <= 8; count++) await persist(unknowing.log, `new-${count}`);
      const collector = new Collector();
      await unknowing.log.subscribe("lobby", collector);
      const page = await answered(() => knowing.log.read("lobby", { limit: 99 }));
      assertEquals(texts(page.messages).includes("lost"), false);
      assertNotEquals(page.epoch, epoch);
      assertStringIncludes(knowing.reports.join("\n"), "lost or replaced its data");
      assertEquals((await unknowing.log.read("lobby", { limit: 0 })).epoch, page.epoch);
      assertEquals((await appendTo(unknowing.log, "lobby", by("next"))).epoch, page.epoch);
      // Emptied, it had a new epoch before anybody subscribed.
      if (way !== flushed) await collector.until(({ resets }) => resets.at(-1)?.epoch === page.epoch);
    },
  });
}

testWith("redis-server", {
  name: "redis: what was only heard of another process, which is gone, is missed too",
  async fn() {
    await using server = await RedisServer.start();
    await using listening = await open(server, unpolled);
    await using unknowing = await open(server, unpolled);
    const collector = new Collector();
    await listening.log.subscribe("lobby", collector);
    const lose = await olderCopy(server);
    {
      await using gone = await open(server, unpolled);
      for (const text of ["lost-1", "lost-2"]) await appendTo(gone.log, "lobby", by(text));
    }
    await collector.untilCount(2);
    await lose();
    for (let count = 1; count <= 5; count++) await persist(unknowing.log, `new-${count}`);
    await collector.until(({ resets }) => resets.length > 0);
    assertNotEquals(collector.resets[0]!.epoch, collector.began!.epoch);
  },
});

testWith("redis-server", {
  name: "redis: several who notice the same loss begin one epoch",
  async fn() {
    await using server = await RedisServer.start();
    await using stack = new AsyncDisposableStack();
    const logs = [];
    for (let index = 0; index < 4; index++) logs.push(stack.use(await open(server, unpolled)).log);
    const old = await appendTo(logs[0]!, "lobby", by("kept"));
    const lose = await failoverAndBack(server);
    // Each has seen more than the one before it.
    for (const log of logs) await appendTo(log, "lobby", by("lost"));
    await lose();
    const pages = await Promise.all(logs.map((log) => log.read("lobby", { limit: 0 })));
    const epochs = new Set(pages.map(({ epoch }) => epoch));
    for (const log of logs) epochs.add((await log.read("lobby", { limit: 0 })).epoch);
    assertEquals(epochs.size, 1);
    assert(!epochs.has(old.epoch));
  },
});

testWith("redis-server", {
  name: "redis: put back twice from one copy, it has a third epoch, not the first one again",
  async fn() {
    await using server = await RedisServer.start();
    await using knowing = await open(server, unpolled);
    const { epoch } = await appendTo(knowing.log, "lobby", by("kept"));
    const [lose, loseAgain] = [await olderCopy(server), await olderCopy(server)];
    await appendTo(knowing.log, "lobby", by("lost"));
    await lose();
    const second = await answered(() => knowing.log.read("lobby", { limit: 9 }));
    await loseAgain();
    await using unknowing = await open(server, unpolled);
    for (let count = 1; count <= 5; count++) await persist(unknowing.log, `new-${count}`);
    const third = await answered(() => knowing.log.read("lobby", { limit: 9 }));
    assertEquals(new Set([epoch, second.epoch, third.epoch]).size, 3);
  },
});

testWith("redis-server", {
  name:
    "redis: what others have stored in the meantime is not taken for a loss, unless it is so much that nobody can tell",
  async fn() {
    await using server = await RedisServer.start();
    await using resting = await open(server, unpolled);
    await using restingLonger = await open(server, unpolled);
    await using busy = await open(server, unpolled);
    const { epoch } = await appendTo(resting.log, "lobby", by("the first commit"));
    await restingLonger.log.read("lobby", { limit: 0 });
    for (let count = 2; count <= 300; count++) await appendTo(busy.log, "lobby", by("another's"));
    // As if there had been more of them: the next one is the last that can be stored before the first one's token is replaced.
    await server.command(`SET {switchboard}:position ${HISTORY_COMMITS - 1}-000000000000`);
    await appendTo(busy.log, "lobby", by("another's"));
    assertEquals((await resting.log.read("lobby", { limit: 0 })).epoch, epoch);
    await appendTo(busy.log, "lobby", by("another's"));
    assertEquals((await resting.log.read("lobby", { limit: 0 })).epoch, epoch);
    assertEquals((await busy.log.read("lobby", { limit: 0 })).epoch, epoch);
    assertNotEquals((await restingLonger.log.read("lobby", { limit: 0 })).epoch, epoch);
  },
});
