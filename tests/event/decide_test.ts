/** What an event does, case by case. @module */

import type { Edit, Facts, NewChange, NewEvent, NewMessage, Reaction, StoredMessage } from "../../chat/event/event.ts";
import { contentOf, decide, targetOf, type Writes } from "../../chat/event/kinds.ts";
import { EDIT_MS, EMOJI_PER_MESSAGE } from "../../chat/limits.ts";
import { assertEquals } from "../lib/assert.ts";

const ADA = { id: "k-ada", name: "Ada" };
const BOB = { id: "7", name: "Bob" };
const TARGET: StoredMessage = { seq: 17, ...ADA, text: "first", ts: 1000 };
const EDITED: StoredMessage = { ...TARGET, text: "second", version: 1, mentions: ["7"], rev: 18 };
const DELETED: StoredMessage = { ...TARGET, text: "", deleted: true, rev: 19 };
const PLACE = { seq: 20, ts: 2000 };
/** The reaction of `react`, and as many others as there may be at a message. */
const THUMB = { emoji: "👍", count: 1 };
const OTHERS = Array.from(
  { length: EMOJI_PER_MESSAGE },
  (_, n) => ({ emoji: String.fromCodePoint(0x1f400 + n), count: 1 }),
);

const edit = (fields: Partial<Edit & NewChange> = {}): NewChange => (
  { kind: "edit", ...ADA, nonce: "n", target: 17, text: "better", version: 0, ...fields } as NewChange
);
const remove = (fields: { id?: string; reason?: string } = {}): NewChange => (
  { kind: "delete", ...ADA, nonce: "n", target: 17, ...fields }
);
const react = (fields: Partial<Reaction> = {}): NewChange => (
  { kind: "react", ...BOB, nonce: "n", target: 17, emoji: "👍", on: true, ...fields }
);
const answer = (fields: Partial<NewMessage> = {}): NewMessage => ({
  ...BOB,
  nonce: "n",
  text: "yes",
  reply: 17,
  ...fields,
});

interface Case {
  does: string;
  event: NewEvent;
  facts?: Facts;
  ts?: number;
  gives: string | Partial<StoredMessage>;
}

