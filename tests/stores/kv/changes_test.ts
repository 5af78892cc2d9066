/** What Deno KV keeps of changes: what SQLite keeps, and no old text. `SEED=… deno test` repeats a random run. @module */

import { DatabaseSync } from "node:sqlite";
import type { NewEvent } from "../../../chat/event/event.ts";
import type { Entry, Range, Store } from "../../../chat/log/message_log.ts";
import { Space } from "../../../chat/stores/space.ts";
import { makeMemoryStore } from "../../../chat/stores/sqlite/store.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { Random } from "../../lib/random.ts";
import { append, commit, edit, inShared, remove } from "./shared.ts";

Deno.test("kv: no value has a text that was overwritten or deleted, nor has a page", () =>
  inShared(async ({ one, kv }) => {
    await commit(one, by("secret one", "n1"), by("secret two", "n2"), by("secret three"));
    await commit(one, edit("secret edit", 0), edit("public", 1), edit("secret, too", 0, 2), remove(2), remove(3));
    await append(one, { ...by("an answer"), reply: 1 });
    for await (const { key, value } of kv.list({ prefix: ["switchboard"] })) {
      const all = Deno.inspect(value, { depth: 9, strAbbreviateSize: Infinity });
      assertEquals(/secret/.test(all), false, `${key.join()}: ${all}`);
    }
    const replay = await one.read("lobby", { after: 0, limit: 99 });
    assertEquals(texts(replay.events), "public   public public  delete delete an answer");
    assertEquals(await append(one, by("secret two", "n2")), "already 2");
  }));

const ROOMS = ["lobby", "other"];
const IDS = ["ada", "bob", "eve", "7"];
const EMOJI = ["👍", "🎉", "❤️"];

Deno.test("kv: two hundred random steps of two processes come to what they come to in SQLite", () =>
  inShared(async ({ one, two }) => {
    const seed = Deno.env.get("SEED") ?? crypto.randomUUID().slice(0, 8);
    const sqlite = makeMemoryStore(DatabaseSync, new Space(0, () => {}));
    try {
      await new Run(new Random(seed), [one, two], sqlite).go(200);
    } catch (cause) {
      throw new Error(`The random run failed: SEED=${seed} repeats it`, { cause });
    } finally {
      await sqlite.close();
    }
  }));

/** Does the same to several stores on one Deno KV, and to one of SQLite. */
class Run {
  readonly #random: Random;
  readonly #kv: Store[];
  readonly #sqlite: Store;
  readonly #heads = new Map(ROOMS.map((room) => [room, 0]));
  #now = 1_000_000_000;
  #day = 0;

  constructor(random: Random, kv: Store[], sqlite: Store) {
    this.#random = random;
    this.#kv = kv;
    this.#sqlite = sqlite;
  }

  async go(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.#now += this.#random.int(-50, 200);
      if (this.#random.chance(0.03)) this.#day++;
      const dice = this.#random.next();
      if (dice < 0.5) await this.#commit();
      else if (dice < 0.95) await this.#read();
      else await this.#trim();
    }
  }

  async #commit(): Promise<void> {
    const count = this.#random.chance(0.1) ? this.#random.int(100, 300) : this.#random.int(1, 30);
    const entries = Array.from({ length: count }, (): Entry => {
      const room = this.#random.pick(ROOMS);
      return { room, event: this.#event(this.#heads.get(room)!) };
    });
    const at = { ts: this.#now, day: this.#day };
    await this.#alike(JSON.stringify(entries), (store) => store.commit(entries, at));
    for (const room of ROOMS) this.#heads.set(room, (await this.#sqlite.read(room, { limit: 0 })).head);
  }

  #event(head: number): NewEvent {
    const random = this.#random;
    const id = random.pick(IDS);
    const nonce = random.chance(0.9) ? { nonce: `n${random.int(0, 800)}` } : {};
    const author = { id, name: id.toUpperCase(), ...nonce };
    const near = Math.max(1, head - random.int(0, 12));
    const dice = random.next();
    const mentions = random.chance(0.3) ? { mentions: [random.pick(IDS)] } : {};
    if (dice < 0.3) return { ...author, text: `t${random.int(1, 5)}`, ...mentions };
    if (dice < 0.4) return { ...author, text: `t${random.int(1, 5)}`, reply: near };
    const target = random.chance(0.8) ? { target: near } : { targetNonce: `n${random.int(0, 800)}` };
    const text = `e${random.int(1, 5)}`;
    if (dice < 0.6) return { kind: "edit", ...author, ...target, text, version: random.int(0, 2), ...mentions };
    if (dice < 0.68) return { kind: "delete", ...author, ...target, reason: "spam" };
    return { kind: "react", ...author, ...target, emoji: random.pick(EMOJI), on: random.chance(0.7) };
  }

  async #read(): Promise<void> {
    const random = this.#random;
    const room = random.pick(ROOMS);
    const around = random.int(0, this.#heads.get(room)! + 5);
    const limit = random.int(0, 60);
    const range = random.pick<Range>([
      { limit },
      { after: around, limit },
      { after: around, limit, messagesOnly: true },
      { before: around + 1, limit },
    ]);
    const reader = random.chance(0.5) ? { reader: random.pick(IDS) } : {};
    await this.#alike(JSON.stringify([room, range, reader]), (store) => store.read(room, { ...range, ...reader }));
    const some = random.pick<Range>([{ thread: around, limit }, { only: [around, around + 3, around - 2], limit: 3 }]);
    // `passed` means nothing of these.
    await this.#alike(JSON.stringify([room, some, reader]), async (store) => {
      const { passed: _, ...page } = await store.read(room, { ...some, ...reader });
      return page;
    });
    const emoji = random.pick(EMOJI);
    await this.#alike(
      `${room} ${around} ${emoji}`,
      (store) => store.reactors(room, { target: around, emoji, limit: 3 }),
    );
  }

  async #trim(): Promise<void> {
    const random = this.#random;
    const keep = random.chance(0.5) ? Number.MAX_SAFE_INTEGER : random.int(0, 100);
    const day = random.chance(0.5) ? 0 : this.#day - random.int(0, 3);
    for (const store of [random.pick(this.#kv), this.#sqlite]) while (await store.trim(keep, day));
  }

  /** Each store has an epoch of its own. */
  async #alike(what: string, ask: (store: Store) => Promise<object>): Promise<void> {
    const [kv, sqlite] = await Promise.all([this.#random.pick(this.#kv), this.#sqlite].map(ask));
    assertEquals(withoutEpochs(kv!), withoutEpochs(sqlite!), what);
  }
}

function withoutEpochs(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value) => key === "epoch" ? undefined : value));
}
