/** What an event makes of the message that it changes, and how it is told of; `vectors.json` is for the page, too. @module */

import type { StoredChange, StoredEvent, StoredMessage } from "../../chat/event/event.ts";
import { apply, fallback, forget, forgets, recall, shown } from "../../chat/event/kinds.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { Reader } from "./reader.ts";
import vectors from "./vectors.json" with { type: "json" };

const TARGET: StoredMessage = { seq: 17, id: "42", name: "Ada", text: "first", ts: 1000 };
const CHANGE = { seq: 20, id: "42", name: "Ada", ts: 2000, nonce: "n", target: 17 };
const EDIT: StoredChange = { kind: "edit", ...CHANGE, text: "better", version: 1, mentions: ["7"] };
const DELETE: StoredChange = { kind: "delete", ...CHANGE, reason: "spam" };
const REACT: StoredChange = { kind: "react", ...CHANGE, emoji: "👍", on: true };
const UNKNOWN = { kind: "pin", ...CHANGE, on: true } as unknown as StoredChange;

for (const { name, message, event, gives } of vectors.apply) {
  Deno.test(`apply: ${name}`, () => {
    const before = structuredClone(message);
    const after = apply(message as StoredMessage, event as StoredEvent);
    assertEquals(after, gives as StoredMessage);
    assertEquals(message, before, "the message itself stays as it was");
    assertEquals(apply(after, event as StoredEvent), after, "a repeat changes nothing");
  });
}

for (const { name, me, message, event, gives } of vectors.mine) {
  Deno.test(`apply, for one reader: ${name}`, () => {
    const reader = new Reader(me, 19);
    reader.page([message as StoredMessage]);
    reader.run([event as StoredEvent]);
    assertEquals(reader.messages.get(message.seq), gives as StoredMessage);
  });
}

for (const { line, event } of vectors.fallback) {
  Deno.test(`fallback: ${line}`, () => assertEquals(fallback(event as StoredEvent), line));
}

Deno.test("an edit is stored without the text that it brings, the others as they are", () => {
  assertEquals<unknown>(forget(EDIT), { kind: "edit", ...CHANGE });
  for (const change of [DELETE, REACT]) assertEquals(forget(change), change);
  assertEquals([EDIT, DELETE, REACT, UNKNOWN].map(forgets), [true, false, false, false]);
});

Deno.test("an edit is read with the text, the version and the mentions that its target has by then", () => {
  const stored = forget(EDIT);
  const newer = { ...TARGET, text: "best", version: 3, mentions: ["8"], rev: 25 };
  assertEquals(recall(stored, newer), { kind: "edit", ...CHANGE, text: "best", version: 3, mentions: ["8"] });
  const { mentions: _, ...nobody } = newer;
  assertEquals(recall(stored, nobody), { kind: "edit", ...CHANGE, text: "best", version: 3 });
});

Deno.test("an edit of a text that is gone is read without any", () => {
  const empty: StoredChange = { kind: "edit", ...CHANGE, text: "", version: 0, deleted: true };
  assertEquals(recall(forget(EDIT), undefined), empty);
  assertEquals(recall(forget(EDIT), { ...TARGET, text: "", deleted: true, rev: 21 }), empty);
});

Deno.test("other changes are read as they were stored, those of a newer version included", () => {
  for (const change of [DELETE, REACT, UNKNOWN]) {
    assertEquals(recall(change, { ...TARGET, text: "best", version: 3 }), change);
    assertEquals(recall(change, undefined), change);
  }
});

Deno.test("clients are not sent why a message was deleted, nor its ordinal", () => {
  assertEquals(shown(DELETE), { kind: "delete", ...CHANGE });
  assertEquals(shown({ ...TARGET, ordinal: 9 }), TARGET);
  for (const event of [EDIT, REACT, UNKNOWN, TARGET]) assert(shown(event) === event);
});
