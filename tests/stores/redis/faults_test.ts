/** What happens to the log when Redis dies, hangs, comes back empty, or comes back older. @module */

import { StoreOpenError, StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { openRedisStore } from "../../../chat/stores/redis/store.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { RedisServer } from "../../lib/redis.ts";
import { testWith } from "../../lib/tools.ts";
import { by, texts } from "../../lib/messages.ts";
import { open, persist } from "./logs.ts";

testWith("redis-server", {
  name: "redis: killed and started again with its append-only file, it has lost and doubled nothing",
  async fn() {
    await using server = await RedisServer.start();
    await using one = await open(server);
    await using two = await open(server);
    const collector = new Collector();
    await two.log.subscribe("lobby", collector);
    const writing = Promise.all(Array.from({ length: 20 }, async (_, writer) => {
      for (let index = 0; index < 100; index++) await persist(one.log, `${writer}-${index}`);
    }));
    await collector.untilCount(100);
    await server.kill();
    await assertRejects(() => appendTo(two.log, "lobby", by("not now")), StoreUnavailableError);
    await assertRejects(() => two.log.read("lobby", { limit: 1 }), StoreUnavailableError);
    await server.start();
    await writing;
    await collector.untilCount(2_000);
    const { messages, head } = await one.log.read("lobby", { after: 0, limit: 5_000 });
    assertEquals([head, messages.length, new Set(messages.map(({ text }) => text)).size], [2_000, 2_000, 2_000]);
    assertEquals(collector.heard, messages);
    const said = one.reports.join("\n");
    assertStringIncludes(said, "Cannot reach Redis");
    assertStringIncludes(said, "answers again");
  },
});

testWith("redis-server", {
  name: "redis: killed in the instant after an acknowledgement, it has the message, however it syncs",
  async fn() {
    for (let round = 0; round < 30; round++) {
      await using server = await RedisServer.start(
        "--appendfsync",
        ["everysec", "everysec", "no", "always"][round % 4]!,
      );
      await using opened = await open(server);
      const appends = 1 + round % 5;
      for (let seq = 1; seq <= appends; seq++) await appendTo(opened.log, "lobby", by(`${seq}`));
      await server.kill();
      await server.start();
      await using again = await open(server);
      assertEquals((await again.log.read("lobby", { limit: 0 })).head, appends);
    }
  },
});

testWith("redis-server", {
  name: "redis: started again empty, it has a new epoch, and who followed a room hears of it",
  async fn() {
    await using server = await RedisServer.start();
    await using one = await open(server);
    await using two = await open(server);
    const collector = new Collector();
    await two.log.subscribe("lobby", collector);
    for (const text of ["a", "b", "c"]) await appendTo(one.log, "lobby", by(text));
    await collector.untilCount(3);
    await server.kill();
    await server.wipe();
    await server.start();
    await collector.until(({ resets }) => resets.length > 0);
    assertNotEquals(collector.resets[0]!.epoch, collector.began!.epoch);
    assertEquals(await persist(one.log, "d"), 1);
    await collector.until(({ messages }) => messages.at(-1)?.text === "d");
    assertEquals((await two.log.read("lobby", { limit: 9 })).epoch, collector.resets.at(-1)!.epoch);
    assertStringIncludes(two.reports.join("\n"), "lost or replaced its data");
  },
});

testWith("redis-server", {
  name: "redis: started again from an older copy, it has a new epoch before a number is given twice",
  async fn() {
    await using server = await RedisServer.start();
    await using one = await open(server);
    const old = await appendTo(one.log, "lobby", by("kept"));
    const copy = await server.backup();
    const lost = await appendTo(one.log, "lobby", by("lost"));
    await server.kill();
    await server.restore(copy);
    await server.start();
    assertEquals(await persist(one.log, "after"), lost.seq);
    const page = await one.log.read("lobby", { limit: 9 });
    assertEquals(texts(page.messages), "kept after");
    assertNotEquals(page.epoch, old.epoch);
    await using two = await open(server);
    assertEquals((await two.log.read("lobby", { limit: 9 })).epoch, page.epoch);
  },
});

testWith("redis-server", {
  name: "redis: hanging, it is given up, and appends go on once it answers",
  async fn() {
    await using server = await RedisServer.start();
    await using one = await open(server);
    await appendTo(one.log, "lobby", by("before", "before"));
    await server.signal("SIGSTOP");
    await assertRejects(() => appendTo(one.log, "lobby", by("during", "during")), StoreUnavailableError);
    await server.signal("SIGCONT");
    assertEquals(await persist(one.log, "during"), 2);
    assertEquals(await persist(one.log, "after"), 3);
  },
});

testWith("redis-server", {
  name: "redis: what an acknowledgement stands for is what the server is set up for",
  async fn() {
    const wanted = [[["--appendonly", "no"], "memory"], [[], "os"], [["--appendfsync", "always"], "fsync"]] as const;
    for (const [options, durability] of wanted) {
      await using server = await RedisServer.start(...options);
      await using opened = await open(server);
      assertEquals(opened.log.durability, durability);
    }
  },
});

testWith("redis-server", {
  name: "redis: a server that breaks off while it is being opened is asked again",
  async fn() {
    await using server = await RedisServer.start();
    // The way to it, which is cut when the first question is asked for the first time, and so with the second.
    const questions = ["\r\nINFO\r\n", "\r\nSCRIPT\r\n"];
    const way = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const pump = async (from: Deno.Conn, to: Deno.Conn, look: (bytes: Uint8Array) => boolean) => {
      for await (const bytes of from.readable) {
        if (look(bytes)) break;
        await to.write(bytes);
      }
      for (const end of [from, to]) {
        try {
          end.close();
        } catch {
          // It was the other side that closed it.
        }
      }
    };
    const ends: Promise<unknown>[] = [];
    const serving = (async () => {
      for await (const client of way) {
        const redis = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(server.url).port) });
        const isQuestion = (bytes: Uint8Array) => {
          const isNext = questions.length > 0 && new TextDecoder().decode(bytes).includes(questions[0]!);
          if (isNext) questions.shift();
          return isNext;
        };
        ends.push(
          pump(client, redis, isQuestion).catch(() => {}),
          pump(redis, client, () => false).catch(() => {}),
        );
      }
    })().catch(() => {});
    const store = await openRedisStore(`redis://127.0.0.1:${way.addr.port}`);
    assertEquals(store.durability, "os");
    assertEquals(questions, []);
    await store.close();
    way.close();
    await Promise.all([serving, ...ends]);
  },
});

