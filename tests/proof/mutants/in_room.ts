/** Bugs in the room: joining and resuming, the fan-out, catching up, presence. @module */

import { inSimulation, inSimulationFrom, inTest, type Mutant } from "./mutant.ts";

const ROOM = "chat/room/room.ts";
const START = "chat/room/start.ts";
const FAN_OUT = "chat/room/fan_out.ts";
const CATCH_UP = "chat/room/catch_up.ts";
const MEMBERSHIP = "chat/room/membership.ts";

export const IN_ROOM: readonly Mutant[] = [
  inSimulation("the epoch is not looked at when a client resumes", [
    START,
    `return page.epoch === after.epoch && after.seq <= page.head`,
    `return after.seq <= page.head`,
  ]),
  inSimulation("a client that resumes is not told that messages were trimmed", [
    START,
    `after.seq <= page.head && isWhole(page, after.seq, limits.PAGE_MESSAGES) &&`,
    `after.seq <= page.head &&`,
  ]),
  inSimulation("a client that resumes is not told that the store has lost messages", [
    START,
    `isWhole(page, after.seq, limits.PAGE_MESSAGES)`,
    `page.first <= after.seq + 1`,
  ]),
  inSimulationFrom(287, "a client that joins is not told that the store has lost some of the newest messages", [
    START,
    `const run = newestRun(page, !reader.outbox.dialect.knowsChanges);`,
    `const run = page.events;`,
  ]),
  inSimulation("only the first page of a replay is sent, and it counts as recovered", [
    ROOM,
    `{ epoch: start.epoch, seq: last ?? start.seq }`,
    `{ epoch: start.epoch, seq: (void last, start.seq) }`,
  ]),
  inSimulation("what comes while a member joins is not sent to it", [
    ROOM,
    `{ epoch: start.epoch, seq: last ?? start.seq }`,
    `{ epoch: this.#fanOut.epoch, seq: (void last, this.#fanOut.head) }`,
  ]),
  inSimulation("what is live is sent before what was missed", [
    FAN_OUT,
    `const isServed = membership.catchingUp || membership.held ||`,
    `const isServed = membership.held ||`,
  ], [
    FAN_OUT,
    `(membership.cursor < batch.first - 1 || connection.outbox.full)`,
    `connection.outbox.full`,
  ]),
  inSimulation("a joined says wrongly how many messages are missing", [
    START,
    `Math.max(before - had, 0)`,
    `head - after.seq`,
  ]),
  inTest(
    "tests/room/fan_out_test.ts",
    "a round that broke",
    "members that a broken fan-out missed are not served",
    [
      FAN_OUT,
      `if (membership.cursor < this.takenUp || membership.missedPresence) onBehind(membership);`,
      `void onBehind;`,
    ],
  ),
  inSimulation("messages are sent again after a reset", [
    MEMBERSHIP,
    `this.cursor = head;`,
    `this.cursor = first - 1;`,
  ]),
  inTest(
    "tests/outbox/slow_reader_test.ts",
    "once there is room",
    "a member that was too slow is forgotten",
    [CATCH_UP, `this.#lagging.add(membership);`, `void membership;`],
  ),
  inSimulation("a member that catches up is not told what was trimmed meanwhile", [
    CATCH_UP,
    `if (epoch !== page.epoch || isGap) {`,
    `if (epoch !== page.epoch) {`,
  ]),
  inSimulation("a member that catches up is not told that the store has lost messages", [
    CATCH_UP,
    `const isGap = !isWhole(page, cursor, PAGE_MESSAGES);`,
    `const isGap = page.first > cursor + 1;`,
  ]),
  inTest(
    "tests/room/epoch_race_test.ts",
    "asked for before a reset",
    "a page that was asked for before a reset is sent after it",
    [
      CATCH_UP,
      `if (membership.cursor !== cursor || membership.epoch !== epoch) return true;`,
      ``,
    ],
  ),
  inTest(
    "tests/room/epoch_race_test.ts",
    "not moved back",
    "a reset moves back a member that was further already",
    [
      ROOM,
      `if (membership.epoch === state.epoch) this.catchUp.serve(membership);
      else membership.reset(this.name, state);`,
      `membership.reset(this.name, state);`,
    ],
  ),
  inTest(
    "tests/room/fan_out_test.ts",
    "people come without a pause",
    "a round of the fan-out goes on while people come",
    [FAN_OUT, `if (--unserved === 0) break;`, `void unserved;`],
  ),
  inTest(
    "tests/room/catch_up_test.ts",
    "has its turns",
    "a member that catches up holds up everybody else",
    [
      CATCH_UP,
      `return this.#parts.turns.run(membership.connection, () => this.#servePage(membership));`,
      `return this.#servePage(membership);`,
    ],
  ),
  inTest(
    "tests/room/epoch_race_test.ts",
    "an answer of the old life",
    "a member that joined under the old epoch after the reset stays there",
    [
      CATCH_UP,
      `(cursor < fanOut.takenUp || epoch !== fanOut.epoch || end !== undefined)`,
      `(cursor < fanOut.takenUp || end !== undefined)`,
    ],
  ),
  inSimulation("a pong claims what was not sent", [
    ROOM,
    `seq: membership?.cursor ?? 0`,
    `seq: this.#fanOut.takenUp`,
  ]),
  inTest(
    "tests/room/fan_out_test.ts",
    "without a pause",
    "messages that came during a round count as sent to all when it ends",
    [
      FAN_OUT,
      `if (firstBatch.epoch === this.epoch) {
        this.#going = this.#going.filter(({ event }) => event.seq > firstBatch.last);`,
      `if (batch.epoch === this.epoch) {
        this.#going = this.#going.filter(({ event }) => event.seq > batch.last);`,
    ],
  ),
  inSimulation("a room that was too busy for its tail does not ask for what it left in the log", [
    ROOM,
    `congested ? this.#subscription?.pause() : this.#subscription?.resume()`,
    `congested ? this.#subscription?.pause() : undefined`,
  ]),
  inTest("tests/room/roster_test.ts", "under two names", "the name of a connection that has gone stays", [
    "chat/room/roster.ts",
    `if (member.shown === connection) {`,
    `if (member.shown === undefined) {`,
  ]),
  inTest("tests/room/roster_test.ts", "a name is held by", "the name of a member that has gone stays taken", [
    "chat/room/roster.ts",
    `this.#count(id, member.name, -1);
    this.#members.delete(id);`,
    `this.#members.delete(id);`,
  ]),
  inTest("tests/room/roster_test.ts", "renames nobody", "a stranger who takes a free id renames those who have it", [
    "chat/room/roster.ts",
    `member.names.size === 1 || isProvable(id)`,
    `member.names.size > 0 || isProvable(id)`,
  ]),
  inTest(
    "tests/room/roster_test.ts",
    "by whatever connections",
    "an id with many connections is told of without end",
    [
      "chat/room/roster.ts",
      `if (now < from) {`,
      `if (now < 0 * from) {`,
    ],
  ),
  inTest("tests/room/catch_up_test.ts", "shares what was read", "a page that is kept for others outlives its epoch", [
    "chat/room/page_cache.ts",
    `return batch?.epoch === epoch ? batch : undefined;`,
    `return void epoch, batch;`,
  ]),
  inTest("tests/commands/reading_test.ts", "lacks it", "a change overtakes a page of history that lacks it", [
    ROOM,
    `membership.held = true;`,
    ``,
  ]),
  inTest("tests/commands/erased_test.ts", "ok of a deletion", "pages that are kept outlive a deletion", [
    "chat/room/page_cache.ts",
    `this.#pages.clear();`,
    ``,
  ]),
  inTest(
    "tests/room/catch_up_test.ts",
    "while a text went",
    "a page that was read before a deletion is kept after it",
    [
      "chat/room/page_cache.ts",
      `if (generation !== this.generation) return;`,
      `void generation;`,
    ],
  ),
  inTest("tests/room/start_test.ts", "missed counts messages", "changes count as missed messages", [
    START,
    `const had = after.seq < hidden ? replay.passed : after.ordinal ?? ordinalAt(after.seq, replay);`,
    `const had = Math.min(after.seq, after.ordinal ?? ordinalAt(after.seq, replay) ?? 0);
  before = replay.head - (replay.messageCount - before);`,
  ]),
  inTest(
    "tests/room/start_test.ts",
    "where the messages of a position are gone",
    "nobody knows what was missed, and it is told",
    [
      START,
      `return first <= seq + 1 || passed === 0 ? passed : undefined;`,
      `return first >= 0 ? passed : undefined;`,
    ],
  ),
  inTest("tests/dialect/like_fastapi_test.ts", "once, and only", "an id has left when one of its tabs is closed", [
    "chat/room/farewells.ts",
    ".filter((id) => !present.has(id))",
    "",
  ]),
  inTest("tests/dialect/like_fastapi_test.ts", "however many leave", "a room tells of everybody who leaves", [
    "chat/room/farewells.ts",
    " || this.#allowed.take(1) > 0",
    "",
  ]),
  inSimulation("a joined says that fewer events are kept than are", [
    START,
    `return { epoch, seq: head, first, floor, ordinal`,
    `return { epoch, seq: head, first, floor: Math.max(floor, first - 1, 1), ordinal`,
  ]),
  inSimulation("a joined counts changes among the messages", [
    START,
    `ordinal: messageCount, policy };`,
    `ordinal: Math.max(messageCount, head), policy };`,
  ]),
  inTest("tests/room/epoch_race_test.ts", "does not close under", "a room closes under those who wait for what it is", [
    ROOM,
    `return this.keepOpen(() => this.access.ready());`,
    `return this.opened.then(() => this.access.ready());`,
  ]),
  inTest("tests/room/epoch_race_test.ts", "closed lets nobody in", "a room that is closed lets people in", [
    ROOM,
    `if (this.#closed) throw new StoreUnavailableError("Cannot come in: the room was closed meanwhile");`,
    ``,
  ]),
  inSimulation("a page of history may be older than what its reader has", [ROOM, `membership.held = true;`, ``]),
  inSimulation("a page does not say which reactions are its reader's", [
    "chat/room/pages.ts",
    `{ ...range, reader: session.id }`,
    `{ ...range, reader: undefined && session.id }`,
  ]),
  inSimulationFrom(202, "a quote shows more than its message does any more", [
    "chat/room/pages.ts",
    `{ seq, id, name, text: beginningOf(text), ts, rev, deleted }`,
    `{ seq, id, name, text: beginningOf(text || "it said something"), ts, rev, deleted }`,
  ]),
  inSimulationFrom(223, "a reset says that everything from the first message on is kept", [
    MEMBERSHIP,
    `type: "reset", room, epoch, first, head`,
    `type: "reset", room, epoch, first: Math.min(first, 1), head`,
  ]),
];
