/** Bugs in what the owner of a room sets. @module */

import { inTest, type Mutant } from "./mutant.ts";

const SETTINGS = "tests/commands/room_settings_test.ts";
const TABLE = "tests/policy/permit_test.ts";
const CATCH_UP = "chat/room/catch_up.ts";
const PERMIT = "chat/policy/permit.ts";

export const IN_ROOM_SETTINGS: readonly Mutant[] = [
  inTest(SETTINGS, "in slow mode everybody below", "moderators wait in slow mode", [
    PERMIT,
    `const isSlow = slowMs > 0 && !isAtLeast(`,
    `const isSlow = slowMs > 0 || !isAtLeast(`,
  ]),
  inTest(SETTINGS, "for as long as its room says", "a room's word on edits is not heard", [
    PERMIT,
    `return { editMs: editWindowMs, slowMs`,
    `return { editMs: undefined, slowMs`,
  ]),
  inTest(
    "tests/stores/kv/store_test.ts",
    "of two openers to whom somebody writes",
    "each process has a slow mode of its own",
    [
      "chat/stores/kv/append.ts",
      `if (isSlowed(entry)) view.set(`,
      `if (entry.room === "") view.set(`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "in slow mode each author", "nobody waits in slow mode", [
    "chat/stores/sqlite/append.ts",
    `if (facts.slowMs !== undefined && event.kind === undefined) {`,
    `if (room.id === 0 && event.kind === undefined) {`,
  ]),
  inTest(SETTINGS, "a newcomer reads a private room", "a newcomer's page of history begins before its place", [
    "chat/room/room.ts",
    `(log) => readHistory(log,`,
    `() => readHistory(this.#log,`,
  ]),
  inTest(SETTINGS, "a newcomer reads a private room", "a newcomer joins before its place", [
    "chat/room/room.ts",
    `const start = await readStart(log,`,
    `const start = await readStart(this.#log,`,
  ]),
  inTest(SETTINGS, "a newcomer reads a private room", "a newcomer is sent quotes from before its place", [
    "chat/room/newcomer.ts",
    `const from = after === undefined`,
    `if (range.only !== undefined) return await log.read(room, range);
      const from = after === undefined`,
  ]),
  inTest(SETTINGS, "a newcomer reads a private room", "a newcomer is told who reacted before its place", [
    "chat/commands/reading.ts",
    `target <= chat.rooms.get(room)!.access.hiddenFrom(caller.session)`,
    `target < 0`,
  ]),
  inTest(
    "tests/room/catch_up_test.ts",
    "a newcomer is never served",
    "a newcomer that is behind is sent what was before its place",
    [
      CATCH_UP,
      `withoutHidden(read, access.hiddenFrom(connection.session))`,
      `withoutHidden(read, 0)`,
    ],
  ),
  inTest(
    "tests/room/catch_up_test.ts",
    "a newcomer is never served",
    "a newcomer is sent the page that was read for others",
    [
      CATCH_UP,
      `&& !isHidden;`,
      `&& (!isHidden || cursor === 0);`,
    ],
  ),
  inTest(SETTINGS, "read by what the room was before", "a newcomer's page is read by what the room was before", [
    "chat/room/room.ts",
    `if (this.access.hiddenFrom(session) === hidden) return found;`,
    `if (hidden >= 0) return found;`,
  ]),
  inTest(TABLE, "reads from its place on", "somebody who comes back reads on from the first place", [
    "chat/policy/room_policy.ts",
    `if (!isMember(place.role)) Object.assign(`,
    `if (place.since === 0) Object.assign(`,
  ], [
    "chat/policy/room_policy.ts",
    `if (!isMember(role)) Object.assign(`,
    `if (role === undefined) Object.assign(`,
  ]),
  inTest(TABLE, "a newcomer may write so long after", "a newcomer's wait begins anew with its place", [
    PERMIT,
    `Math.min(cameMs, policy.sinceOf(id).ms)`,
    `policy.sinceOf(id).ms`,
  ]),
  inTest(SETTINGS, "newcomers wait", "those who are in the room wait as if they came when the owner said so", [
    "chat/room/arrivals.ts",
    `this.#first.get(key) ?? nowMs, nowMs`,
    `this.#first.get(key) ?? Infinity, Date.now()`,
  ]),
  inTest(SETTINGS, "newcomers wait", "somebody who comes back waits anew", [
    "chat/room/arrivals.ts",
    `Math.min(this.#first.get(key) ?? nowMs, nowMs)`,
    `nowMs`,
  ]),
  inTest(SETTINGS, "a mute that ends by itself", "nobody is told that its mute is over", [
    "chat/room/access.ts",
    `this.#nextMs = Math.min(this.#nextMs, untilMs);`,
    `this.#nextMs = Math.max(this.#nextMs, untilMs);`,
  ]),
  inTest(SETTINGS, "newcomer reads a private room", "a newcomer answers and changes what it may not read", [
    "chat/commands/append.ts",
    `typeof target === "number" && target <= access.hiddenFrom(caller.session)`,
    `false`,
  ]),
];
