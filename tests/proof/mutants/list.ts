/**
 * The planted bugs: each is small and plausible, and the proof has to find it.
 *
 * Left out is `PRAGMA synchronous = OFF` in the SQLite store: it loses messages when the power goes, and no proof that only
 * kills processes can see that.
 *
 * @module
 */

/** One change to a file. */
export interface Edit {
  /** Its path in the tree. */
  file: string;
  /** What to replace: it must be in the file exactly once. */
  find: string;
  replace: string;
}

/** What has to find a mutant. */
export type Killer =
  | { type: "simulation" }
  /** Tests of a file, those whose names contain the filter. */
  | { type: "test"; file: string; filter: string };

/** A planted bug. */
export interface Mutant {
  /** What is wrong, in a few words. */
  name: string;
  edits: Edit[];
  killer: Killer;
}

function inSimulation(name: string, ...edits: [file: string, find: string, replace: string][]): Mutant {
  return {
    name,
    edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
    killer: { type: "simulation" },
  };
}

function inTest(
  test: string,
  filter: string,
  name: string,
  ...edits: [file: string, find: string, replace: string][]
): Mutant {
  return { ...inSimulation(name, ...edits), killer: { type: "test", file: test, filter } };
}

const ROOM = "chat/room/room.ts";
const FAN_OUT = "chat/room/fan_out.ts";
const CATCH_UP = "chat/room/catch_up.ts";
const MEMBERSHIP = "chat/room/membership.ts";
const COMMIT = "chat/log/group_commit.ts";
const READER = "chat/log/reader.ts";
const TAIL = "chat/log/tail.ts";
const OUTBOX = "chat/outbox/outbox.ts";
const MESSAGES = "chat/commands/messages.ts";
const SQLITE = "chat/stores/sqlite/store.ts";
const STATEMENTS = "chat/stores/sqlite/statements.ts";
const ANSWERS = "chat/stores/answers.ts";
const MEMORY = "chat/stores/memory.ts";
const KV = "chat/stores/kv/commit.ts";
const STORE_CLOCK = "chat/log/store_clock.ts";

const ON_A_FULL_DISK: Mutant[] = [
  inTest("tests/stores/sqlite/disk_test.ts", "full disk", "a start needs space on the disk", [
    "chat/stores/sqlite/file.ts",
    `return { db: setUp(path, Database, \`\${ALONE}; \${SETUP}\`), isAlone: true };`,
    `return { db: setUp(path, Database, SETUP), isAlone: true };`,
  ]),
];

