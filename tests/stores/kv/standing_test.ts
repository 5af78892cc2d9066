/** Several processes that make bots, take claims and call ids back in one Deno KV at once: each decides by what is so when it is stored. @module */

import { DatabaseSync } from "node:sqlite";
import { BOTS } from "../../../chat/log/bounds.ts";
import type { Bot } from "../../../chat/log/bots.ts";
import type { Store } from "../../../chat/log/store.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { Folder, openKv } from "../in_folder.ts";
import { before, countKeys, inShared } from "./shared.ts";

type Deed = (store: Store, kv: Deno.Kv) => Promise<unknown>;

function bot(name: string): Bot {
  return { name, rooms: ["*"], may: "read", ts: 1 };
}

const add = (name: string, secret: string): Deed => ({ bots }) => bots!.add(bot(name), secret);
const takeBack = (name: string): Deed => ({ bots }) => bots!.remove(name);
const offer = (claim: string): Deed => ({ identities }) => identities!.offer(claim);
const claim = (claim: string, id: string): Deed => ({ identities }) => identities!.claim(claim, id);
const revoke = (id: string, next?: string): Deed => ({ identities }) => identities!.revoke(id, next);

/** As many as there may be but one: their secrets are of no use here. */
const addMany: Deed = async (_store, kv) => {
  const names = Array.from({ length: BOTS - 1 }, (_, n) => `bot-${n}`);
  for (const name of names) await kv.set(KvKey.bot(name), { ...bot(name), secret: name });
};

/** Bots that are listed, and names that secrets lead to: each bot has one, but those made in an instant above. */
const botsOf: Deed = async (store, kv) => [
  (await store.bots!.list()).length,
  (await Promise.all(["c1", "c2"].map((secret) => store.bots!.find(secret)))).map((found) => found?.name),
  await countKeys(kv, ["switchboard", "bot secret"]),
];
const standingsOf: Deed = ({ identities }) => Promise.all(["k-ada", "k-bob"].map((id) => identities!.find(id)));

/**
 * What was before, what one process is about to do, and what another one does first; the answer to the one if the other was in time, and what is so then.
 */
const RACES: [
  name: string,
  earlier: Deed[],
  mine: Deed,
  theirs: Deed,
  answer: unknown,
  state: Deed,
  wanted: unknown,
][] = [
  [
    "makes a bot of a name that another one takes",
    [],
    add("ci", "c1"),
    add("ci", "c2"),
    false,
    botsOf,
    [1, [undefined, "ci"], 1],
  ],
  [
    "makes the last bot that there may be, as another one does",
    [addMany],
    add("mine", "c1"),
    add("theirs", "c2"),
    false,
    botsOf,
    [BOTS, [undefined, "theirs"], 1],
  ],
  [
    "takes back a bot that another one makes anew",
    [add("ci", "c1")],
    takeBack("ci"),
    async (store, kv) => [await takeBack("ci")(store, kv), await add("ci", "c2")(store, kv)],
    true,
    botsOf,
    [0, [undefined, undefined], 0],
  ],
  [
    "takes back a bot that another one takes back",
    [add("ci", "c1")],
    takeBack("ci"),
    takeBack("ci"),
    false,
    botsOf,
    [0, [undefined, undefined], 0],
  ],
  [
    "takes a claim that another one takes",
    [offer("c")],
    claim("c", "k-ada"),
    claim("c", "k-bob"),
    false,
    standingsOf,
    [{}, { operator: true }],
  ],
  ["takes a claim that gives way", [offer("c")], claim("c", "k-ada"), offer("d"), false, standingsOf, [{}, {}]],
  [
    "takes a claim for an id that is called back",
    [offer("c")],
    claim("c", "k-ada"),
    revoke("k-ada", "k-bob"),
    true,
    standingsOf,
    [{ revoked: true, next: "k-bob", operator: true }, {}],
  ],
  [
    "calls an id back that takes a claim",
    [offer("c")],
    revoke("k-ada", "k-bob"),
    claim("c", "k-ada"),
    undefined,
    standingsOf,
    [{ operator: true, revoked: true, next: "k-bob" }, {}],
  ],
  [
    "calls an id back that is called back for somebody else",
    [],
    revoke("k-ada", "k-bob"),
    revoke("k-ada", "k-eve"),
    undefined,
    standingsOf,
    [{ revoked: true, next: "k-eve" }, {}],
  ],
];

for (const [name, earlier, mine, theirs, answer, state, wanted] of RACES) {
  Deno.test(`kv: one that ${name} at any instant decides by that`, async () => {
    for (let [step, wasThere] = [1, true]; wasThere; step++) {
      await inShared(async ({ one, two, kv }) => {
        for (const deed of earlier) await deed(two, kv);
        let got;
        wasThere = await before(step, () => theirs(two, kv), async () => got = await mine(one, kv));
        if (wasThere) assertEquals([got, await state(one, kv)], [answer, wanted], `step ${step}`);
        else assert(step > 2, `${step} steps`);
      });
    }
  });
}

/** What a process stores besides events. */
const STORED: Deed[] = [
  add("ci", "c1"),
  takeBack("ci"),
  offer("c"),
  claim("c", "k-ada"),
  revoke("k-ada"),
  (store) => store.writeTime({ livedMs: 1, wallMs: 1 }),
];

Deno.test("kv: whatever is stored while another process writes to the file is stored when that is done", async () => {
  await using folder = new Folder("chat.kv");
  const store = await openKv(folder.file);
  using kv = await Deno.openKv(folder.file);
  const other = new DatabaseSync(folder.file);
  const { commit } = Deno.AtomicOperation.prototype;
  try {
    for (const deed of STORED) {
      other.exec("BEGIN IMMEDIATE");
      const refused = Promise.withResolvers<void>();
      Deno.AtomicOperation.prototype.commit = function () {
        const answer = commit.call(this);
        answer.catch(() => refused.resolve());
        return answer;
      };
      // Deno KV either fails at once or waits for as long as SQLite lets it.
      const patience = setTimeout(refused.resolve, 100);
      const done = deed(store, kv);
      await Promise.race([refused.promise, done]);
      clearTimeout(patience);
      other.exec("COMMIT");
      await done;
    }
    assertEquals(await standingsOf(store, kv), [{ operator: true, revoked: true }, {}]);
    assertEquals([await store.bots!.list(), await store.readTime()], [[], { livedMs: 1, wallMs: 1 }]);
  } finally {
    Deno.AtomicOperation.prototype.commit = commit;
    other.close();
    await store.close();
  }
});
