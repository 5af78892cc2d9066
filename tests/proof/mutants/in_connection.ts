/** Bugs between the socket and the room: the wire, dialects, commands, the way out. @module */

import { inSimulation, inTest, type Mutant } from "./mutant.ts";

const OUTBOX = "chat/outbox/outbox.ts";
const APPEND = "chat/commands/append.ts";

export const IN_CONNECTION: readonly Mutant[] = [
  inTest(
    "tests/connection_manager_test.ts",
    "without a socket",
    "nobody closes the rooms that only requests have opened",
    [
      "connection_manager.ts",
      `this.#visitors.add(visitor);
    this.#upkeep.start();`,
      `this.#visitors.add(visitor);`,
    ],
  ),
  inSimulation("acknowledgements come in another order than the messages", [
    APPEND,
    `failPoint("before reply");`,
    `failPoint("before reply");
  if ("seq" in result && result.seq % 2 === 0) for (let turn = 0; turn < 9; turn++) await undefined;`,
  ]),
  inSimulation("an acknowledgement carries the time instead of the number", [
    APPEND,
    `room: made, epoch, seq, ts, durability`,
    `room: made, epoch, seq: ts, ts, durability`,
  ]),
  inSimulation("an acknowledgement names the life of the store in which the connection began", [
    APPEND,
    `room: made, epoch, seq`,
    `room: made, epoch: (caller as { epoch?: string }).epoch ??= epoch, seq`,
  ]),
  inSimulation("an acknowledgement promises more than the store keeps", [
    APPEND,
    `const { durability } = chat.log;`,
    `const durability = "fsync";`,
  ]),
  inSimulation("a member gets again what it has already", [
    "chat/dialect/batch.ts",
    `framesOf([...this.#events.slice(skipped).map(`,
    `framesOf([...this.#events.map(`,
  ]),
  inTest("tests/policy/may_test.ts", "outside of a room", "a stranger to a room speaks there", [
    "chat/policy/may.ts",
    `publish: [saidHello, isInRoom, isWriter],`,
    `publish: [saidHello, isWriter],`,
  ]),
  inTest("tests/policy/may_test.ts", "as 42 a client", "anybody may change what an id that is free has said", [
    "chat/policy/may.ts",
    `edit: [saidHello, isInRoom, isWriter, isProven],`,
    `edit: [saidHello, isInRoom, isWriter],`,
  ]),
  inTest("tests/policy/may_test.ts", "as 42 a client", "anybody may delete what an id that is free has said", [
    "chat/policy/may.ts",
    `delete: [saidHello, isInRoom, isWriter, isProven],`,
    `delete: [saidHello, isInRoom, isWriter],`,
  ]),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "one for each seq",
    "a client that knows only messages is not told of a reaction",
    [
      "chat/dialect/batch.ts",
      `framesOf([...this.#events.slice(skipped).map(lineOf)`,
      `framesOf([...this.#events.slice(skipped).filter(({ event }) => made === this.#lines || event.kind !== "react").map(lineOf)`,
    ],
  ),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "without a hole",
    "a client that knows only messages reads a page with holes",
    [
      "chat/room/pages.ts",
      `if (outbox.dialect.knowsChanges || range.thread !== undefined) {`,
      `if (range.limit > 0) {`,
    ],
  ),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "without a hole",
    "a client that knows only messages is sent changes in a reply",
    [
      "chat/dialect/messages_only.ts",
      `return { ...line, messages: line.messages.map(asMessage) };`,
      `return line;`,
    ],
  ),
  inTest("tests/policy/admission_test.ts", "128 random bits", "a key that others can find by trying is taken", [
    "chat/wire/identity.ts",
    `return key.length < fewest;`,
    `return key.length < fewest / 2;`,
  ]),
  inTest("tests/policy/may_test.ts", "or a full one", "a room takes more members than it may have", [
    "chat/policy/may.ts",
    `if (!room.full) return mayBeCalled(session, session.name, room);`,
    `if (room !== undefined) return mayBeCalled(session, session.name, room);`,
  ]),
  inTest("tests/policy/may_test.ts", "proves nothing", "a room refuses somebody for the name that the server gave", [
    "chat/policy/may.ts",
    `isProvable(id) || name === givenName(id) ||`,
    `isProvable(id) ||`,
  ]),
  inTest("tests/dialect/plain_test.ts", "by the close that fits", "a plain client whose text was not stored goes on", [
    "chat/dialect/plain.ts",
    `return line.type === "error" ?`,
    `return line.type === "error" && line.code !== "unavailable" ?`,
  ]),
  inSimulation("a message goes to another room of its author", [
    APPEND,
    `appendAndTell(chat, caller, asked, condition);`,
    `appendAndTell(chat, caller, { ...asked, room: [...caller.session.rooms][0]! }, condition);`,
  ]),
  inSimulation("a change meets the message that has the number in another life", [
    APPEND,
    `{ ...access.condition(caller.session, invite), epoch }`,
    `access.condition(caller.session, invite)`,
  ]),
  inSimulation("what waits for a slow reader has no bound", [
    OUTBOX,
    `if (this.#waiting > limits.OUTBOX_BYTES && this.measure() > limits.OUTBOX_BYTES) {`,
    `if (this.measure() < 0) {`,
  ], [
    OUTBOX,
    `return this.measure() + this.#linesLength > mark;`,
    `return false;`,
  ]),
  inSimulation("a reader that has stopped is kept", [
    OUTBOX,
    `this.#parts.clock.elapsed() - this.#progressAt > limits.OUTBOX_STALL_MS`,
    `this.#parts.clock.elapsed() < 0`,
  ]),
  inSimulation("a connection that has gone stays in the room", [
    "chat/socket/connection.ts",
    `for (const room of [...this.session.rooms]) rooms.leave(this, room);`,
    ``,
  ]),
  inTest("tests/dialect/plain_test.ts", "indented", "a plain text's later lines pass for the server's", [
    "chat/dialect/plain_text.ts",
    "`\\n${INDENT}`",
    "`\\n`",
  ]),
  inTest("tests/dialect/plain_test.ts", "indented", "control characters of eight bits reach a terminal", [
    "chat/dialect/plain_text.ts",
    "\\x7f-\\x9f\\u2028",
    "\\x7f\\u2028",
  ]),
  inTest("tests/socket/rate_test.ts", "stood still", "what was sent while the server stood still counts as too fast", [
    "chat/base/loop_lag.ts",
    `return late > LOOP_LATE_MS ? late : 0;`,
    `return late < 0 ? LOOP_LATE_MS : 0;`,
  ]),
  inTest("tests/socket/rate_test.ts", "told different times", "all who are refused are told the same time", [
    "chat/base/token_bucket.ts",
    `this.#promisedUntil + count / this.#perMs`,
    `0 * count`,
  ]),
  inTest("tests/socket/rate_test.ts", "and no strike", "a refusal that could not be heard yet is a strike", [
    "chat/socket/rate_limiter.ts",
    `this.#goesOn(slowest, retryAfterMs) && this.strike()`,
    `(this.#goesOn(slowest, retryAfterMs), this.strike())`,
  ]),
  inTest(
    "tests/socket/slow_lane_test.ts",
    "does not overtake",
    "a plain text over the rate overtakes those that wait",
    [
      "chat/socket/slow_lane.ts",
      `this.empty && this.#parts.takeOrWaitMs(input) === 0`,
      `this.#parts.takeOrWaitMs(input) === 0`,
    ],
  ),
  inTest("tests/overload/watchdog_test.ts", "nobody else", "an overload closes any connection", [
    "chat/overload/shedding.ts",
    `if (waiting <= OUTBOX_HIGH_WATER_BYTES && refused <= COMMAND_BURST) continue;`,
    ``,
  ]),
  inTest("tests/wire/visible_test.ts", "second Ada", "characters that nobody sees stay in a name", [
    "chat/wire/visible.ts",
    `(_, kept: string | undefined) => kept ?? "");`,
    `(seen) => seen);`,
  ]),
  inTest("tests/wire/visible_test.ts", "stays as it is", "joiners that change what is seen are taken out of a name", [
    "chat/wire/visible.ts",
    `(_, kept: string | undefined) => kept ?? "");`,
    `"");`,
  ]),
  inTest("tests/wire/visible_test.ts", "an id is taken", "an id may have characters in it that nobody sees", [
    "chat/wire/identity.ts",
    `word !== "" && isAllVisible(word)`,
    `word !== ""`,
  ]),
  inTest("tests/wire/protocol_test.ts", "ids become", "two spellings of one id are two people", [
    "chat/wire/identity.ts",
    `.normalize("NFC"));`,
    `);`,
  ]),
  inSimulation("a page of history leaves out the message that it is to end with", [
    "chat/room/pages.ts",
    `readNewest(log, room, asked, reader)`,
    `readNewest(log, room, { ...asked, before: before && before - 1 }, reader)`,
  ]),
  inSimulation("a change is told as a message in the place of the one that it changes", [
    "chat/dialect/messages_only.ts",
    `return { seq, id, name, text, ts };`,
    `return { seq: "target" in event && event.kind === "react" ? event.target : seq, id, name, text, ts };`,
  ]),
  inTest("tests/dialect/messages_only_test.ts", "served late", "a plain socket is sent a line without a text", [
    "chat/dialect/plain_text.ts",
    `safeText(fallback(message))`,
    `safeText((void fallback, message.text))`,
  ]),
  inSimulation("where there was nothing to do, the acknowledgement does not say so", [
    "chat/commands/append.ts",
    `ts, durability, unchanged, repeated });`,
    `ts, durability, unchanged: unchanged && undefined, repeated });`,
  ]),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "says where it ends",
    "a page for clients that know only messages claims more than it has",
    ["chat/room/pages.ts", `head: events.at(-1)?.seq ?? page.head, messageCount:`, `messageCount:`],
  ),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "whose changes are trimmed",
    "a page for clients that know only messages lacks those behind which everything was trimmed meanwhile",
    ["chat/room/pages.ts", `|| page.floor > after) return`, `|| page.floor < 0) return`],
  ),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "counts those up to where it ends",
    "a page for clients that know only messages counts those behind its end",
    ["chat/room/pages.ts", `messageCount: countOf(page.events) ??`, `messageCount: page.messageCount ??`],
  ),
  inTest(
    "tests/dialect/messages_only_test.ts",
    "in which nothing was yet",
    "a page for clients that know only messages lacks the changes that came while it was read",
    [
      "chat/room/pages.ts",
      `page.epoch === epoch && Math.min(before - 1, page.head) === last ?`,
      `page.epoch === epoch ?`,
    ],
  ),
];