/** `gives`: why it is refused, or `unchanged`, or what is new in its target. */
const CASES: Case[] = [
  { does: "a message needs nothing", event: { ...ADA, text: "hello" }, gives: {} },

  { does: "an answer counts at its target", event: answer(), facts: { target: TARGET }, gives: { replies: 1 } },
  {
    does: "another answer counts, too",
    event: answer(),
    facts: { target: { ...EDITED, replies: 1 } },
    gives: { replies: 2 },
  },
  { does: "an answer to oneself counts, too", event: answer(ADA), facts: { target: TARGET }, gives: { replies: 1 } },
  { does: "an answer to nothing that is kept", event: answer(), gives: "no_such_message" },
  { does: "an answer to a deleted message", event: answer(), facts: { target: DELETED }, gives: "deleted" },

  { does: "an edit", event: edit(), facts: { target: TARGET }, gives: { text: "better", version: 1 } },
  {
    does: "an edit of an edit",
    event: edit({ version: 1, mentions: ["k-c"] }),
    facts: { target: EDITED },
    gives: { text: "better", version: 2, mentions: ["k-c"] },
  },
  {
    does: "an edit by nonce",
    event: edit({ target: undefined, targetNonce: "m" }),
    facts: { target: TARGET },
    gives: { text: "better", version: 1 },
  },
  { does: "an edit of nothing that is kept", event: edit(), gives: "no_such_message" },
  { does: "an edit of nothing at all", event: edit({ target: undefined }), gives: "no_such_message" },
  { does: "an edit of another's message", event: edit(BOB), facts: { target: TARGET }, gives: "not_allowed" },
  { does: "an edit of another's deleted message", event: edit(BOB), facts: { target: DELETED }, gives: "not_allowed" },
  { does: "an edit of a deleted message", event: edit(), facts: { target: DELETED }, gives: "deleted" },
  {
    does: "an edit at the last moment",
    event: edit(),
    facts: { target: TARGET },
    ts: 1000 + EDIT_MS,
    gives: { text: "better", version: 1 },
  },
  { does: "an edit after it", event: edit(), facts: { target: TARGET }, ts: 1001 + EDIT_MS, gives: "too_late" },
  {
    does: "an edit after what the room allows",
    event: edit(),
    facts: { target: TARGET, editMs: 100 },
    ts: 1101,
    gives: "too_late",
  },
  {
    does: "a message in a slow room",
    event: { ...ADA, text: "hi" },
    facts: { slowMs: 100, lastMs: 1000 },
    ts: 1099,
    gives: "slow_mode",
  },
  {
    does: "an answer in a slow room",
    event: { ...ADA, text: "hi", reply: 17 },
    facts: { target: TARGET, slowMs: 100, lastMs: 1000 },
    ts: 1099,
    gives: "slow_mode",
  },
  {
    does: "an answer once the wait is over",
    event: { ...ADA, text: "hi", reply: 17 },
    facts: { target: TARGET, slowMs: 100, lastMs: 1000 },
    ts: 1100,
    gives: { replies: 1 },
  },
  { does: "an edit of an older version", event: edit(), facts: { target: EDITED }, gives: "conflict" },
  {
    does: "an edit of a version that is not yet",
    event: edit({ version: 2 }),
    facts: { target: EDITED },
    gives: "conflict",
  },
  {
    does: "an edit that says the same",
    event: edit({ text: "second", version: 1, mentions: ["7"] }),
    facts: { target: EDITED },
    gives: "unchanged",
  },
  {
    does: "an edit that says the same of an older version",
    event: edit({ text: "second", mentions: ["7"] }),
    facts: { target: EDITED },
    gives: "conflict",
  },
  {
    does: "an edit that only mentions others",
    event: edit({ text: "second", version: 1, mentions: ["8"] }),
    facts: { target: EDITED },
    gives: { text: "second", version: 2, mentions: ["8"] },
  },
  {
    does: "an edit that mentions two people, where one was mentioned whose id has a comma",
    event: edit({ text: "second", version: 1, mentions: ["7", "8"] }),
    facts: { target: { ...EDITED, mentions: ["7,8"] } },
    gives: { text: "second", version: 2, mentions: ["7", "8"] },
  },
  {
    does: "an edit that only mentions nobody any more",
    event: edit({ text: "second", version: 1 }),
    facts: { target: EDITED },
    gives: { text: "second", version: 2, mentions: undefined },
  },
  {
    does: "an edit that says what is no mention",
    event: edit({ text: "first", mentions: [] }),
    facts: { target: TARGET },
    gives: "unchanged",
  },

  { does: "a deletion", event: remove(), facts: { target: TARGET }, gives: { text: "", deleted: true } },
  {
    does: "a deletion of an edited message, however old",
    event: remove({ reason: "spam" }),
    facts: { target: EDITED },
    ts: 1e12,
    gives: { text: "", deleted: true, version: undefined, mentions: undefined },
  },
  { does: "a deletion of nothing that is kept", event: remove(), gives: "no_such_message" },
  { does: "a deletion of another's message", event: remove(BOB), facts: { target: TARGET }, gives: "not_allowed" },
  {
    does: "a deletion of another's deleted message",
    event: remove(BOB),
    facts: { target: DELETED },
    gives: "not_allowed",
  },
  { does: "a deletion of a deleted message", event: remove(), facts: { target: DELETED }, gives: "unchanged" },

  { does: "a reaction", event: react(), facts: { target: TARGET }, gives: { reactions: [THUMB] } },
  {
    does: "a reaction to one's own message, however old",
    event: { ...react(), ...ADA },
    facts: { target: TARGET },
    ts: 1e12,
    gives: { reactions: [THUMB] },
  },
  { does: "a reaction to nothing that is kept", event: react(), gives: "no_such_message" },
  { does: "a reaction to a deleted message", event: react(), facts: { target: DELETED }, gives: "deleted" },
  {
    does: "a reaction taken back from a deleted message",
    event: react({ on: false }),
    facts: { target: DELETED },
    gives: "deleted",
  },
  { does: "a reaction that stands", event: react(), facts: { target: TARGET, reacted: true }, gives: "unchanged" },
  {
    does: "a reaction taken back",
    event: react({ on: false }),
    facts: { target: { ...TARGET, reactions: [THUMB] }, reacted: true },
    gives: { reactions: undefined },
  },
  {
    does: "a reaction taken back that does not stand",
    event: react({ on: false }),
    facts: { target: TARGET },
    gives: "unchanged",
  },
  {
    does: "the last emoji that a message can have",
    event: react(),
    facts: { target: { ...TARGET, reactions: OTHERS.slice(1) } },
    gives: { reactions: [...OTHERS.slice(1), THUMB] },
  },
  {
    does: "one emoji more",
    event: react(),
    facts: { target: { ...TARGET, reactions: OTHERS } },
    gives: "too_many_emoji",
  },
  {
    does: "an emoji taken back from a message that has all it can have",
    event: react({ on: false }),
    facts: { target: { ...TARGET, reactions: [...OTHERS, THUMB] }, reacted: true },
    gives: { reactions: OTHERS },
  },
];

