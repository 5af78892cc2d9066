/** Databases of the version before are served as they are; those of a newer one are refused, and its fields are kept. @module */

import type { NewEvent } from "../../../chat/event/event.ts";
import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { type Store, StoreOpenError } from "../../../chat/log/store.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { Folder, openKv, within } from "../in_folder.ts";

const ADA = { id: "ada", name: "Ada" };
const BOB = { id: "bob", name: "Bob" };

/**
 * A file that the version before messages could change has written, compacted by SQLite's VACUUM. The room `lobby` had twelve messages a
 * second apart, those with an odd number from Ada; the first three are removed, as is the one of `empty`. `small` has one.
 */
const FORMAT_1 = new URL("format_1.kv", import.meta.url);
const BEGAN = Date.UTC(2026, 10, 20, 12);

async function withOld(work: (store: Store, file: string) => Promise<void>): Promise<void> {
  await using folder = new Folder("chat.kv");
  await Deno.copyFile(FORMAT_1, folder.file);
  await within(folder.file, (store) => work(store, folder.file), openKv);
}

async function append(store: Store, room: string, ...events: NewEvent[]): Promise<unknown[]> {
  const at = { ts: BEGAN + 60_000, day: 3 };
  const results = await store.commit(events.map((event) => ({ room, event })), at);
  return results.map((result) => "refused" in result ? result.refused : result.duplicate ? [result.seq] : result.seq);
}

Deno.test("kv: what the version before has written is read as if this one had", () =>
  withOld(async (store) => {
    const { events, epoch: _, ...page } = await store.read("lobby", { after: 3, limit: 3 });
    assertEquals(page, { first: 4, head: 12, floor: 3, messageCount: 12, passed: 3 });
    assertEquals(events, [
      { seq: 4, ...BOB, text: "m4", nonce: "n4", ts: BEGAN + 3_000, ordinal: 4 },
      { seq: 5, ...ADA, text: "m5", nonce: "n5", ts: BEGAN + 4_000, ordinal: 5 },
      { seq: 6, ...BOB, text: "m6", ts: BEGAN + 5_000, ordinal: 6 },
    ]);
    const empty = await store.read("empty", { after: 0, limit: 9 });
    assertEquals([empty.first, empty.head, empty.floor, empty.passed, empty.events], [2, 1, 1, 1, []]);
    assertEquals(texts((await store.read("small", { limit: 9 })).events), "naïve 漢字 \0 👩‍👩‍👧‍👦");
    assertEquals(await store.readTime(), { livedMs: 3 * 86_400_000 + 5, wallMs: BEGAN });
  }));

Deno.test("kv: what the version before has written can be changed, answered and sent again, and is the same when it is opened next", () =>
  withOld(async (store, file) => {
    const { epoch } = await store.read("lobby", { limit: 0 });
    const answers = await append(
      store,
      "lobby",
      by("m5", "n5"),
      by("other", "n5"),
      { kind: "edit", ...ADA, nonce: "e1", target: 5, version: 0, text: "m5, corrected" },
      { kind: "react", ...BOB, nonce: "r1", targetNonce: "n4", emoji: "👍", on: true },
      { ...by("yes", "n13"), reply: 5 },
      { kind: "delete", ...BOB, nonce: "d1", target: 6 },
    );
    assertEquals(answers, [[5], "nonce_used", 13, 14, 15, 16]);
    assertEquals(await append(store, "empty", by("gone", "g1"), by("again", "g2")), [2, 3]);
    await within(file, async (again) => {
      const { events, ...page } = await again.read("lobby", { limit: 50, reader: "bob" });
      assertEquals(page, { epoch, first: 4, head: 16, floor: 3, messageCount: 13, passed: 3 });
      assertEquals(texts(events), "m4 m5, corrected  m7 m8 m9 m10 m11 m12 yes");
      assertEquals(events.slice(0, 2), [
        {
          ...{ seq: 4, ...BOB, text: "m4", nonce: "n4", ts: BEGAN + 3_000, ordinal: 4, rev: 14 },
          reactions: [{ emoji: "👍", count: 1, mine: true }],
        },
        {
          ...{ seq: 5, ...ADA, text: "m5, corrected", nonce: "n5", ts: BEGAN + 4_000, ordinal: 5 },
          ...{ version: 1, replies: 1, rev: 15 },
        },
      ]);
      assertEquals((await again.read("empty", { after: 1, limit: 9 })).passed, 1);
    }, openKv);
  }));

