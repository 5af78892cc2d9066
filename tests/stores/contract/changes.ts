/** Events that change messages: they are decided on, stored with what they do, and read as they are now. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import type { NewChange, NewEvent, StoredEvent, StoredMessage } from "../../../chat/event/event.ts";
import { EDIT_MS, EMOJI_PER_MESSAGE } from "../../../chat/limits.ts";
import type { MessageLog } from "../../../chat/log/message_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { appendTo } from "../../lib/append_to.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { Collector } from "../../lib/collector.ts";
import { by, textsOf } from "../../lib/messages.ts";
import { type Case, fill, seqs } from "./case.ts";

type Rest<Kind> = Omit<Extract<NewChange, { kind: Kind }>, "kind" | "id" | "name">;

export function edit(
  target: number,
  text: string,
  version: number,
  rest: Partial<Rest<"edit">> = {},
  id = "ada",
): NewEvent {
  return { kind: "edit", id, name: "Ada", target, text, version, ...rest };
}

export function remove(target: number, rest: Partial<Rest<"delete">> = {}, id = "ada"): NewEvent {
  return { kind: "delete", id, name: "Ada", target, ...rest };
}

export function react(target: number, emoji: string, id: string, on = true, nonce?: string): NewEvent {
  return { kind: "react", id, name: "Ada", target, emoji, on, ...nonce === undefined ? {} : { nonce } };
}

function reply(to: number, text: string, id = "ada"): NewEvent {
  return { ...by(text, undefined, id), reply: to };
}

/** What an append came to: its number, why it was refused, or that there was nothing to do. */
async function outcome(log: MessageLog, event: NewEvent): Promise<string | number> {
  const result = await log.append("lobby", event);
  if ("refused" in result) return result.refused;
  if (result.unchanged) return `unchanged at ${result.seq}`;
  return result.duplicate ? `${result.seq} again` : result.seq;
}

async function outcomes(log: MessageLog, ...events: NewEvent[]): Promise<(string | number)[]> {
  return await Promise.all(events.map((event) => outcome(log, event)));
}

async function messageAt(log: MessageLog, seq: number, reader?: string): Promise<StoredMessage> {
  const { events } = await log.read("lobby", { only: [seq], limit: 1, ...reader === undefined ? {} : { reader } });
  return events[0] as StoredMessage;
}

async function runOf(log: MessageLog, after = 0): Promise<StoredEvent[]> {
  return (await log.read("lobby", { after, limit: 10_000 })).events;
}

/** What a message says of the changes in it. */
async function stateAt(log: MessageLog, seq: number, reader?: string) {
  const { text, rev, version, deleted, reactions, replies } = await messageAt(log, seq, reader);
  const counts = reactions?.map(({ emoji, count, mine }) => `${emoji}${count}${mine ? " mine" : ""}`).join(" ");
  return Object.fromEntries(
    Object.entries({ text, rev, version, deleted, reactions: counts, replies }).filter(([, value]) =>
      value !== undefined
    ),
  );
}