testWith("redis-server", {
  name: "redis: a server that is still loading its data is not taken for one that keeps nothing",
  async fn() {
    // The delay, in microseconds for each key, stands for a great deal of data.
    await using server = await RedisServer.start("--key-load-delay", "100");
    await server.command(`EVAL "for i = 1, 5000 do redis.call('SET', 'k' .. i, i) end" 0`);
    await using one = await open(server);
    await server.kill();
    const starting = server.start();
    await using two = await open(server);
    await persist(one.log, "a");
    await persist(two.log, "b");
    await starting;
    assertEquals([one.log.durability, two.log.durability], ["os", "os"]);
    assertEquals(one.reports.filter((line) => line.includes("set up anew")), []);
  },
});

testWith("redis-server", {
  name: "redis: a server that evicts messages when it is full is refused, and so is a bad address",
  async fn() {
    await using server = await RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
    const error = await assertRejects(() => openRedisStore(server.url), StoreOpenError);
    assertStringIncludes(error.message, "set it to noeviction");
    await assertRejects(() => openRedisStore("redis://x:1?prefix=a b"), StoreOpenError, "must be written redis://");
  },
});

testWith("redis-server", {
  name: "redis: a server that starts after this process is waited for",
  async fn() {
    await using server = await RedisServer.start();
    await server.kill();
    const opening = open(server);
    await server.start();
    await using opened = await opening;
    assertEquals((await appendTo(opened.log, "lobby", by("hello"))).seq, 1);
  },
});

testWith("redis-server", {
  name: "redis: a full server refuses messages, keeps answering reads, and takes them again when it has room",
  async fn() {
    await using server = await RedisServer.start("--maxmemory", "4mb");
    await using opened = await open(server);
    const big = "x".repeat(16_000);
    let stored = 0;
    await assertRejects(async () => {
      for (; stored < 1_000; stored++) await appendTo(opened.log, "lobby", by(big, `${stored}`));
    }, StoreUnavailableError);
    assert(stored > 0 && stored < 1_000);
    assertEquals((await opened.log.read("lobby", { limit: 1 })).head, stored);
    await server.command("CONFIG SET maxmemory 100mb");
    assertEquals(await persist(opened.log, `${stored}`), stored + 1);
  },
});