Deno.test("kv: a room of the version before keeps as much as it is told to, changes included", () =>
  withOld(async (store) => {
    while (await store.trim(7, 0));
    const { first, floor, messageCount, passed } = await store.read("lobby", { after: 5, limit: 3 });
    assertEquals({ first, floor, messageCount, passed }, { first: 6, floor: 5, messageCount: 12, passed: 5 });
    await append(store, "lobby", { kind: "react", ...BOB, nonce: "r1", target: 7, emoji: "👍", on: true }, by("m13"));
    while (await store.trim(6, 0));
    const later = await store.read("lobby", { after: 0, limit: 9 });
    assertEquals([later.first, later.floor, later.passed, later.events[0]?.seq], [8, 7, 7, 8]);
    while (await store.trim(100, 4));
    const none = await store.read("lobby", { limit: 9 });
    assertEquals([none.first, none.head, none.messageCount, none.events], [15, 14, 13, []]);
  }));

Deno.test("kv: a server of the version before that goes on running cannot write to a room that has the present form", () =>
  withOld(async (store, file) => {
    using kv = await Deno.openKv(file);
    const end = async () => (await kv.get<{ head: unknown }>(KvKey.room("lobby"))).value!.head;
    assertEquals(await end(), 12);
    await append(store, "lobby", by("m13"));
    // That server computes the next number like this, before it writes anything.
    await assertRejects(async () => await end() as number + 1, TypeError);
  }));

Deno.test("kv: a database of the version before is marked when it is written to, not when it is read", () =>
  withOld(async (store, file) => {
    using kv = await Deno.openKv(file);
    const mark = async () => (await kv.get(KvKey.format)).value;
    await store.read("lobby", { limit: 9 });
    assertEquals(await mark(), null);
    await within(file, async (other) => {
      await Promise.all([append(store, "lobby", by("m13")), append(other, "small", by("m2"))]);
    }, openKv);
    assertEquals(await mark(), 2);
  }));

Deno.test("kv: a database that a newer version has taken over is refused when it is opened, and while it is served", async () => {
  await using folder = new Folder("chat.kv");
  using kv = await Deno.openKv(folder.file);
  const store = await openKv(folder.file);
  assertEquals(await append(store, "lobby", by("one", "n1")), [1]);
  const { value: epoch } = await kv.get(KvKey.epoch);
  const { value: format } = await kv.get<number>(KvKey.format);
  await kv.atomic().set(KvKey.format, format! + 1).set(KvKey.epoch, epoch).commit();
  const because = `it was written by a newer version (format ${format! + 1}, known up to ${format}): ` +
    "start that version, or restore the backup from before the upgrade";
  const { message } = await assertRejects(() => append(store, "lobby", by("two", "n2")), StoreUnavailableError);
  assertStringIncludes(message, because);
  assertEquals((await kv.get(KvKey.message("lobby", 2))).value, null);
  await store.close();
  const refused = await assertRejects(() => openKv(folder.file), StoreOpenError);
  assertEquals(refused.message, `Cannot open the store kv:${folder.file}: ${because}`);
});

Deno.test("kv: fields and kinds that a newer version wrote come back, and outlive what this one changes", async () => {
  await using folder = new Folder("chat.kv");
  using kv = await Deno.openKv(folder.file);
  await within(folder.file, async (store) => {
    const future = { poll: { question: "Lunch?", options: ["yes", "no"] }, expires: 5 };
    const strange = { kind: "pin", ...ADA, target: 1, until: { ts: 9 } } as unknown as NewEvent;
    assertEquals(await append(store, "lobby", { ...by("one", "n1"), ...future } as NewEvent, by("two")), [1, 2]);
    const { value: room } = await kv.get<Record<string, unknown>>(KvKey.room("lobby"));
    const { value: first } = await kv.get<{ event: object }>(KvKey.message("lobby", 1));
    await kv.atomic().set(KvKey.room("lobby"), { ...room, head: 3n, changes: 1, later: "x" })
      .set(KvKey.message("lobby", 1), { ...first, event: { ...first!.event, written: "by a newer one" } })
      .set(KvKey.change("lobby", 3), { seq: 3, ...strange, ts: BEGAN }).commit();
    const wanted = { written: "by a newer one", ...future };
    assertEquals((await store.read("lobby", { after: 2, limit: 9 })).events, [
      { seq: 3, ...strange, ts: BEGAN } as never,
    ]);
    await append(store, "lobby", { kind: "edit", ...ADA, nonce: "e", target: 1, version: 0, text: "edited" });
    await append(store, "lobby", { kind: "react", ...BOB, nonce: "r", target: 1, emoji: "👍", on: true });
    const { events } = await store.read("lobby", { only: [1], limit: 1 });
    assertEquals(events, [
      {
        ...{ seq: 1, ...ADA, text: "edited", nonce: "n1", ts: BEGAN + 60_000, ordinal: 1, version: 1, rev: 5 },
        ...wanted,
        reactions: [{ emoji: "👍", count: 1 }],
      } as never,
    ]);
    assertEquals((await kv.get<{ later: string }>(KvKey.room("lobby"))).value?.later, "x");
  }, openKv);
});
