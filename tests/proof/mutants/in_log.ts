/** Bugs in the log: storing and acknowledging, the tail, readers. @module */

import { inSimulation, inSimulationFrom, inTest, type Mutant } from "./mutant.ts";

const COMMIT = "chat/log/group_commit.ts";
const READER = "chat/log/reader.ts";
const TAIL = "chat/log/tail.ts";
const STORE_CLOCK = "chat/log/store_clock.ts";

export const IN_LOG: readonly Mutant[] = [
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
    `this.#committing = this.#queue.splice(0, COMMIT_EVENTS);`,
    `this.#committing = this.#queue.splice(0, COMMIT_EVENTS).reverse();`,
  ]),
  inSimulationFrom(859, "members do not hear of what a commit stored that failed afterwards", [
    COMMIT,
    `for (const room of new Set(batch.map(({ room }) => room))) this.#tails.look(room);`,
    ``,
  ], [
    COMMIT,
    `if (event === undefined) return this.#tails.saw(room, epoch, seq);`,
    `if (event === undefined) return;`,
  ]),
  inSimulation("a nonce is known only to the process that stored it", [
    COMMIT,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });`,
    `const at = { ts: this.#clock.now(), day: this.#storeClock.day! };
      const seen = (globalThis as unknown as { seen?: WeakMap<object, Map<string, Appended>> }).seen ??= new WeakMap();
      const known = seen.get(this) ?? new Map<string, Appended>();
      seen.set(this, known);
      const markOf = ({ room, event }: Waiting) => room + " " + event.id + " " + event.nonce;
      const fresh = batch.filter((waiting) => waiting.event.nonce === undefined || !known.has(markOf(waiting)));
      const bare = fresh.map(({ room, event: { nonce: _, ...event } }) => ({ room, event }));
      const stored = fresh.length === 0 ? [] : await this.#store.commit(bare, at);
      fresh.forEach((waiting, index) => known.set(markOf(waiting), { ...stored[index]!, duplicate: true }));
      const results = batch.map((waiting) =>
        fresh.includes(waiting) ? stored[fresh.indexOf(waiting)]! : known.get(markOf(waiting))!
      );`,
  ]),
  inTest("tests/log/group_commit_test.ts", "not for long", "a commit waits for nobody, however busy the log is", [
    COMMIT,
    "return batch.length > 1 || isSoon;",
    "return false;",
  ]),
  inTest("tests/log/group_commit_test.ts", "makes nobody wait", "whoever writes alone waits between two messages", [
    COMMIT,
    "return batch.length > 1 || isSoon;",
    "return true;",
  ]),
  inTest(
    "tests/log/group_commit_test.ts",
    "soon after one another",
    "single events that come thick and fast have a commit each",
    [
      COMMIT,
      "return batch.length > 1 || isSoon;",
      "return batch.length > 1;",
    ],
  ),
  inTest("tests/log/tail_test.ts", "behind a gap", "the tail does not read the log after a gap in the hints", [
    TAIL,
    `epoch === position.epoch && next.seq <= position.head + 1 &&`,
    `epoch === position.epoch &&`,
  ], [
    TAIL,
    `events.slice(position.head + 1 - next.seq)`,
    `events.slice(Math.max(position.head + 1 - next.seq, 0))`,
  ]),
  inSimulation("the tail takes messages of a hint again that it had", [
    TAIL,
    `events.slice(position.head + 1 - next.seq)`,
    `events`,
  ]),
  inSimulation("messages that were committed together count as neighbours", [
    TAIL,
    ` && !hasGap(events);`,
    ` && !(events.length < 0 && hasGap(events));`,
  ]),
  inSimulation("a hint that comes while the tail reads is forgotten", [
    TAIL,
    `this.#behind = true;
    if (this.#position !== undefined`,
    `this.#behind ||= this.#position !== undefined && !this.#pulling && !this.#paused;
    if (this.#position !== undefined`,
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
  inTest("tests/log/holes_test.ts", "sqlite: history", "a reading of history before a gap tells no operator of it", [
    READER,
    `if (after === undefined) return isWholeBefore(page, before, limit);`,
    `if (after === undefined) return true;`,
  ]),
  inTest(
    "tests/log/holes_test.ts",
    "operator is told once",
    "an operator is not told that the store has lost messages",
    [
      READER,
      `if (!isAsDue(range, page) && !damaged.has(room)) {`,
      `if (!isAsDue(range, page) && damaged === undefined) {`,
    ],
  ),
  inSimulation("the tail does not notice another epoch", [
    TAIL,
    `if (page.epoch !== epoch || page.head < from ||`,
    `if (page.head < from ||`,
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
  inSimulationFrom(118, "what is to be removed for its age goes by the clock while the process runs", [
    STORE_CLOCK,
    `this.#advance(clamp(stepMs, elapsedMs), now.wallMs);`,
    `this.#advance(Math.max(stepMs, 0), now.wallMs);`,
  ]),
  inSimulationFrom(354, "what is to be removed for its age goes by the clock over a stop", [
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
  inTest(
    "tests/log/tail_test.ts",
    "knows what the room is by then",
    "what was read is handed on to those who were sent out before it",
    [
      TAIL,
      `await this.#listener.meet?.(page.policy);`,
      `await Promise.resolve();`,
    ],
  ),
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
    `return today - days - 1;`,
    `return today - days + 1;`,
  ]),
  inSimulation("a message whose nonce was used for another text is acknowledged", [
    COMMIT,
    `if ("refused" in result) return;`,
    ``,
  ], [
    COMMIT,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });`,
    `const results = await this.#store.commit(batch, { ts: this.#clock.now(), day: this.#storeClock.day! });
      for (const [index, result] of results.entries()) {
        if (!("refused" in result) || result.refused !== "nonce_used") continue;
        const { room, event: { id, nonce } } = batch[index]!;
        const { epoch, events } = await this.#store.read(room, { limit: 10_000 });
        const found = events.find((event) => event.id === id && event.nonce === nonce);
        results[index] = { epoch, seq: found?.seq ?? 1, ts: found?.ts ?? 1, duplicate: true };
      }`,
  ]),
  // SQLite compares messages with what it has of them; Deno KV compares all by their fingerprints.
  inTest("tests/stores/kv/store_test.ts", "another text", "a fingerprint is of the author's name as well", [
    "chat/log/fingerprint.ts",
    `secretFor(contentOf(event), key)`,
    `secretFor([event.name, ...contentOf(event)], key)`,
  ]),
  inTest("tests/log/retention_test.ts", "as well", "where all messages are kept, all changes are", [
    "chat/log/retention.ts",
    `const from = days === 0 ? 0 : storeClock.keepFrom(days);`,
    `if (messages === 0 && days === 0) return;
      const from = days === 0 ? 0 : storeClock.keepFrom(days);`,
  ]),
];