export const CHANGES: Case[] = [
  [
    "what names a message by its number in another life is not stored, and what is stored is known by its nonce",
    async (tested) => {
      const log = await tested.log();
      const { epoch } = await appendTo(log, "lobby", by("one"));
      const named = async (event: NewEvent, epoch: string) => {
        const result = await log.append("lobby", event, { policy: 0, epoch });
        return "refused" in result ? result.refused : result.seq;
      };
      const events = [remove(1), edit(1, "two", 0), react(1, "👍", "bob"), reply(1, "yes")];
      for (const event of events) assertEquals(await named(event, "another"), "no_such_message");
      const again = edit(1, "three", 0, { nonce: "n" });
      assertEquals([await named(again, epoch), await named(again, "another")], [2, 2]);
      assertEquals((await log.read("lobby", { after: 0, limit: 9 })).head, 2);
    },
  ],

  ["an edit is an event of its own, and its text is in the message and in every replay", async (tested) => {
    const log = await tested.log();
    await appendTo(log, "lobby", by("first", "n1"));
    assertEquals(await outcomes(log, edit(1, "second", 0, { mentions: ["bob"] })), [2]);
    assertEquals(await stateAt(log, 1), { text: "second", rev: 2, version: 1 });
    assertEquals((await messageAt(log, 1)).mentions, ["bob"]);
    assertEquals(await outcomes(log, edit(1, "third, and longer", 1), edit(1, "4", 2)), [3, 4]);
    const run = await runOf(log);
    assertEquals(textsOf(run), ["4", "4", "4", "4"]);
    assertEquals(run.map((event) => "version" in event && event.version), [3, 3, 3, 3]);
    assertEquals(run.map((event) => "mentions" in event), [false, false, false, false]);
    assertEquals(await stateAt(log, 1), { text: "4", rev: 4, version: 3 });
    const { events, ...page } = await log.read("lobby", { limit: 9 });
    const { epoch } = page;
    assertEquals(page, { epoch, first: 1, head: 4, floor: 0, messageCount: 1, passed: 0 });
    assertEquals([textsOf(events), (events[0] as StoredMessage).ordinal], [["4"], 1]);
  }],

  ["an edit is refused by another author, of an older version, too late, and of what is no message", async (tested) => {
    let now = 1_000_000_000_000;
    const { log } = await tested.logAndStore({ ...systemClock, now: () => now });
    await appendTo(log, "lobby", by("first"));
    await appendTo(log, "lobby", edit(1, "second", 0));
    assertEquals(
      await outcomes(
        log,
        edit(1, "mine", 1, {}, "bob"),
        edit(1, "late", 0),
        edit(1, "early", 2),
        edit(2, "an edit", 0),
        edit(3, "what is to come", 0),
        edit(0, "nothing", 0),
      ),
      ["not_allowed", "conflict", "conflict", "no_such_message", "no_such_message", "no_such_message"],
    );
    now += EDIT_MS + 1;
    assertEquals(await outcomes(log, edit(1, "third", 1), edit(1, "second", 1)), ["too_late", "too_late"]);
    assertEquals((await log.read("lobby", { limit: 0 })).head, 2);
    assertEquals(await stateAt(log, 1), { text: "second", rev: 2, version: 1 });
  }],

  ["a deleted message has its place, and nothing that was said in it or to it", async (tested) => {
    const log = await tested.log();
    await appendTo(log, "lobby", { ...by("first", "n1"), mentions: ["bob"] });
    await appendTo(log, "lobby", by("between"));
    await appendTo(log, "lobby", edit(1, "second", 0, { mentions: ["eve"] }));
    await appendTo(log, "lobby", react(1, "👍", "bob"));
    assertEquals(await outcomes(log, remove(1, {}, "bob"), remove(1, { reason: "a slip" })), ["not_allowed", 5]);
    assertEquals(await stateAt(log, 1), { text: "", rev: 5, deleted: true });
    assertEquals("mentions" in await messageAt(log, 1), false);
    assertEquals((await messageAt(log, 1)).nonce, "n1");
    const run = await runOf(log);
    assertEquals(textsOf(run), ["", "between", "", "react", "delete"]);
    assertEquals(run.map((event) => "deleted" in event), [true, false, true, false, false]);
    assertEquals(JSON.stringify(run).match(/first|second|eve/), null);
    assertEquals((run[4] as { reason?: string }).reason, "a slip");
    assertEquals(
      await outcomes(
        log,
        remove(1),
        edit(1, "third", 1),
        react(1, "🎉", "bob"),
        react(1, "👍", "bob", false),
        reply(1, "?"),
      ),
      ["unchanged at 5", "deleted", "deleted", "deleted", "deleted"],
    );
    assertEquals((await log.read("lobby", { limit: 0 })).head, 5);
    assertEquals(await log.reactors("lobby", { target: 1, emoji: "👍", limit: 9 }), []);
    assertEquals(textsOf((await log.read("lobby", { limit: 9 })).events), ["", "between"]);
  }],

  [
    "reactions are counted by different ids, in the order of each emoji's first, and a reader knows its own",
    async (tested) => {
      const log = await tested.log();
      await appendTo(log, "lobby", by("first"));
      await appendTo(log, "lobby", by("second"));
      assertEquals(
        await outcomes(
          log,
          react(1, "👍", "bob"),
          react(1, "🎉", "bob"),
          react(1, "👍", "ada"),
          react(1, "👍", "bob"),
          react(2, "👍", "bob"),
          react(1, "😂", "ada", false),
          react(1, "👍", "eve"),
        ),
        [3, 4, 5, "unchanged at 5", 6, "unchanged at 5", 7],
      );
      assertEquals(await stateAt(log, 1), { text: "first", rev: 7, reactions: "👍3 🎉1" });
      assertEquals(await stateAt(log, 1, "bob"), { text: "first", rev: 7, reactions: "👍3 mine 🎉1 mine" });
      assertEquals(await stateAt(log, 1, "ada"), { text: "first", rev: 7, reactions: "👍3 mine 🎉1" });
      assertEquals(await stateAt(log, 1, "who"), { text: "first", rev: 7, reactions: "👍3 🎉1" });
      assertEquals(await log.reactors("lobby", { target: 1, emoji: "👍", limit: 9 }), ["ada", "bob", "eve"]);
      assertEquals(await log.reactors("lobby", { target: 1, emoji: "👍", after: "ada", limit: 1 }), ["bob"]);
      assertEquals(await outcomes(log, react(1, "👍", "bob", false), react(1, "👍", "bob", false)), [
        8,
        "unchanged at 8",
      ]);
      assertEquals(await stateAt(log, 1, "bob"), { text: "first", rev: 8, reactions: "👍2 🎉1 mine" });
      assertEquals(
        await outcomes(log, react(1, "👍", "ada", false), react(1, "👍", "eve", false), react(1, "👍", "bob")),
        [9, 10, 11],
      );
      assertEquals(await stateAt(log, 1), { text: "first", rev: 11, reactions: "🎉1 👍1" });
      assertEquals(await outcomes(log, react(1, "👍", "bob", false), react(1, "🎉", "bob", false)), [12, 13]);
      assertEquals(await stateAt(log, 1, "bob"), { text: "first", rev: 13 });
      const [page, run] = [await log.read("lobby", { limit: 9, reader: "bob" }), await runOf(log)];
      assertEquals(page.events.map((event) => (event as StoredMessage).reactions?.length ?? 0), [0, 1]);
      assertEquals(seqs(run), Array.from({ length: 13 }, (_, index) => index + 1));
      assertEquals([await messageAt(log, 2)], run.slice(1, 2));
    },
  ],

  ["a message has so many different emoji at most", async (tested) => {
    const log = await tested.log();
    await appendTo(log, "lobby", by("first"));
    const emoji = Array.from({ length: EMOJI_PER_MESSAGE + 1 }, (_, index) => `${index}`);
    const results = await outcomes(log, ...emoji.map((one) => react(1, one, "bob")), react(1, "0", "eve"));
    assertEquals(results.slice(-3), [EMOJI_PER_MESSAGE + 1, "too_many_emoji", EMOJI_PER_MESSAGE + 2]);
    assertEquals(await outcomes(log, react(1, "7", "bob", false), react(1, emoji.at(-1)!, "eve")), [23, 24]);
    assertEquals((await messageAt(log, 1)).reactions?.length, EMOJI_PER_MESSAGE);
  }],

  ["answers are counted in what they answer, and a thread is read by itself", async (tested) => {
    const log = await tested.log();
    for (const text of ["first", "second"]) await appendTo(log, "lobby", by(text));
    assertEquals(
      await outcomes(log, reply(1, "a"), reply(2, "b"), reply(1, "c"), reply(3, "d"), reply(9, "?"), reply(1, "e")),
      [3, 4, 5, 6, "no_such_message", 7],
    );
    assertEquals(await stateAt(log, 1), { text: "first", rev: 7, replies: 3 });
    assertEquals(await stateAt(log, 3), { text: "a", rev: 6, replies: 1 });
    await appendTo(log, "lobby", edit(5, "C", 0));
    await appendTo(log, "lobby", remove(1));
    assertEquals(await stateAt(log, 1), { text: "", rev: 9, deleted: true, replies: 3 });
    const thread = async (range: { before?: number; limit: number }, root = 1) =>
      textsOf((await log.read("lobby", { thread: root, ...range })).events);
    assertEquals(await thread({ limit: 9 }), ["", "a", "C", "e"]);
    assertEquals(await thread({ limit: 2 }), ["C", "e"]);
    assertEquals(await thread({ limit: 2, before: 5 }), ["", "a"]);
    assertEquals(await thread({ limit: 9 }, 2), ["second", "b"]);
    assertEquals(await thread({ limit: 9 }, 4), ["b"]);
    assertEquals(await thread({ limit: 9 }, 8), []);
    assertEquals((await messageAt(log, 5)).reply, 1);
  }],

  ["a nonce stands for one event, of whatever kind, whatever becomes of it", async (tested) => {
    const log = await tested.log();
    const first = await appendTo(log, "lobby", { ...by("first", "n1"), mentions: ["bob"] });
    const changed = edit(1, "second", 0, { nonce: "n2" });
    assertEquals(await outcomes(log, changed, changed, edit(1, "third", 1, { nonce: "n3" }), changed), [
      2,
      "2 again",
      3,
      "2 again",
    ]);
    assertEquals(
      await outcomes(
        log,
        edit(1, "other", 2, { nonce: "n2" }),
        edit(1, "second", 0, { nonce: "n1" }),
        by("second", "n2"),
        remove(1, { nonce: "n2" }),
        react(1, "👍", "ada", true, "n3"),
        by("third", "n1"),
        by("second", "n1"),
        by("first", "n1"),
      ),
      Array(8).fill("nonce_used"),
    );
    const again = { ...by("first", "n1"), mentions: ["bob"] };
    assertEquals(await appendTo(log, "lobby", again), { ...first, duplicate: true });
    assertEquals(await outcomes(log, react(1, "👍", "ada", true, "n4"), remove(1, { nonce: "n5" })), [4, 5]);
    assertEquals(
      await outcomes(
        log,
        again,
        changed,
        react(1, "👍", "ada", true, "n4"),
        remove(1, { nonce: "n5" }),
        remove(1, { nonce: "n5", reason: "another" }),
        react(1, "👍", "ada", false, "n4"),
        react(1, "🎉", "ada", true, "n4"),
        react(2, "👍", "ada", true, "n4"),
        remove(2, { nonce: "n5" }),
        by("", "n1"),
        { ...again, mentions: ["eve"] },
      ),
      ["1 again", "2 again", "4 again", "5 again", "5 again", ...Array(6).fill("nonce_used")],
    );
    assertEquals((await log.read("lobby", { limit: 0 })).head, 5);
  }],

  [
    "a nonce stands for its event after the data is opened again, however often its text was changed",
    async (tested) => {
      const log = await tested.log();
      const events = [by("first", "n1"), edit(1, "second", 0, { nonce: "n2" }), edit(1, "third", 1, { nonce: "n3" })];
      assertEquals(await outcomes(log, ...events), [1, 2, 3]);
      await log.close();
      const opened = await tested.log();
      assertEquals(await outcomes(opened, ...events, by("third", "n1")), [
        "1 again",
        "2 again",
        "3 again",
        "nonce_used",
      ]);
      assertEquals(await outcomes(opened, remove(1)), [4]);
      await opened.close();
      const last = await tested.log();
      assertEquals(await outcomes(last, ...events, by("", "n1")), ["1 again", "2 again", "3 again", "nonce_used"]);
    },
    "persistent",
  ],

  ["what changes nothing and what is refused is not stored, and its nonce stands for nothing", async (tested) => {
    const log = await tested.log();
    await appendTo(log, "lobby", by("first"));
    assertEquals(
      await outcomes(
        log,
        edit(1, "first", 0, { nonce: "n1" }),
        react(1, "👍", "ada", false, "n1"),
        edit(1, "second", 1, { nonce: "n1" }),
        react(9, "👍", "ada", true, "n1"),
        { ...reply(9, "to nothing"), nonce: "n1" },
        by("taken at last", "n1"),
      ),
      ["unchanged at 1", "unchanged at 1", "conflict", "no_such_message", "no_such_message", 2],
    );
    assertEquals(textsOf(await runOf(log)), ["first", "taken at last"]);
    const other = async () => await log.append("other", react(1, "👍", "ada"));
    assertEquals(await other(), { refused: "no_such_message" });
    const { epoch: _, ...state } = await log.read("other", { limit: 9 });
    assertEquals(state, { first: 1, head: 0, floor: 0, messageCount: 0, events: [], passed: 0 });
  }],

  ["a change may name its message by the author's nonce, in the same commit too", async (tested) => {
    const { log, store } = await tested.logAndStore();
    const byNonce = (kind: "delete" | "react", rest: object, id = "ada") =>
      ({ kind, id, name: "Ada", ...rest }) as NewEvent;
    const events = [
      by("first", "n1"),
      { kind: "edit", id: "ada", name: "Ada", nonce: "n2", targetNonce: "n1", text: "second", version: 0 } as NewEvent,
      byNonce("react", { targetNonce: "n1", emoji: "👍", on: true, nonce: "n3" }),
      byNonce("react", { targetNonce: "n1", emoji: "👍", on: true, nonce: "n3" }),
      byNonce("react", { target: 1, emoji: "👍", on: true, nonce: "n3" }),
      byNonce("react", { targetNonce: "n1", emoji: "🎉", on: true }, "bob"),
      byNonce("react", { targetNonce: "n2", emoji: "🎉", on: true }),
      byNonce("react", { targetNonce: "n9", emoji: "🎉", on: true, nonce: "n9" }),
    ];
    const results = await store.commit(events.map((event) => ({ room: "lobby", event })), { ts: Date.now(), day: 0 });
    assertEquals(
      results.map((result) => "refused" in result ? result.refused : result.duplicate ? "again" : result.seq),
      [1, 2, 3, "again", "nonce_used", "no_such_message", "no_such_message", "no_such_message"],
    );
    assertEquals(await stateAt(log, 1), { text: "second", rev: 3, version: 1, reactions: "👍1" });
    for (const event of (await runOf(log)).slice(1)) {
      assertEquals([(event as { target?: number }).target, "targetNonce" in event], [1, false]);
    }
    assertEquals(await outcomes(log, byNonce("delete", { targetNonce: "n1" })), [4]);
  }],

  ["pages are of messages, and what follows a position is every event", async (tested) => {
    const log = await tested.log();
    for (let round = 1; round <= 20; round++) {
      await appendTo(log, "lobby", by(`m${round}`));
      await appendTo(log, "lobby", react(3 * round - 2, "👍", "bob"));
      await appendTo(log, "lobby", edit(3 * round - 2, `M${round}`, 0));
    }
    const page = async (range: Parameters<MessageLog["read"]>[1]) => {
      const { events, passed, head, messageCount } = await log.read("lobby", range);
      assertEquals([head, messageCount], [60, 20]);
      return [passed, ...seqs(events)];
    };
    assertEquals(await page({ limit: 3 }), [17, 52, 55, 58]);
    assertEquals(await page({ limit: 3, before: 10 }), [0, 1, 4, 7]);
    assertEquals(await page({ limit: 2, before: 9 }), [1, 4, 7]);
    assertEquals(await page({ limit: 3, before: 1 }), [0]);
    assertEquals(await page({ after: 4, limit: 5 }), [2, 5, 6, 7, 8, 9]);
    assertEquals(await page({ after: 6, limit: 2 }), [2, 7, 8]);
    assertEquals(await page({ after: 57, limit: 9 }), [19, 58, 59, 60]);
    assertEquals(await page({ after: 60, limit: 9 }), [20]);
    assertEquals(await page({ after: 4, limit: 3, messagesOnly: true }), [2, 7, 10, 13]);
    assertEquals(seqs((await log.read("lobby", { only: [7, 2, 58, 7, 99], limit: 9 })).events), [7, 58]);
    assertEquals(await page({ limit: 0 }), [20]);
    const ordinals = (await log.read("lobby", { limit: 20 })).events.map((event) => (event as StoredMessage).ordinal);
    assertEquals(ordinals, Array.from({ length: 20 }, (_, index) => index + 1));
  }],

  ["a subscriber hears changes as they were made, and a replay gives them as they are", async (tested) => {
    const log = await tested.log();
    const collector = new Collector();
    await log.subscribe("lobby", collector);
    await outcomes(
      log,
      by("first", "n1"),
      edit(1, "second", 0),
      react(1, "👍", "bob"),
      edit(1, "third", 1),
      reply(1, "?"),
    );
    await collector.until(({ events }) => events.length === 5);
    assertEquals(textsOf(collector.events), ["first", "second", "react", "third", "?"]);
    assertEquals(seqs(collector.events), [1, 2, 3, 4, 5]);
    assertEquals(textsOf(await runOf(log)), ["third", "third", "react", "third", "?"]);
    assertEquals((collector.events[1] as { version?: number }).version, 1);
  }],

  ["everything is as it was after opening again", async (tested) => {
    const log = await tested.log();
    await fill(log, "lobby", 5);
    await outcomes(log, edit(2, "edited", 0), remove(3), react(4, "👍", "bob"), react(4, "👍", "eve"), reply(5, "yes"));
    const ranges = [{ after: 0, limit: 99 }, { limit: 99, reader: "eve" }, { thread: 5, limit: 9 }];
    const read = (opened: MessageLog) => Promise.all(ranges.map((range) => opened.read("lobby", range)));
    const pages = await read(log);
    await log.close();
    const opened = await tested.log();
    assertEquals(await read(opened), pages);
    assertEquals(await outcomes(opened, react(4, "👍", "eve"), edit(2, "more", 1)), ["unchanged at 9", 11]);
  }, "persistent"],

  ["a field that the store does not know comes back: in pages, in the run, after changes", async (tested) => {
    const log = await tested.log();
    const more = { poll: { options: ["yes", "no\0"], until: 5 }, colour: null };
    await appendTo(log, "lobby", { ...by("first"), ...more } as NewEvent);
    await appendTo(log, "lobby", { ...react(1, "👍", "bob"), ...more } as NewEvent);
    await appendTo(log, "lobby", { ...edit(1, "second", 0), ...more } as NewEvent);
    await appendTo(log, "lobby", { ...by("last"), ...more } as NewEvent);
    const known = (events: StoredEvent[]) =>
      events.map((event) => "poll" in event && { poll: event.poll, colour: null });
    assertEquals(known(await runOf(log)), Array(4).fill(more));
    assertEquals(known((await log.read("lobby", { limit: 9 })).events), Array(2).fill(more));
    await appendTo(log, "lobby", { ...remove(1), ...more } as NewEvent);
    assertEquals(known(await runOf(log)), [false, more, more, more, more]);
    assertEquals(await outcomes(log, react(4, "👍", "bob")), [6]);
    assertEquals(known([await messageAt(log, 4)]), [more]);
  }],

  ["an event of a kind that the store does not know is kept, and counts in the run only", async (tested) => {
    const log = await tested.log();
    const pin = { kind: "pin", id: "ada", name: "Ada", nonce: "n1", target: 1, until: 5 } as unknown as NewEvent;
    const topic = { kind: "topic", id: "ada", name: "Ada", topic: "cakes" } as unknown as NewEvent;
    assertEquals(await outcomes(log, topic, by("first"), pin, pin, by("second")), [1, 2, 3, "3 again", 4]);
    const run = await runOf(log);
    assertEquals(run.map(({ kind }) => kind as string | undefined), ["topic", undefined, "pin", undefined]);
    const { ts: _, ...third } = run[2]!;
    assertEquals(third as unknown, { seq: 3, ...pin });
    assertEquals("target" in run[0]!, false);
    const { first, events, messageCount, passed } = await log.read("lobby", { limit: 9 });
    assertEquals([first, seqs(events), messageCount, passed], [2, [2, 4], 2, 0]);
  }],

  ["retention counts messages, and a message goes with its reactions and the changes before it", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 3);
    for (let index = 0; index < 150; index++) await log.append("lobby", react(1 + index % 2, "👍", `id ${index}`));
    await appendTo(log, "lobby", by("m4", "n4"));
    await appendTo(log, "lobby", edit(3, "edited", 0, { nonce: "e3" }));
    assertEquals(await store.trim(4, 0), false);
    assertEquals((await log.read("lobby", { limit: 0 })).first, 1);
    assertEquals((await log.read("lobby", { limit: 0 })).floor, 0);
    await trimmed(store, 3);
    const at = async (range: Parameters<MessageLog["read"]>[1] = { limit: 9 }) => {
      const { first, floor, head, messageCount, passed, events } = await log.read("lobby", range);
      return { first, floor, head, messageCount, passed, seqs: seqs(events) };
    };
    const state = { head: 155, messageCount: 4 };
    assertEquals(await at(), { ...state, first: 2, floor: 1, passed: 1, seqs: [2, 3, 154] });
    assertEquals((await at({ after: 0, limit: 999 })).seqs.length, 154);
    assertEquals((await messageAt(log, 2)).reactions, [{ emoji: "👍", count: 75 }]);
    await trimmed(store, 1);
    assertEquals(await at(), { ...state, first: 154, floor: 3, passed: 3, seqs: [154] });
    assertEquals((await at({ after: 0, limit: 999 })).seqs, Array.from({ length: 152 }, (_, index) => index + 4));
    const last = (await runOf(log)).at(-1)!;
    assertEquals("text" in last && [last.text, last.deleted], ["", true]);
    assertEquals(await outcomes(log, react(2, "👍", "id 1"), reply(3, "?")), ["no_such_message", "no_such_message"]);
    assertEquals(await log.reactors("lobby", { target: 2, emoji: "👍", limit: 9 }), []);
    await trimmed(store, 0);
    assertEquals(await at(), { ...state, first: 156, floor: 154, passed: 4, seqs: [] });
    assertEquals((await at({ after: 0, limit: 9 })).seqs, [155]);
    assertEquals(await outcomes(log, edit(3, "edited", 0, { nonce: "e3" }), by("m1", "n1")), ["155 again", 156]);
    assertEquals(await at(), { head: 156, messageCount: 5, first: 156, floor: 154, passed: 4, seqs: [156] });
  }],

  ["a message of a day that is over goes, however many changes came later", async (tested) => {
    const { log, store } = await tested.logAndStore();
    const commit = (day: number, ...events: NewEvent[]) =>
      store.commit(events.map((event) => ({ room: "lobby", event })), { ts: 1_000_000, day });
    await commit(1, by("first"), by("second"));
    await commit(2, by("third"), react(1, "👍", "bob"));
    await commit(3, react(2, "👍", "bob"), edit(3, "third", 0, { mentions: ["bob"] }));
    await trimmed(store, 100, 2);
    const { first, floor, events } = await log.read("lobby", { after: 0, limit: 9 });
    assertEquals([first, floor, seqs(events)], [3, 2, [3, 4, 5, 6]]);
  }, "days"],

  ["a storm of reactions pushes out no message, and only what is above the floor is replayed", async (tested) => {
    const { log, store } = await tested.logAndStore();
    await fill(log, "lobby", 10);
    const storm = async (from: number, count: number) => {
      for (let done = 0; done < count; done += 1_000) {
        const events = Array.from({ length: 1_000 }, (_, index) => react(5, "👍", `id ${from + done + index}`));
        await store.commit(events.map((event) => ({ room: "lobby", event })), { ts: Date.now(), day: 0 });
      }
    };
    await storm(0, 20_000);
    await trimmed(store, 100);
    assertEquals((await log.read("lobby", { limit: 0 })).floor, 0);
    await storm(20_000, 1_000);
    await trimmed(store, 100);
    const { first, floor, head, events, passed } = await log.read("lobby", { after: 0, limit: 5 });
    assertEquals([first, floor, head, seqs(events), passed], [
      1,
      1_010,
      21_010,
      [1_011, 1_012, 1_013, 1_014, 1_015],
      0,
    ]);
    assertEquals(seqs((await log.read("lobby", { limit: 99 })).events), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assertEquals((await messageAt(log, 5)).reactions, [{ emoji: "👍", count: 21_000 }]);
    assertEquals((await log.read("lobby", { after: 21_000, limit: 99 })).events.length, 10);
    assertEquals(await outcomes(log, react(5, "👍", "id 0")), ["unchanged at 21010"]);
    await appendTo(log, "lobby", by("after it"));
    const run = await log.read("lobby", { after: 5, limit: 30_000 });
    assertEquals([run.passed, run.events.at(-1)?.seq], [5, 21_011]);
  }],
];

async function trimmed(store: Store, keep: number, day = 0): Promise<void> {
  let steps = 0;
  while (await store.trim(keep, day)) assert(steps++ < 2_000, "it never ends");
}
