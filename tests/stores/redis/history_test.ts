/** What a process shows to Redis of what it has seen. @module */

import { SeenHistory } from "../../../chat/stores/redis/history.ts";
import { assert, assertEquals } from "../../lib/assert.ts";

/** What would be shown now: the epoch, the answered and the heard position. */
function shown(history: SeenHistory): string[] {
  const { epoch, answered, heard } = history.evidence;
  return [epoch, answered, heard];
}

/** A history that was answered once. */
function begun(): SeenHistory {
  const history = new SeenHistory();
  assertEquals(history.answer(history.evidence, "1.a", "5-x"), false);
  return history;
}

Deno.test("the latest answer is shown, and what was heard until it was shown once", () => {
  const history = begun();
  assert(history.hear("1.a", "6-x"));
  const first = history.evidence;
  assert(history.hear("1.a", "7-x"));
  history.answer(first, "1.a", "6-x");
  assertEquals(shown(history), ["1.a", "6-x", "7-x"]);
  history.answer(history.evidence, "1.a", "8-x");
  assertEquals(shown(history), ["1.a", "8-x", ""]);
  history.answer(first, "1.a", "6-x");
  assertEquals(shown(history), ["1.a", "8-x", ""]);
});

Deno.test("what is heard after an interruption is not believed until a script was run that began after it", () => {
  const history = begun();
  history.hear("1.a", "6-x");
  const before = history.evidence;
  history.interrupt();
  assertEquals(history.hear("1.a", "9-y"), false);
  history.answer(before, "1.a", "6-x");
  assertEquals(history.hear("1.a", "9-y"), false);
  history.answer(history.evidence, "1.a", "6-x");
  assert(history.hear("1.a", "9-y"));
});

Deno.test("what was heard is still shown after an interruption, whatever is heard then", () => {
  const history = begun();
  history.hear("1.a", "6-x");
  history.interrupt();
  history.hear("1.a", "9-y");
  assertEquals(shown(history), ["1.a", "5-x", "6-x"]);
});

Deno.test("a later epoch is gone over to, with nothing seen under it; an earlier one is not gone back to", () => {
  const history = begun();
  assert(history.enter("2.b"));
  assertEquals(shown(history), ["2.b", "", ""]);
  assertEquals(history.enter("1.a"), false);
  assertEquals(history.enter("abc-def"), false);
  assertEquals(history.hear("1.a", "9-x"), false);
  assertEquals(history.answer({ ...history.evidence, epoch: "1.a" }, "1.a", "9-x"), false);
  assertEquals(shown(history), ["2.b", "", ""]);
  assert(history.answer(history.evidence, "10.c", "2-z"));
  assertEquals(shown(history), ["10.c", "2-z", ""]);
});