const STARTED_AND_STOPPED: Mutant[] = [
  inTest("tests/service/lost_log_test.ts", "a bug in", "what a socket's event throws ends the process", [
    "chat/logging/last_resort.ts",
    `globalThis.addEventListener("error", (event)`,
    `new EventTarget().addEventListener("error", (event: any)`,
  ]),
  inTest("tests/logging/line_writer_test.ts", "is bounded", "lines of the log wait without a bound", [
    "chat/logging/line_writer.ts",
    " || this.#bytes + line.length > bounds.LOG_WAITING_BYTES",
    "",
  ]),
  inTest("tests/service/stop_test.ts", "deno serve, SIGTERM", "the runtime stops before the service has", [
    "chat/listen/deno_serve.ts",
    "beforeShutdown().then(shutdown)",
    "shutdown()",
  ]),
  inTest("tests/service/stop_test.ts", "--parallel is refused", "workers with stores of their own are served", [
    "chat/settings/store_name.ts",
    "return !/^(sqlite|memory):/.test(name);",
    "return true;",
  ]),
  inTest("tests/http/client_address_test.ts", "forwarded for", "a client chooses its own address", [
    "chat/http/client_address.ts",
    `.split(",").reverse()`,
    `.split(",")`,
  ]),
  inTest("tests/settings/config_test.ts", "is shown by", "a slash in a password shows the rest of it", [
    "chat/settings/store_name.ts",
    "url !== null && !/@/.test(url.pathname + url.search + url.hash)",
    "url !== null",
  ]),
];

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  // Storing and acknowledging.
  inSimulation("a message is acknowledged before it is stored", [
    COMMIT,
    `failPoint("before commit");`,
    `failPoint("before commit");
      for (const [index, { room, resolve }] of batch.entries()) {
        const { epoch, head } = await this.#store.read(room, { limit: 0 });
        resolve({ epoch, seq: head + 1 + index, ts: this.#clock.now(), duplicate: false });
      }`,
  ]),
  inSimulation("a commit that failed is acknowledged", [
    COMMIT,
    `waiting.reject(new StoreUnavailableError("Cannot append: the store failed", { cause }));`,
    `waiting.resolve({ epoch: "", seq: 1, ts: 0, duplicate: true });`,
  ]),
  inSimulation("a commit takes messages in another order than they came", [
    COMMIT,
    `this.#committing = this.#queue.splice(0, COMMIT_MESSAGES);`,
    `this.#committing = this.#queue.splice(0, COMMIT_MESSAGES).reverse();`,
  ]),
  inSimulation("members do not hear of what a commit stored that failed afterwards", [
    COMMIT,
    `for (const room of new Set(batch.map(({ room }) => room))) this.#tails.look(room);`,
    ``,
  ], [
    COMMIT,
    `if (appended.duplicate) return this.#tails.saw(room, epoch, seq);`,
    `if (appended.duplicate) return;`,
  ]),
  inSimulation("a nonce is known only to the process that stored it", [
    COMMIT,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });`,
    `const at = { ts: this.#clock.now(), day: this.#storeClock.day! };
      const seen = (globalThis as unknown as { seen?: WeakMap<object, Map<string, Appended>> }).seen ??= new WeakMap();
      const known = seen.get(this) ?? new Map<string, Appended>();
      seen.set(this, known);
      const markOf = ({ room, message }: Waiting) => room + " " + message.id + " " + message.nonce;
      const fresh = batch.filter((waiting) => waiting.message.nonce === undefined || !known.has(markOf(waiting)));
      const bare = fresh.map(({ room, message: { nonce: _, ...message } }) => ({ room, message }));
      const stored = fresh.length === 0 ? [] : await this.#store.commit(bare, at);
      fresh.forEach((waiting, index) => known.set(markOf(waiting), { ...stored[index]!, duplicate: true }));
      const results = batch.map((waiting) =>
        fresh.includes(waiting) ? stored[fresh.indexOf(waiting)]! : known.get(markOf(waiting))!
      );`,
  ]),
  inSimulation("acknowledgements come in another order than the messages", [
    MESSAGES,
    `(result) => {
        failPoint("before reply");`,
    `async (result) => {
        failPoint("before reply");
        if ("seq" in result && result.seq % 2 === 0) for (let turn = 0; turn < 9; turn++) await undefined;`,
  ]),
  inSimulation("an acknowledgement carries the time instead of the number", [
    MESSAGES,
    `caller.outbox.send({ type: "ok", ref, epoch, seq, ts, durability`,
    `caller.outbox.send({ type: "ok", ref, epoch, seq: ts, ts, durability`,
  ]),
  inSimulation("an acknowledgement names the life of the store in which the connection began", [
    MESSAGES,
    `caller.outbox.send({ type: "ok", ref, epoch, seq`,
    `caller.outbox.send({ type: "ok", ref, epoch: (caller as { epoch?: string }).epoch ??= epoch, seq`,
  ]),
  inSimulation("an acknowledgement promises more than the store keeps", [
    MESSAGES,
    `durability: log.durability`,
    `durability: "fsync"`,
  ]),

  // Joining and resuming.
  inSimulation("the epoch is not looked at when a client resumes", [
    ROOM,
    `return page.epoch === after.epoch && after.seq <= page.head`,
    `return after.seq <= page.head`,
  ]),
  inSimulation("a client that resumes is not told that messages were trimmed", [
    ROOM,
    `after.seq <= page.head && isWhole(page, after.seq, limits.PAGE_MESSAGES) &&`,
    `after.seq <= page.head &&`,
  ]),
  inSimulation("a client that resumes is not told that the store has lost messages", [
    ROOM,
    `isWhole(page, after.seq, limits.PAGE_MESSAGES)`,
    `page.first <= after.seq + 1`,
  ]),
  inSimulation("a client that joins is not told that the store has lost some of the newest messages", [
    ROOM,
    `newestPortion(newestRun(page), limits`,
    `newestPortion(page.messages, limits`,
  ]),
  inSimulation("only the first page of a replay is sent, and it counts as recovered", [
    ROOM,
    `{ epoch: start.epoch, seq: start.messages.at(-1)?.seq ?? start.seq }`,
    `{ epoch: start.epoch, seq: start.seq }`,
  ]),
  inSimulation("what comes while a member joins is not sent to it", [
    ROOM,
    `{ epoch: start.epoch, seq: start.messages.at(-1)?.seq ?? start.seq }`,
    `{ epoch: this.#fanOut.epoch, seq: this.#fanOut.head }`,
  ]),
  inSimulation("what is live is sent before what was missed", [
    FAN_OUT,
    `const passedOver = membership.catchingUp || connection.closed`,
    `const passedOver = connection.closed`,
  ], [
    FAN_OUT,
    `(membership.cursor < batch.first - 1 || connection.outbox.full)`,
    `connection.outbox.full`,
  ]),
  inSimulation("a joined says wrongly how many messages are missing", [
    ROOM,
    `(messages[0]?.seq ?? head + 1) - 1 - after.seq : undefined`,
    `head - after.seq : undefined`,
  ]),

  // The tail.
  inTest("tests/log/tail_test.ts", "behind a gap", "the tail does not read the log after a gap in the hints", [
    TAIL,
    `epoch === state.epoch && next.seq <= state.head + 1 &&`,
    `epoch === state.epoch &&`,
  ], [
    TAIL,
    `messages.slice(state.head + 1 - next.seq)`,
    `messages.slice(Math.max(state.head + 1 - next.seq, 0))`,
  ]),
  inSimulation("the tail takes messages of a hint again that it had", [
    TAIL,
    `messages.slice(state.head + 1 - next.seq)`,
    `messages`,
  ]),
  inSimulation("messages that were committed together count as neighbours", [
    TAIL,
    ` && !hasGap(messages);`,
    ` && !(messages.length < 0 && hasGap(messages));`,
  ]),
  inSimulation("a hint that comes while the tail reads is forgotten", [
    TAIL,
    `this.#behind = true;
    if (this.#state !== undefined`,
    `this.#behind ||= this.#state !== undefined && !this.#pulling && !this.#paused;
    if (this.#state !== undefined`,
  ]),
  inSimulation("the tail does not look again after an outage", [
    TAIL,
    `this.#cancelRetry = this.#clock.after(UNAVAILABLE_RETRY_MS, () => this.look());`,
    `void UNAVAILABLE_RETRY_MS;`,
  ]),
  inTest(
    "tests/log/holes_test.ts",
    "what was trimmed",
    "the tail keeps silent about messages that were trimmed before it read them",
    [
      TAIL,
      ` || !isWhole(page, from, PAGE_MESSAGES)) {`,
      `) {`,
    ],
  ),
  inTest(
    "tests/log/holes_test.ts",
    "what the store has lost",
    "the tail keeps silent about messages that the store lost",
    [
      TAIL,
      `!isWhole(page, from, PAGE_MESSAGES)`,
      `page.first > from + 1`,
    ],
  ),
  inTest("tests/log/holes_test.ts", "kv: history", "history ends where Deno KV has lost a page of messages", [
    "chat/stores/kv/read.ts",
    `const from = Math.max((after ?? 0) + 1, first);
  const to = Math.min((before ?? Infinity) - 1, head);`,
    `const end = Math.min((before ?? Infinity) - 1, head);
  const from = after === undefined ? Math.max(end - limit + 1, first) : Math.max(after + 1, first);
  const to = after === undefined ? end : Math.min(from + limit - 1, head);`,
  ]),
  inTest("tests/log/holes_test.ts", "sqlite: history", "who reads history before a gap tells no operator of it", [
    READER,
    `? isWholeBefore(page, before, limit)`,
    `? true`,
  ]),
  inTest(
    "tests/log/holes_test.ts",
    "operator is told once",
    "an operator is not told that the store has lost messages",
    [
      READER,
      `if (this.#damaged.has(room)) return;`,
      `if (this.#damaged !== undefined) return;`,
    ],
  ),
  inSimulation("the tail does not notice another epoch", [
    TAIL,
    `if (page.epoch !== epoch || page.head < from ||`,
    `if (page.head < from ||`,
  ]),

  // The fan-out.
  inTest(
    "tests/room/fan_out_test.ts",
    "a round that broke",
    "members that a broken fan-out missed are not served",
    [
      FAN_OUT,
      `if (membership.cursor < this.#flushed || membership.missedPresence) onBehind(membership);`,
      `void onBehind;`,
    ],
  ),
  inSimulation("a member gets again what it has already", [
    "chat/dialect/batch.ts",
    `framesOf([...this.#messages.slice(had).map(`,
    `framesOf([...this.#messages.map(`,
  ]),
  inSimulation("messages are sent again after a reset", [
    MEMBERSHIP,
    `this.cursor = head;`,
    `this.cursor = first - 1;`,
  ]),
  inSimulation("a message goes to another room of its author", [
    MESSAGES,
    `log.append(room, {`,
    `log.append([...caller.session.rooms][0]!, {`,
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
    "a reset moves back who was further already",
    [
      ROOM,
      `if (membership.epoch === state.epoch) this.#catchUp.serve(membership);
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
    "who catches up holds up everybody else",
    [
      CATCH_UP,
      `return this.#parts.turns.run(membership.connection, () => this.#servePage(membership));`,
      `return this.#servePage(membership);`,
    ],
  ),
  inTest(
    "tests/room/epoch_race_test.ts",
    "an answer of the old life",
    "who joined under the old epoch after the reset stays there",
    [
      CATCH_UP,
      `(membership.cursor < front.flushed || membership.epoch !== front.epoch)`,
      `membership.cursor < front.flushed`,
    ],
  ),
  inSimulation("a pong claims what was not sent", [
    ROOM,
    `seq: membership?.cursor ?? 0`,
    `seq: this.#fanOut.flushed`,
  ]),
  inTest(
    "tests/room/fan_out_test.ts",
    "without a pause",
    "messages that came during a round count as sent to all when it ends",
    [
      FAN_OUT,
      `this.#drop(epoch, last);`,
      `void epoch, last, this.#drop(batch.epoch, batch.last);`,
    ],
  ),
  inSimulation("a room that was too busy for its tail does not ask for what it left in the log", [
    ROOM,
    `congested ? this.#subscription?.pause() : this.#subscription?.resume()`,
    `congested ? this.#subscription?.pause() : undefined`,
  ]),

  // Bounds.
  inSimulation("what waits for a slow reader has no bound", [
    OUTBOX,
    `if (this.#handedOver - this.#left > OUTBOX_BYTES && this.measure() > OUTBOX_BYTES) {`,
    `if (this.measure() < 0) {`,
  ], [
    OUTBOX,
    `return this.measure() + this.#linesLength > mark;`,
    `return false;`,
  ]),
  inSimulation("a reader that has stopped is kept", [
    OUTBOX,
    `this.#clock.elapsed() - this.#progressAt > OUTBOX_STALL_MS`,
    `this.#clock.elapsed() < 0`,
  ]),
  inSimulation("who has gone stays in the room", [
    "chat/socket/connection.ts",
    `for (const room of [...this.session.rooms]) rooms.leave(this, room);`,
    ``,
  ]),

  // The stores.
  inTest("tests/stores/memory_test.ts", "nonce", "the memory store does not know a nonce again", [
    MEMORY,
    `nonce === undefined ? undefined : room.nonces.get(nonce);`,
    `undefined as StoredMessage | undefined;`,
  ]),
  inTest("tests/stores/memory_test.ts", "number", "numbers are taken from the clock", [
    ANSWERS,
    `seq: head + 1, ts,`,
    `seq: Math.max(head + 1, at.ts), ts,`,
  ]),
  inTest("tests/stores/memory_test.ts", "a time repeats", "times fall when the clock does", [
    ANSWERS,
    `const ts = timeAfter(newest, at.ts);`,
    `const ts = at.ts;`,
  ]),
  inSimulation("times never fall, however far ahead the clock was", [
    "chat/log/time_stamp.ts",
    `newest > now && newest - now <= AHEAD_MS`,
    `newest > now`,
  ]),
  inSimulation("times fall by less than a minute", [
    "chat/log/time_stamp.ts",
    `newest > now && newest - now <= AHEAD_MS`,
    `newest > now && newest - now <= AHEAD_MS / 1_000`,
  ]),
  inSimulation("what is to be removed for its age goes by the clock while the process runs", [
    STORE_CLOCK,
    `this.#advance(clamp(stepMs, elapsedMs), now.wallMs);`,
    `this.#advance(Math.max(stepMs, 0), now.wallMs);`,
  ]),
  inSimulation("what is to be removed for its age goes by the clock over a stop", [
    STORE_CLOCK,
    `(kept?.livedMs ?? 0) + clamp(stopMs, STOP_MOST_MS)`,
    `(kept?.livedMs ?? 0) + Math.max(stopMs, 0)`,
  ]),
  inTest("tests/log/store_clock_test.ts", "several processes", "two processes add up the same time", [
    STORE_CLOCK,
    `else this.#advance(clamp(`,
    `else if (this.#isShared && kept !== undefined) this.#learn(kept);
    if (before.elapsedMs > 0) this.#advance(clamp(`,
  ]),
  inTest("tests/log/store_clock_test.ts", "clocks differ", "time that was counted counts again as a stop", [
    STORE_CLOCK,
    `wallMs: Math.max(own.wallMs, wallMs)`,
    `wallMs: own.wallMs`,
  ]),
  inTest("tests/log/store_clock_test.ts", "by turns", "a clock that was ahead counts a day at each start", [
    STORE_CLOCK,
    `wallMs: Math.max(kept?.wallMs ?? nowMs, nowMs),`,
    `wallMs: nowMs,`,
  ]),
  inTest("tests/log/store_clock_test.ts", "none lives for longer", "only what lives for hours counts in a store", [
    STORE_CLOCK,
    `if (livedMs - this.#writtenMs < WRITE_EVERY_MS) return;`,
    `this.#minutes++;
    if (this.#minutes < 120 || livedMs - this.#writtenMs < WRITE_EVERY_MS) return;`,
  ], [
    STORE_CLOCK,
    `  #writtenMs = -Infinity;`,
    `  #writtenMs = -Infinity;
  #minutes = 0;`,
  ]),
  inTest("tests/log/store_clock_test.ts", "within two days", "a message is removed on its last day", [
    STORE_CLOCK,
    `return (this.day ?? 0) - days - 1;`,
    `return (this.day ?? 0) - days + 1;`,
  ]),
  inSimulation("a message whose nonce was used for another text is acknowledged", [
    COMMIT,
    `if ("refused" in appended) return;`,
    ``,
  ], [
    COMMIT,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });`,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });
      for (const [index, result] of results.entries()) {
        if (!("refused" in result)) continue;
        const { room, message: { id, nonce } } = batch[index]!;
        const { epoch, messages } = await this.#store.read(room, { limit: 10_000 });
        const found = messages.find((message) => message.id === id && message.nonce === nonce);
        results[index] = { epoch, seq: found?.seq ?? 1, ts: found?.ts ?? 1, duplicate: true };
      }`,
  ]),
  inTest("tests/stores/memory_test.ts", "another text", "the memory store takes any text for the one of its nonce", [
    MEMORY,
    `repeated(earlier, earlier.text === message.text, `,
    `repeated(earlier, true, `,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "another text",
    "the SQLite store takes any text for the one of its nonce",
    [
      "chat/stores/sqlite/append.ts",
      `same !== 0, epoch`,
      `same !== undefined, epoch`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "data is opened again",
    "the SQLite store has another key whenever it is opened",
    [
      "chat/stores/sqlite/file.ts",
      `this.fingerprintKey = meta.fingerprint_key;`,
      `this.fingerprintKey = crypto.getRandomValues(meta.fingerprint_key);`,
    ],
  ),
  inTest("tests/stores/sqlite/formats_test.ts", "format 1", "a message without a fingerprint has any text", [
    STATEMENTS,
    `CASE WHEN fingerprint IS NULL THEN text = ?5 ELSE fingerprint = ?4 END`,
    `fingerprint IS NULL OR fingerprint = ?4`,
  ]),
  inTest("tests/stores/sqlite/store_test.ts", "another text", "a fingerprint is of the author's name as well", [
    "chat/log/fingerprint.ts",
    `export function fingerprintOf({ text }: NewMessage, key`,
    `export function fingerprintOf({ text, name }: NewMessage, key`,
  ], [
    "chat/log/fingerprint.ts",
    `["message", null, text,`,
    `["message", name, text,`,
  ]),
  inTest(
    "tests/stores/kv/store_test.ts",
    "another text",
    "the KV store takes any text for the one of a nonce in the same commit",
    [
      KV,
      `known.set(identifier, { seq, ts, fingerprint: fingerprint! });`,
      ``,
    ],
    [
      KV,
      `const before = identifier === undefined ? undefined : known.get(identifier);`,
      `const twin = entries.slice(0, entries.findIndex((entry) => entry.message === message)).findIndex((entry) =>
        entry.room === name && entry.message.id === message.id && entry.message.nonce === message.nonce
      );
      const before = identifier === undefined ? undefined : known.get(identifier) ??
        (twin < 0 ? undefined : { seq: rooms.get(name)!.head, ts: at.ts, fingerprint: fingerprint! });`,
    ],
  ),
  inTest(
    "tests/stores/kv/store_test.ts",
    "two texts",
    "the KV store takes any text for the one of a nonce that another process used",
    [
      "chat/stores/kv/nonces.ts",
      `if (fingerprint !== undefined) earlier.set(identify(named[index]!)!, { seq, ts, fingerprint });`,
      `if (fingerprint === undefined) continue;
      const own = fingerprintOf(named[index]!.message, key);
      if (own !== undefined) earlier.set(identify(named[index]!)!, { seq, ts, fingerprint: own });`,
    ],
  ),
  inTest("tests/stores/sqlite/store_test.ts", "nonce", "the SQLite store's index lets a nonce pass twice", [
    STATEMENTS,
    `
    ON CONFLICT (room, author, nonce) WHERE nonce IS NOT NULL DO NOTHING`,
    ``,
  ], [
    "chat/stores/sqlite/schema.ts",
    `CREATE UNIQUE INDEX nonces`,
    `CREATE INDEX nonces`,
  ]),
  inTest(
    "tests/stores/sqlite/store_test.ts",
    "data is opened again",
    "the SQLite store forgets its nonces when it is opened",
    [
      "chat/stores/sqlite/file.ts",
      `db.prepare("UPDATE meta SET epoch = ?`,
      `db.exec("UPDATE messages SET nonce = NULL"), db.prepare("UPDATE meta SET epoch = ?`,
    ],
  ),
  inTest("tests/stores/space_test.ts", "memory: of the rooms", "the memory store forgets a room that people are in", [
    MEMORY,
    `if (name === except || this.#followed.has(name)) continue;`,
    `if (name === except) continue;`,
  ]),
  inTest("tests/stores/space_test.ts", "sqlite: a full store", "the SQLite store grows for ever", [
    SQLITE,
    `this.#space.hasRoom(onDisk, () => this.#usedBytes())`,
    `onDisk >= 0`,
  ]),
  inTest("tests/stores/space_test.ts", "sqlite: a full store", "a full SQLite store does not know again what it has", [
    "chat/stores/sqlite/append.ts",
    `return room && findEarlier(db, file, room.id, message) || { refused: "store_full" };`,
    `return room && { refused: "store_full" } || { refused: "store_full" };`,
  ]),
  inTest("tests/stores/sqlite/plans_test.ts", "by an index", "retention goes through all messages", [
    STATEMENTS,
    `FROM rooms LEFT JOIN messages ON`,
    `FROM rooms JOIN messages ON`,
  ]),
  inTest(
    "tests/stores/sqlite/faults_test.ts",
    "has locked the file",
    "a lock on the SQLite file holds up the process",
    [
      "chat/stores/try_again.ts",
      `if (!passes(error) || clock.elapsed() > giveUpAtMs) throw error;`,
      `throw error;`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/disk_test.ts",
    "full disk",
    "a start on a full disk marks a run that is not in the file",
    [
      "chat/stores/sqlite/file.ts",
      `if (this.#isEntered) this.#mark.write(`,
      `this.#mark.write(`,
    ],
  ),
  ...ON_A_FULL_DISK,
  inTest("tests/stores/sqlite/files_test.ts", "a hard link", "the SQLite file is locked by its name only", [
    "chat/stores/files/file_lock.ts",
    `file.tryLockSync(true)) return file;`,
    `file !== undefined) return file;`,
  ]),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "write-ahead log is removed",
    "a missing write-ahead log is not noticed",
    [
      "chat/stores/files/served_files.ts",
      `const log = this.#log && check(this.#log);`,
      `const log = this.#log;`,
    ],
  ),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "a copy is put",
    "a file that was replaced is taken for the one that is open",
    [
      "chat/stores/files/served_files.ts",
      `return one.dev === other.dev && one.ino === other.ino;`,
      `return one.dev === other.dev;`,
    ],
  ),
  inTest("tests/stores/sqlite/files_test.ts", "itself cuts", "a write-ahead log may not be shorter beside a reader", [
    "chat/stores/files/served_files.ts",
    `!holdsLog(db, log)) throw cutShort(log);`,
    `!(holdsLog(db, log) && isTakenOver(db))) throw cutShort(log);`,
  ], [
    "chat/stores/files/served_files.ts",
    `function read(db: DatabaseSync, pragma: string)`,
    `function isTakenOver(db: DatabaseSync): boolean {
  const { log, checkpointed } = db.prepare("PRAGMA wal_checkpoint").get() as { log: number; checkpointed: number };
  return log === checkpointed;
}

function read(db: DatabaseSync, pragma: string)`,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "itself cuts", "a write-ahead log may have any size", [
    "chat/stores/files/served_files.ts",
    `!holdsLog(db, log)) throw cutShort(log);`,
    `log.size < 0) throw cutShort(log);`,
  ]),
  inTest("tests/stores/kv/faults_test.ts", "nothing more is acknowledged", "the KV store's files are not looked at", [
    KV,
    `this.#files?.checkPlaces();`,
    ``,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "cut to 0 bytes", "an index that was cut is read", [
    SQLITE,
    `this.#file.checkReadable();`,
    ``,
  ]),
  inTest("tests/stores/sqlite/files_test.ts", "file is cut", "a file that was cut is written to", [
    "chat/stores/files/served_files.ts",
    `if (database.size < this.#database.size && !holdsAll(db, database)) throw cutShort(database);`,
    ``,
  ]),
  inTest(
    "tests/stores/sqlite/files_test.ts",
    "nothing more is acknowledged",
    "the files are not looked at before a commit",
    [
      SQLITE,
      `const onDisk = this.#file.checkPresent(this.#connection.db);`,
      `const onDisk = 0;`,
    ],
  ),
  inTest("tests/stores/sqlite/epoch_test.ts", "with cp -a over", "an old copy brings its mark along", [
    "chat/stores/sqlite/file.ts",
    `if (marked?.stamp !== undefined && marked.stamp !== stampOf(info)) return false;`,
    ``,
  ]),
  inTest("tests/stores/sqlite/epoch_test.ts", "without its mark", "an older copy of the SQLite file keeps its epoch", [
    "chat/stores/sqlite/file.ts",
    `marked.commits <= meta.commits &&
    (marked.run === meta.run || marked.run === meta.earlier_run);`,
    `true;`,
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
  inTest("tests/dialect/plain_test.ts", "does not overtake", "a plain text over the rate overtakes those that wait", [
    "chat/socket/slow_lane.ts",
    `this.empty && this.#parts.waitMs(asked) === 0`,
    `this.#parts.waitMs(asked) === 0`,
  ]),
  inTest("tests/room/roster_test.ts", "under two names", "the name of a connection that has gone stays", [
    "chat/room/roster.ts",
    `} else if (member.newest === connection) {`,
    `} else if (member.newest === undefined) {`,
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
  inTest("tests/overload/watchdog_test.ts", "nobody else", "an overload closes whoever is there", [
    "chat/overload/shedding.ts",
    `if (waiting <= OUTBOX_HIGH_WATER_BYTES && excess <= COMMAND_BURST) continue;`,
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
    `.normalize("NFC");`,
    `;`,
  ]),
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
  ...STARTED_AND_STOPPED,
];
