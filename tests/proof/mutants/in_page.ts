/** Bugs in the page's own client. @module */

import { inSimulation, inSimulationFrom, inTest, type Mutant } from "./mutant.ts";

const BROWSING = "static/browsing.js";
const CLIENT = "tests/browser/client_test.ts";
const CROSSING = "tests/clients/crossing_test.ts";
const HISTORY = "static/client/history.js";
const PROGRAMS = "tests/clients/package_test.ts";
const ROOMS = "static/client/rooms.js";
const STREAM = "static/client/room_stream.js";
const TIMELINE = "static/timeline.js";
const UNSENT = "static/client/unsent.js";

export const IN_PAGE: readonly Mutant[] = [
  inTest("tests/browser/sending_test.ts", "not left with", "a room that refuses for a moment is left with what waits", [
    "static/page_state.js",
    ` || this.unsent.of(room.name).length > 0;`,
    `;`,
  ]),
  inTest("tests/browser/sign_in_test.ts", "in an invitation", "an invitation keeps a made-up name over a proxy's", [
    "static/views/redeem.js",
    `() => name.defaultValue = page.me.name`,
    `() => {}`,
  ]),
  inTest(PROGRAMS, "reads slowly", "what waits for a program that is slow has no bound", [
    STREAM,
    `() => rooms.hold(this.#room),`,
    `() => {},`,
  ]),
  inTest(PROGRAMS, "does not keep", "a program is not told of messages that are not kept", [
    STREAM,
    `    this.#push({ type: "gap", reason, missed: isWhole ? 0 : isLong ? undefined : missed });\n`,
    ``,
  ]),
  inTest(
    PROGRAMS,
    "long absence",
    "a stream goes on behind what the server does not tell one by one",
    [
      STREAM,
      `const isLong = isOfNow && room.from > Math.max(room.keptFrom, newest.seq + 1);`,
      `const isLong = false;`,
    ],
  ),
  inTest(
    CROSSING,
    "is of another life",
    "a stream asks for a page of a life of the room that is over, again and again",
    [
      STREAM,
      `this.#older === place && rooms.join(this.#room)`,
      `this.#older === place && this.#readOlder(place)`,
    ],
  ),
  inTest(CROSSING, "until it is let in", "a stream that the server does not let in again stays outside", [
    ROOMS,
    `(!room.joined || room.held) && `,
    `!room.joined && `,
  ]),
  inTest(PROGRAMS, "JavaScript: what is missing", "each word of a missing message has the client ask on by itself", [
    ROOMS,
    `(!room.joined || room.held) && `,
    ``,
  ]),
  inSimulation("a program gets once more what it has read already", [
    STREAM,
    `    if (item.seq <= this.#before) return;\n`,
    ``,
  ]),
  inTest(PROGRAMS, "JavaScript: an edit of", "a program edits what has the number in another life", [
    "static/client/chat_room.js",
    `return { seq, epoch, version:`,
    `return { seq, epoch: undefined, version:`,
  ]),
  inTest("tests/browser/unsent_test.ts", "slow mode holds back", "slow mode holds back what changes a message, too", [
    UNSENT,
    `#slow = new Set();`,
    `#slow = this.#busy;`,
  ]),
  inTest("tests/browser/unsent_test.ts", "slow mode holds back", "the client sits slow mode out after it has ended", [
    UNSENT,
    `Math.min(line.retryAfterMs ?? 0, limits.SLOW_MS)`,
    `line.retryAfterMs`,
  ]),
  inTest("tests/browser/unsent_test.ts", "given before", "a number means a message of whichever life it is sent in", [
    UNSENT,
    `    if (entry.target ?? entry.reply) entry.targetEpoch ||= room.epoch;\n`,
    ``,
  ]),
  inSimulation("the page does not notice a gap", [
    ROOMS,
    `    if (event.seq > room.seq + 1) return this.join(room);`,
    ``,
  ]),
  inSimulation("the page shows a message twice that comes twice", [
    ROOMS,
    `    if (event.seq <= room.seq) return;`,
    ``,
  ]),
  inSimulation("the page resumes before where it is, and shows again what it has", [
    ROOMS,
    `undefined : { epoch, seq, ordinal };`,
    `undefined : { epoch, seq: Math.max(0, seq - 1), ordinal };`,
  ], [
    ROOMS,
    `const fresh = line.messages.filter(({ seq }) => seq > room.seq);`,
    `const fresh = line.messages;`,
  ]),
  inSimulation("the page keeps its position when it joins under another epoch", [
    ROOMS,
    `    if (hasAnotherEpoch) this.#beginEra(room);
    room.epoch = line.epoch;
    room.keptFrom = line.first ??`,
    `    room.epoch = line.epoch;
    room.keptFrom = line.first ??`,
  ]),
  inSimulation("the page keeps its position over a reset to another epoch", [
    ROOMS,
    `    if (hasAnotherEpoch) this.#beginEra(room);
    room.epoch = line.epoch;
    room.keptFrom = line.first;`,
    `    room.epoch = line.epoch;
    room.keptFrom = line.first;`,
  ]),
  inSimulationFrom(412, "the page passes over what a pong says that it has lost", [
    ROOMS,
    `if (sent.epoch !== room.epoch || sent.seq > room.seq) this.join(room);`,
    ``,
  ]),
  inSimulation("the page does not try again to join a room that it was refused for a time", [
    ROOMS,
    `      this.#world.after(line.retryAfterMs ?? limits.BACKOFF_MOST_MS, again);`,
    ``,
  ]),
  inSimulation("the page asks for history of a room that it is not in", [
    HISTORY,
    `  if (!room.joined) return done(undefined);`,
    ``,
  ]),
  inSimulation("the page puts a page of history in without looking what is there", [
    BROWSING,
    `items.splice(low, known.length, ...fresh);`,
    `items.splice(low, 0, ...fresh);`,
  ]),
  inSimulation("the page forgets what it has not sent when it is loaded again", [
    UNSENT,
    `    this.#adopt(this.#key);`,
    ``,
  ]),
  inSimulation("the page does not take over what another tab has not sent", [
    UNSENT,
    `      if (this.#adopt(key)) storage.set(key, null);`,
    ``,
  ]),
  inSimulation("the page gives up a message that was refused for a time", [
    UNSENT,
    `return this.#wait(entry.room, line.retryAfterMs);`,
    `this.remove(entry);`,
  ]),
  inSimulation("the page publishes a message again under another nonce", [
    UNSENT,
    `    this.#link.ask(commandOf(entry), (line) => {`,
    `    entry.nonce = this.#world.randomHex(16);
    this.#link.ask(commandOf(entry), (line) => {`,
  ]),
  // The simulation finds it, but seldom: an acknowledgement has to cross a restore.
  inTest(
    "tests/browser/sending_test.ts",
    "a life of the store that is over",
    "the page takes an acknowledgement of another life of the store for one of this",
    [
      "static/client/entries.js",
      `entry.epoch !== undefined && entry.epoch === room?.epoch`,
      `entry.epoch !== undefined`,
    ],
  ),
  inSimulation("the page goes on showing as unsent what has come", [
    UNSENT,
    `!(isReceived(entry, room) || (event !== undefined && isSame(entry, event)))`,
    `!isReceived(entry, room)`,
  ]),
  inTest(
    "tests/browser/changes_test.ts",
    "/the page's apply/",
    "the page takes a change into a message that has it already",
    ["static/client/changes.js", `event.seq > revOf(message) ?`, `event.seq > 0 ?`],
  ),
  inTest(
    "tests/browser/changes_test.ts",
    "/the page's apply/",
    "the page takes a change that is as old as the message",
    ["static/client/changes.js", `event.seq > revOf(message) ?`, `event.seq >= revOf(message) ?`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "a page does not overwrite what is newer",
    "a page of history overwrites what is newer in the page",
    [BROWSING, `|| revOf(known) < revOf(item) ? item : known`, `|| true ? item : known`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "what may have changed in a gap is read again",
    "the page takes for current what may have changed in a gap",
    [TIMELINE, `    this.doubted = this.items.findLast(({ era }) => era === this.room.era);`, ``],
  ),
  inTest(
    CLIENT,
    "to the first unread message is kept",
    "the page lets go of messages before it has brought anybody there",
    [
      TIMELINE,
      `follow && landed ?`,
      `follow ?`,
    ],
  ),
  inTest(
    CLIENT,
    "and of what comes behind that less",
    "the page keeps as many messages for one who follows as for one who reads back",
    [
      TIMELINE,
      `follow && landed ? limits.FOLLOWED_MESSAGES : limits.WINDOW_MESSAGES`,
      `(follow && landed, limits.WINDOW_MESSAGES)`,
    ],
  ),
  inTest(CLIENT, "reads further back", "the page keeps as few messages for one who reads back as for one who follows", [
    TIMELINE,
    `follow && landed ?`,
    `landed ?`,
  ]),
  inTest(
    "tests/browser/following_test.ts",
    "the ordinal",
    "the page does not count messages on",
    [ROOMS, `room.ordinal += 1;`, `room.ordinal += 0;`],
  ),
  inTest(
    "tests/browser/unsent_test.ts",
    "over a reload",
    "the page forgets changes that it has not sent when it is loaded again",
    [UNSENT, `({ state }) => state !== "sent"`, `({ state, type }) => state !== "sent" && type === undefined`],
  ),
  inSimulation("the page shows messages as they were when they came", [
    TIMELINE,
    `    applyAt(this.items, event, place, this.client.rooms.me);`,
    ``,
  ]),
  inSimulation("the page does not read again what may have changed in a gap", [
    BROWSING,
    `  if (last.era !== room.era || doubted.length === 0) return`,
    `  if (last !== undefined) return`,
  ]),
  inTest(
    "tests/browser/following_test.ts",
    "refused for a time",
    "the page reads only once what may have changed in a gap, be it refused",
    [HISTORY, `line.type === "error" && isForNow(line)`, `line.type === "joined" && isForNow(line)`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "what may have changed in a gap is asked for again where no answer comes",
    "the page reads only once what may have changed in a gap, be it unanswered",
    ["static/client/lines.js", ` || code === "unavailable" || code === "link_down"`, ``],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "comes once, by its push",
    "the page takes from history what it will be sent again",
    [HISTORY, `.filter((message) => message.seq <= to)`, ``],
  ),
  inTest(
    "tests/browser/returning_test.ts",
    "goes past what is unread",
    "the page takes for read what one has gone past",
    ["static/read_marks.js", `if (seen && !read.skipped) reach`, `if (seen) reach`],
  ),
  inTest(
    "tests/browser/returning_test.ts",
    "1,300 messages in an outage",
    "the page takes for read what is missing above what is in view",
    [
      "static/views/attention.js",
      `    if (item.from > Math.max(seq + 1, room.keptFrom)) break;
`,
      ``,
    ],
  ),
  inTest("tests/browser/returning_test.ts", "nobody is told", "the page says that none is missing where some are", [
    "static/views/absence.js",
    `room.keptFrom <= seq + 1`,
    `true`,
  ]),
  inTest(
    "tests/browser/returning_test.ts",
    "asleep",
    "an absence begins with the look at a check, not with the check",
    [
      "static/views/absence.js",
      `goodMs = lookedMs;`,
      `goodMs = world.now();`,
    ],
  ),
  inTest("tests/browser/returning_test.ts", "long absence", "an absence ends with the connection, not with the room", [
    "static/views/absence.js",
    `world.now() - left.goodMs`,
    `world.now() - goodMs`,
  ]),
  inTest(
    "tests/browser/following_test.ts",
    "because too much waited",
    "the page forgets to join a room for which too much waited",
    [ROOMS, `return this.#link.open && void this.#world.after(limits.RETRY_MS, again);`, `return;`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "because too much waited",
    "the page forgets a message for which too much waited",
    [UNSENT, `return this.#link.open ? this.#wait(entry.room) : undefined;`, `return;`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "while a join of it is under way",
    "the page stays in a room that it left before it was in it",
    [ROOMS, `if (room.joined || room.joining) this`, `if (room.joined) this`],
  ),
  inTest(
    "tests/browser/following_test.ts",
    "a room that was left",
    "the page asks for history of a room that it has left",
    [
      ROOMS,
      `    room.joined = false;
`,
      ``,
    ],
  ),
  inTest("tests/browser/unsent_test.ts", "a page of history has arrived", "the page sends what it reads in history", [
    HISTORY,
    `    for (const message of line.messages) client.unsent.received(room, message);`,
    ``,
  ]),
  inTest("tests/browser/names_test.ts", "finds wrong with a name", "the page takes names that the server refuses", [
    "static/person_names.js",
    `  if (graphemesIn(name) > NAME_GRAPHEMES) return "nameIsLong";
`,
    ``,
  ]),
  inTest(
    "tests/browser/unsent_test.ts",
    "a day ahead",
    "the page takes what a clock ahead left behind for kept alive",
    [
      UNSENT,
      `Math.abs(now() - renewedMs)`,
      `(now() - renewedMs)`,
    ],
  ),
  inTest("tests/browser/words_test.ts", "no word is left over", "the page shows the key of a word of its HTML", [
    "static/words/en_later.js",
    `  cancel: "Cancel",
`,
    ``,
  ]),
];
