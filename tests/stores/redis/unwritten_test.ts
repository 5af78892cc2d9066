/**
 * A Redis that has run a commit and not written it yet, as with `everysec` on a busy disk: the message is shown to nobody.
 * The way to the server lets it seem so, for as long as a test wants.
 *
 * @module
 */

import { type MessageLog, StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assertEquals, assertNotEquals, assertRejects } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { Waiters } from "../../lib/patience.ts";
import { RedisServer } from "../../lib/redis.ts";
import { testWith } from "../../lib/tools.ts";
import { by, texts } from "../../lib/messages.ts";
import { open, unpolled } from "./logs.ts";

/** A way to a Redis server that can make it say that it has something to write. */
class Way implements AsyncDisposable {
  /** What it is to say: how it is, that it puts it off, or that it fails. */
  says: "truth" | "later" | "error" = "truth";
  /** How often that was said instead of the truth. */
  lies = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #waiters = new Waiters();
  readonly #target: number;
  readonly #ends = new Set<Deno.Conn>();
  /** Of the file, when it was first asked for. */
  #size = "";
  readonly #tasks: Promise<unknown>[] = [];

  constructor(server: RedisServer) {
    this.#target = Number(new URL(server.url).port);
    this.#tasks.push(this.#serve().catch(() => {}));
  }

  /** Where to connect to. */
  get url(): string {
    return `redis://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Resolves once it was said so often from now on. */
  untilLies(more: number): Promise<unknown> {
    const wanted = this.lies + more;
    return this.#waiters.until(() => this.lies >= wanted, () => `asked ${this.lies} times instead of ${wanted}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const end of this.#ends) if (this.#ends.delete(end)) end.close();
    await Promise.all(this.#tasks);
  }

  async #serve(): Promise<void> {
    for await (const client of this.#listener) this.#tasks.push(this.#open(client));
  }

  async #open(client: Deno.Conn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target }).catch(() => undefined);
    if (server === undefined) return client.close();
    this.#ends.add(client).add(server);
    const close = () => {
      for (const end of [client, server]) if (this.#ends.delete(end)) end.close();
    };
    await Promise.all([
      this.#pump(client, server, (bytes) => bytes).catch(() => {}).finally(close),
      this.#pump(server, client, (bytes) => this.#change(bytes)).catch(() => {}).finally(close),
    ]);
  }

  async #pump(from: Deno.Conn, to: Deno.Conn, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    for (let length; (length = await from.read(buffer)) !== null;) {
      const bytes = change(buffer.subarray(0, length));
      for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
    }
  }

  #change(bytes: Uint8Array): Uint8Array {
    // Numbers are padded, so that what was said keeps its length.
    const text = new TextDecoder("latin1").decode(bytes);
    if (this.says === "truth" || !text.includes("\naof_buffer_length:")) return bytes;
    this.lies++;
    queueMicrotask(() => this.#waiters.wake());
    const later = text.replace(/\naof_buffer_length:\d/, "\naof_buffer_length:9")
      .replace(/(?<=\naof_current_size:)\d+/, (size) => (this.#size ||= size).padStart(size.length, "0"));
    const said = this.says === "error"
      // The two take as much room as before.
      ? later.replace(
        /\naof_last_write_status:ok\r\naof_last_cow_size:\d/,
        "\naof_last_write_status:err\r\naof_last_cow_size:",
      )
      : later;
    return Uint8Array.from(said, (character) => character.charCodeAt(0));
  }
}

/** Follows the lobby until what comes next is handed on as it is heard, and not read. */
async function follow(log: MessageLog, writer: MessageLog, collector: Collector): Promise<void> {
  await log.subscribe("lobby", collector);
  for (const [index, text] of ["first", "second"].entries()) {
    await appendTo(writer, "lobby", by(text));
    await collector.untilCount(index + 1);
  }
  await log.read("lobby", { limit: 0 });
}

/** Whether a promise has come to something once the way has been asked a few times more. */
async function isPending(promise: Promise<unknown>, way: Way): Promise<boolean> {
  let pending = true;
  const settled = () => void (pending = false);
  promise.then(settled, settled);
  await way.untilLies(5);
  return pending;
}

testWith("redis-server", {
  name: "redis: what is not written yet is neither read nor heard nor acknowledged, and then it is",
  async fn() {
    await using server = await RedisServer.start();
    await using way = new Way(server);
    await using writer = await open(server, unpolled);
    await using reader = await open(way, unpolled);
    const collector = new Collector();
    await follow(reader.log, writer.log, collector);
    way.says = "later";
    await appendTo(writer.log, "lobby", by("not yet"));
    await way.untilLies(5);
    assertEquals(texts(collector.messages), "first second");
    const reading = Promise.all([reader.log.read("lobby", { limit: 9 }), reader.log.read("lobby", { limit: 0 })]);
    assertEquals(await isPending(reading, way), true);
    const appending = appendTo(reader.log, "lobby", by("mine"));
    assertEquals(await isPending(Promise.any([reading, appending]), way), true);
    assertEquals(texts(collector.messages), "first second");
    way.says = "truth";
    const [page, { head }] = await reading;
    assertEquals([texts(page.messages), head], ["first second not yet", 3]);
    assertEquals((await appending).seq, 4);
    await collector.untilCount(4);
    assertEquals(texts(collector.messages), "first second not yet mine");
  },
});

testWith("redis-server", {
  name: "redis: what is known to be written is read without a further question",
  async fn() {
    await using server = await RedisServer.start();
    await using way = new Way(server);
    await using reader = await open(way, unpolled);
    await appendTo(reader.log, "lobby", by("written"));
    way.says = "later";
    for (const limit of [0, 1, 9]) assertEquals((await reader.log.read("lobby", { limit })).head, 1);
    assertEquals(way.lies, 0);
  },
});

testWith("redis-server", {
  name: "redis: while it cannot write at all, reads of what may not be written fail at once, and later they do not",
  async fn() {
    await using server = await RedisServer.start();
    await using way = new Way(server);
    await using writer = await open(server, unpolled);
    await using reader = await open(way, unpolled);
    const collector = new Collector();
    await reader.log.subscribe("lobby", collector);
    way.says = "error";
    await appendTo(writer.log, "lobby", by("not yet"));
    await assertRejects(() => reader.log.read("lobby", { limit: 9 }), StoreUnavailableError);
    await assertRejects(() => appendTo(reader.log, "lobby", by("mine", "mine")), StoreUnavailableError);
    assertEquals(collector.heard, []);
    way.says = "truth";
    await collector.untilCount(2);
    assertEquals(texts((await reader.log.read("lobby", { limit: 9 })).messages), "not yet mine");
  },
});

testWith("redis-server", {
  name: "redis: killed before it has written what somebody waited to be shown, it is shown to nobody",
  async fn() {
    await using server = await RedisServer.start();
    await using way = new Way(server);
    await using writer = await open(server, unpolled);
    await using reader = await open(way, unpolled);
    const { epoch } = await appendTo(writer.log, "lobby", by("written"));
    const copy = await server.backup();
    const collector = new Collector();
    await reader.log.subscribe("lobby", collector);
    way.says = "later";
    await appendTo(writer.log, "lobby", by("lost"));
    const reading = reader.log.read("lobby", { limit: 9 });
    assertEquals(await isPending(reading, way), true);
    await server.kill();
    await assertRejects(() => reading, StoreUnavailableError);
    await server.restore(copy);
    way.says = "truth";
    await server.start();
    await collector.until(({ resets }) => resets.length > 0);
    assertEquals(collector.messages, []);
    assertNotEquals(collector.resets[0]!.epoch, epoch);
  },
});
