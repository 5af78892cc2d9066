/** Bugs in what the owner of a room sets. @module */

import { inTest, type Mutant } from "./mutant.ts";

const SETTINGS = "tests/commands/room_settings_test.ts";
const SQLITE = "tests/stores/sqlite/store_test.ts";
const KV = "tests/stores/kv/store_test.ts";
const STATEMENTS = "chat/stores/sqlite/statements.ts";
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
    KV,
    "of two openers to whom somebody writes",
    "each process has a slow mode of its own",
    [
      "chat/stores/kv/append.ts",
      `if (isSlowed(entry)) view.set(`,
      `if (entry.room === "") view.set(`,
    ],
  ),
  inTest(SQLITE, "in slow mode each author", "nobody waits in slow mode", [
    "chat/stores/sqlite/append.ts",
    `if (isSlowed(entry)) {`,
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
    "chat/room/newcomer.ts",
    `if (access.hiddenFrom(actor) === hidden) return found;`,
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
  inTest(SQLITE, "a room keeps fewer messages", "what one room keeps, every room keeps", [
    "chat/stores/sqlite/listing.ts",
    `keep_days = coalesce(?3, keep_days)
    WHERE id = ?1`,
    `keep_days = coalesce(?3, keep_days)
    WHERE ?1 > 0`,
  ]),
  inTest(SQLITE, "a room keeps fewer messages", "a room keeps more than its server", [
    STATEMENTS,
    `"min(?3, coalesce(nullif(keep_messages, 0), ?3))"`,
    `"coalesce(nullif(keep_messages, 0), ?3)"`,
  ]),
  inTest(SQLITE, "for fewer days", "a room that keeps its days keeps those that its server removes", [
    STATEMENTS,
    `"max(?4, coalesce(?5 - nullif(keep_days, 0), ?4))"`,
    `"coalesce(?5 - nullif(keep_days, 0), ?4)"`,
  ]),
  inTest(SQLITE, "whoever reopens the store keeps", "what a room keeps is forgotten over a restart", [
    "chat/stores/sqlite/run.ts",
    `db.prepare("UPDATE meta SET epoch = ?`,
    `db.exec("UPDATE rooms SET keep_messages = 0"), db.prepare("UPDATE meta SET epoch = ?`,
  ]),
  inTest("tests/log/retention_test.ts", "wants less", "rooms that keep messages for days never remove one", [
    "chat/log/retention.ts",
    `store.trim(keep, from, now)`,
    `store.trim(keep, from)`,
  ]),
  inTest(KV, "whoever reopens the store keeps", "Deno KV does not store what a room keeps", [
    "chat/stores/kv/append.ts",
    `Object.assign(room, { keepMessages, keepDays });`,
    ``,
  ]),
  inTest(KV, "a room keeps fewer messages", "a server on Deno KV that keeps all trims no room", [
    "chat/stores/kv/append.ts",
    `view.set(KvKey.ownRetention(name), keepMessages || keepDays ? true : null);`,
    ``,
  ]),
  inTest(KV, "for fewer days", "a room on Deno KV keeps messages for as long as its server", [
    "chat/stores/kv/trim.ts",
    `keepDays ? firstDayKept(today, keepDays) : from`,
    `from`,
  ]),
];