for (const { does, event, facts = {}, ts = PLACE.ts, gives } of CASES) {
  const outcome = typeof gives === "string" ? gives : "stored";
  Deno.test(`${does}: ${outcome}`, () => {
    const decision = decide(event, facts, { ...PLACE, ts });
    if (gives === "unchanged") return assertEquals(decision, { unchanged: facts.target! });
    if (typeof gives === "string") return assertEquals<unknown>("refused" in decision && decision.refused, gives);
    if (!("event" in decision)) throw new Error(JSON.stringify(decision));
    // The number and the time are the room's, the target has its number, and an edit the version that it makes.
    const { targetNonce: _, ...handedIn } = { targetNonce: undefined, ...event };
    const version = event.kind === "edit" ? { version: event.version + 1 } : {};
    const target = event.kind === undefined ? {} : { target: 17 };
    assertEquals(decision.event, { ...handedIn, ...version, ...target, seq: 20, ts } as typeof decision.event);
    if (facts.target === undefined) return assertEquals(decision.target, undefined);
    const expected = Object.entries({ ...facts.target, ...gives, rev: 20 }).filter(([, value]) => value !== undefined);
    assertEquals<unknown>(decision.target, Object.fromEntries(expected));
  });
}

Deno.test("the reactions to a message are over once it is deleted, and not when the last one is taken back", () => {
  const target = { ...TARGET, reactions: [THUMB] };
  const areOver = (event: NewEvent, facts: Facts) => (decide(event, facts, PLACE) as Writes).reactionsAreOver ?? false;
  assertEquals(areOver(remove(), { target }), true);
  assertEquals(areOver(remove(), { target: TARGET }), false);
  assertEquals(areOver(edit(), { target }), false);
  assertEquals(areOver(react({ on: false }), { target, reacted: true }), false);
});

Deno.test("an event of a kind that only a newer version has is kept as it is", () => {
  const event = { kind: "pin", ...ADA, nonce: "n", target: 17, on: true } as unknown as NewEvent;
  assertEquals<unknown>(decide(event, {}, PLACE), { event: { ...event, ...PLACE } });
  assertEquals<unknown>(decide(event, { target: TARGET }, PLACE), { event: { ...event, ...PLACE } });
});

Deno.test("an event needs the message that it answers or changes, by number or by its author's nonce", () => {
  assertEquals(targetOf({ ...ADA, text: "hello" }), undefined);
  assertEquals(targetOf(answer()), 17);
  assertEquals(targetOf(remove()), 17);
  assertEquals(targetOf({ kind: "delete", ...ADA, targetNonce: "n1" }), "n1");
});

Deno.test("the content of a message stays as it is, because fingerprints of it are stored", () => {
  assertEquals(contentOf({ ...ADA, nonce: "n", text: "hello" }), ["message", null, "hello", null, null, null, null]);
  assertEquals(contentOf(answer({ mentions: ["7"] })), ["message", null, "yes", 17, ["7"], null, null]);
});

Deno.test("two commands have the same content if, but for their name, version and reason, they are the same", () => {
  const contents = [
    ...[{ text: "a" }, { text: "b" }, { text: "a", reply: 1 }, { text: "a", reply: 2 }, { text: "a", mentions: ["7"] }]
      .map((fields): NewEvent => ({ ...ADA, ...fields })),
    ...[{}, { text: "a" }, { mentions: ["7"] }, { mentions: ["7", "8"] }, { target: 18 }].map(edit),
    edit({ target: undefined, targetNonce: "17" }),
    remove(),
    { ...remove(), target: 18 },
    ...[{}, { emoji: "🎉" }, { on: false }].map(react),
    { ...react(), target: 18 },
  ].map((event) => JSON.stringify(contentOf(event)));
  assertEquals(new Set(contents).size, contents.length, contents.join("\n"));
  for (
    const [one, other] of [
      [edit(), edit({ version: 3, name: "Countess", nonce: "other" })],
      [remove(), remove({ reason: "spam" })],
      [react(), { ...react(), name: "Robert" }],
    ] as const
  ) {
    assertEquals(contentOf(one!), contentOf(other!));
  }
});
