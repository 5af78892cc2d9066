/** What an event makes of a message in the page: the same as in the server, by the same cases. @module */

import { apply } from "../../static/client/changes.js";
import type { Message, RoomEvent } from "../../static/client/lines.js";
import { assert, assertEquals } from "../lib/assert.ts";
import vectors from "../event/vectors.json" with { type: "json" };

for (const { name, message, event, gives } of vectors.apply) {
  Deno.test(`the page's apply: ${name}`, () => {
    const before = structuredClone(message);
    const after = apply(message as Message, event as RoomEvent);
    assertEquals(after, gives as Message);
    assertEquals(message, before, "the message itself stays as it was");
    assertEquals(apply(after, event as RoomEvent), after, "a repeat changes nothing");
  });
}

for (const { name, me, message, event, gives } of vectors.mine) {
  Deno.test(`the page's apply, for one reader: ${name}`, () => {
    assertEquals(apply(message as Message, event as RoomEvent, me), gives as Message);
  });
}

Deno.test("a message that nothing changes stays the same object", () => {
  const message = { seq: 1, id: "7", name: "Ada", text: "hi", ts: 1, rev: 5 };
  const change = { kind: "react", id: "8", name: "Bob", ts: 2, target: 1, emoji: "👍", on: true } as const;
  assert(apply(message, { ...change, seq: 5 }, "7") === message);
  assert(apply(message, { ...change, seq: 6, target: 2 }, "7") === message);
});

Deno.test("a change that lacks what its kind needs is none that can be applied", () => {
  const message = { seq: 1, id: "7", name: "Ada", text: "hi", ts: 1 };
  for (const change of [{ kind: "edit", text: "x" }, { kind: "react", emoji: 7, on: true }, { kind: "toString" }]) {
    assert(apply(message, { seq: 5, id: "7", name: "Ada", ts: 2, target: 1, ...change } as RoomEvent) === message);
  }
});
