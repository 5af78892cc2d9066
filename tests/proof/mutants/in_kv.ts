/** Bugs in the store in Deno KV. @module */

import { inTest, type Mutant } from "./mutant.ts";

const KV = "chat/stores/kv/commit.ts";
const KV_APPEND = "chat/stores/kv/append.ts";
const KV_FACTS = "chat/stores/kv/facts.ts";
const KV_TRIM = "chat/stores/kv/trim.ts";

export const IN_KV: readonly Mutant[] = [
  inTest("tests/log/holes_test.ts", "kv: history", "history ends where Deno KV has lost a page of messages", [
    "chat/stores/kv/reading.ts",
    `const [start, end] = [Math.max(from, first), Math.min(to, head)];`,
    `const [oldest, newestOne] = [Math.max(from, first), Math.min(to, head)];
    const start = newest ? Math.max(newestOne - limit + 1, oldest) : oldest;
    const end = newest ? newestOne : Math.min(oldest + limit - 1, newestOne);`,
  ]),
  inTest(
    "tests/stores/kv/store_test.ts",
    "another text",
    "the KV store takes any text for the one of a nonce in the same commit",
    [
      KV_APPEND,
      `Buffer.compare(fingerprint!, content) === 0, epoch`,
      `ts >= at.ts || Buffer.compare(fingerprint!, content) === 0, epoch`,
    ],
  ),
  inTest(
    "tests/stores/kv/store_test.ts",
    "two texts",
    "the KV store takes any text for the one of a nonce that another process used",
    [
      KV_FACTS,
      `.map((nonce) => ({ room, key: KvKey.nonce(room, event.id, nonce) }))`,
      `.map((nonce) => ({ room, key: KvKey.nonce(room, event.id, nonce), event }))`,
    ],
    [
      KV_FACTS,
      `for (const { room, key } of nonces) await mend(view, room, key, fingerprintKey);`,
      `for (const { room, key, event } of nonces) {
    await mend(view, room, key, fingerprintKey);
    const nonce = view.get<NonceValue>(key);
    if (nonce !== null) view.assume(key, [nonce[0], nonce[1], fingerprintOf(event, fingerprintKey)]);
  }`,
    ],
  ),
  inTest("tests/stores/kv/races_test.ts", "at any instant", "the KV store reads what it decides by before the rooms", [
    KV,
    `    const rooms = await this.#known.rooms(names);
`,
    `    const view = new KvView(this.#kv);
    await loadFacts(view, entries, allNonces, fingerprintKey);
    const rooms = await this.#known.rooms(names);
`,
  ], [
    KV,
    `    const view = new KvView(this.#kv);
    await loadFacts(view, entries, allNonces, fingerprintKey);
    const write =`,
    `    const write =`,
  ]),
  inTest("tests/stores/kv/races_test.ts", "at any instant", "the KV store does not check by what it refuses", [
    KV,
    `return (await tryCommit(write)).ok ? results : undefined;`,
    `return results;`,
  ]),
  inTest("tests/stores/kv/races_test.ts", "at any instant", "the KV store looks up no nonce of a change", [
    KV_APPEND,
    `const earlier = nonce && view.get`,
    `const earlier = nonce && event.kind === undefined && view.get`,
  ]),
  inTest("tests/stores/kv/races_test.ts", "of edits", "an edit in Deno KV leaves the message as it was", [
    KV_APPEND,
    `{ event: message, day } satisfies MessageValue`,
    `{ event: { ...message, text: before.text }, day } satisfies MessageValue`,
  ]),
  inTest("tests/stores/kv/changes_test.ts", "no value", "a replayed edit from Deno KV has the text that it had", [
    KV_APPEND,
    `view.set(KvKey.change(name, seq), forget(change));`,
    `view.set(KvKey.change(name, seq), change);`,
  ]),
  inTest("tests/stores/kv/races_test.ts", "counted right", "a reaction that was taken back stands in Deno KV", [
    KV_APPEND,
    `view.set(key, change.on || null);`,
    `view.set(key, true);`,
  ]),
  inTest("tests/stores/kv/limits_test.ts", "thousands", "a delete leaves its reactions in Deno KV", [
    KV_APPEND,
    `if (reactionsAreOver) view.set(KvKey.leftover(name, seq), true);`,
    ``,
  ]),
  inTest("tests/stores/kv/limits_test.ts", "thousands", "retention leaves reactions in Deno KV", [
    KV_TRIM,
    `if (reactions !== undefined) write.set(KvKey.leftover(name, seq), true);`,
    ``,
  ]),
  inTest("tests/stores/kv/limits_test.ts", "thousands", "Deno KV gives the reactions of a deleted message", [
    "chat/stores/kv/read.ts",
    `if (!reactions.some((one) => one.emoji === emoji)) return [];`,
    ``,
  ]),
  inTest("tests/stores/kv/limits_test.ts", "as much as", "a commit is not divided by its bytes for Deno KV", [
    KV,
    `if (entries.length > 1 && !view.fits) return "too large";`,
    ``,
  ]),
  inTest("tests/stores/kv/store_test.ts", "retention counts", "retention in Deno KV counts changes as messages", [
    KV_TRIM,
    `event.ordinal! > room.messages - keep`,
    `event.seq > room.head - keep`,
  ]),
  inTest("tests/stores/kv/store_test.ts", "retention counts", "retention in Deno KV does not raise the floor", [
    KV_TRIM,
    `floor: Math.max(room.floor, gone.messages.at(-1)?.event.seq ?? 0, gone.changes.at(-1)?.seq ?? 0),`,
    ``,
  ]),
  inTest("tests/stores/kv/store_test.ts", "retention counts", "the floor in Deno KV is the first message's", [
    KV_TRIM,
    `floor: Math.max(room.floor, gone.messages.at(-1)?.event.seq ?? 0, gone.changes.at(-1)?.seq ?? 0),`,
    `floor: (next?.event.seq ?? room.head + 1) - 1,`,
  ]),
  inTest("tests/stores/kv/store_test.ts", "storm of reactions", "changes that are too many stay in Deno KV", [
    KV_APPEND,
    `if (++room.changes > CHANGES_KEPT) view.set(KvKey.surplus(name), true);`,
    `room.changes++;`,
  ]),
  inTest("tests/stores/kv/store_test.ts", "storm of reactions", "messages below the floor in Deno KV count as missed", [
    "chat/stores/kv/read.ts",
    `const begins = after === undefined || messagesOnly || after >= floor;`,
    `const begins = true;`,
  ]),
  inTest("tests/stores/kv/races_test.ts", "of one instant", "a page from Deno KV has messages of later instants", [
    "chat/stores/kv/read.ts",
    `moved === undefined || (moved === "changed" && mayBeNewer) ?`,
    `moved !== "removed" ?`,
  ]),
  inTest(
    "tests/stores/kv/races_test.ts",
    "of one instant",
    "a page from Deno KV has reactions of one's own from later",
    [
      "chat/stores/kv/reading.ts",
      `if (now.head !== head) await this.messagesAt(seqs);`,
      ``,
    ],
  ),
  inTest(
    "tests/stores/kv/races_test.ts",
    "all the same",
    "a message that changes all the time cannot be read from Deno KV",
    [
      "chat/stores/kv/store.ts",
      `range, tries >= KV_INSTANT_TRIES)`,
      `range, tries >= KV_TRIES)`,
    ],
  ),
  inTest("tests/stores/kv/store_test.ts", "knows its own", "an emoji in Deno KV is everybody's own", [
    "chat/stores/kv/read.ts",
    `isOwn(seq, one.emoji) ?`,
    `own.size > 0 ?`,
  ]),
  inTest("tests/stores/kv/formats_test.ts", "newer version has", "a newer version's Deno KV is served", [
    "chat/stores/kv/known.ts",
    `if ((format.value ?? 0) > FORMAT) {`,
    `if ((format.value ?? 0) > FORMAT + 1) {`,
  ]),
  inTest(
    "tests/stores/kv/formats_test.ts",
    "is marked",
    "the KV store writes to an older database and does not mark it",
    [
      KV,
      `if (!await this.#known.claim()) return undefined;`,
      ``,
    ],
  ),
  inTest("tests/stores/kv/formats_test.ts", "fields and kinds", "Deno KV keeps only fields of messages that it knows", [
    KV_APPEND,
    `{ event: { ...message, ordinal: ++room.messages }, day }`,
    `{
      event: {
        ...{ seq, id: message.id, name: message.name, text: message.text, ts: message.ts, ordinal: ++room.messages },
        ...message.nonce === undefined ? {} : { nonce: message.nonce },
        ...reply === undefined ? {} : { reply },
      },
      day,
    }`,
  ]),
  inTest(
    "tests/stores/kv/formats_test.ts",
    "goes on running",
    "a server of the version before writes over changes in Deno KV",
    [
      "chat/stores/kv/values.ts",
      `head: BigInt(room.head)`,
      `head: room.head`,
    ],
  ),
  inTest(
    "tests/stores/kv/faults_test.ts",
    "have a new epoch",
    "a new Deno KV is taken for one that was served before",
    [
      "chat/stores/kv/known.ts",
      `if (ok && commits.value !== null) this.#renewed();`,
      `if (ok) this.#renewed();`,
    ],
  ),
  inTest("tests/stores/kv/faults_test.ts", "have a new epoch", "nobody is told of a Deno KV that has gone back", [
    "chat/stores/kv/known.ts",
    `const { ok } = await tryCommit(this.#kv.atomic().check(this.epoch).set(KvKey.epoch, crypto.randomUUID()));
    if (ok) this.#renewed();`,
    `await tryCommit(this.#kv.atomic().check(this.epoch).set(KvKey.epoch, crypto.randomUUID()));`,
  ]),
  inTest("tests/tools/snapshot_test.ts", "kv: a restored store", "the operator's report does not reach Deno KV", [
    "chat/stores/open_store.ts",
    `isShared(rest), report });`,
    `isShared(rest) });`,
  ]),
  inTest(
    "tests/stores/kv/faults_test.ts",
    "only reads",
    "a process that only reads stays in files of Deno KV that are gone",
    [
      "chat/stores/kv/store.ts",
      `files === undefined ? () => {} : lookAt(files, clock, report);`,
      `() => {};`,
    ],
  ),
  inTest("tests/stores/kv/faults_test.ts", "nothing more is acknowledged", "the KV store's files are not looked at", [
    KV,
    `this.#files?.checkPlaces();`,
    ``,
  ]),
  inTest(
    "tests/stores/kv/standing_test.ts",
    "of a name that another one takes",
    "the bots of a KV store are read before they are counted",
    [
      "chat/stores/kv/bots.ts",
      `const count = await kv.get<number>(KvKey.botCount);
          const all = await list();`,
      `const all = await list();
          const count = await kv.get<number>(KvKey.botCount);`,
    ],
  ),
  inTest(
    "tests/stores/kv/standing_test.ts",
    "another process writes to the file",
    "what Deno KV has locked fails at once",
    [
      "chat/stores/kv/try_commit.ts",
      `if (isLocked(error)) return { ok: false };`,
      ``,
    ],
  ),
];
