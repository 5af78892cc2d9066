/** Several processes that change the same messages in one Deno KV at once: each decides by what is so when it is stored. @module */

import { isMessage, type NewEvent } from "../../../chat/event/event.ts";
import { AppenderProcess } from "../../lib/appender_process.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { by, textsOf } from "../../lib/messages.ts";
import { Random } from "../../lib/random.ts";
import { append, commit, edit, messageAt, react, remove } from "../changing.ts";
import { RACES } from "../races.ts";
import { Folder, openKv } from "../in_folder.ts";
import { assertRight, before, countKeys, inShared } from "./shared.ts";

for (const [name, earlier, mine, theirs, wanted] of RACES) {
  Deno.test(`kv: one that ${name} at any instant decides by that`, async () => {
    for (const isNew of [false, true]) {
      for (let [step, wasThere] = [1, true]; wasThere; step++) {
        await inShared(async ({ one, two, kv }) => {
          // Of a room that it has written to itself it reads nothing again, unless another one came between.
          for (const event of [by("first", "first"), ...earlier]) await append(isNew ? two : one, event);
          let got;
          wasThere = await before(step, () => append(two, theirs), async () => got = await append(one, mine));
          if (wasThere) assertEquals(got, wanted, `step ${step}`);
          else assert(step > 2, `${step} steps`);
          assertEquals(
            await countKeys(kv, ["switchboard", "reaction"]),
            (await messageAt(one, 1)).reactions?.length ?? 0,
          );
        });
      }
    }
  });
}

/** What another process does while a page is read that has the message 1, an edit of it, and a reaction of Bob's and one of Eve's. */
const MEANWHILE: [name: string, events: NewEvent[]][] = [
  ["is edited", [edit("edited", 1)]],
  ["is deleted", [remove()]],
  ["gets a reaction of the reader", [react("bob", true, "🎉")]],
  ["loses a reaction of the reader", [react("bob", false)]],
  ["is answered, and that is edited", [{ ...by("an answer", "a"), reply: 1 }, edit("an answer, edited", 0, 6)]],
];

for (const [name, meanwhile] of MEANWHILE) {
  Deno.test(`kv: a page that is read while its message ${name} is of one instant`, async () => {
    for (const range of [{ limit: 9 }, { after: 0, limit: 9 }, { after: 1, limit: 9 }, { thread: 1, limit: 9 }]) {
      for (let [step, wasThere] = [1, true]; wasThere; step++) {
        await inShared(async ({ one, two }) => {
          await commit(
            one,
            by("first", "first"),
            edit("second", 0),
            react("bob"),
            react("eve", true, "🎉"),
            react("eve"),
          );
          const read = () => one.read("lobby", { ...range, reader: "bob" });
          const earlier = await read();
          let page = earlier;
          wasThere = await before(step, () => commit(two, ...meanwhile), async () => page = await read());
          const what = `${JSON.stringify(range)}, step ${step}`;
          assertEquals(page, page.head === earlier.head ? earlier : await read(), what);
          if (!wasThere) assert(step > 2, what);
        });
      }
    }
  });
}

/** What another process does while retention removes the message 1, of which Bob's reaction and the answer 3 know, and keeps three. */
const BESIDE_RETENTION: [name: string, event: NewEvent, texts: string][] = [
  ["writes one more", by("another", "n"), "c d another"],
  ["answers what goes", { ...by("answer", "n"), reply: 1 }, "c d answer"],
  ["reacts to what goes", react("eve"), "b c d"],
  ["deletes what goes", remove(), "b c d"],
  ["deletes what stays", remove(4), "b c "],
  ["edits what stays", edit("other", 0, 4), "b c other"],
  ["lets the room keep less", { kind: "settings", id: "ada", name: "Ada", set: { keepMessages: 2 } }, "c d"],
];

for (const [name, event, texts] of BESIDE_RETENTION) {
  Deno.test(`kv: retention removes the same if another one ${name} at any instant of it`, async () => {
    for (let [step, wasThere] = [1, true]; wasThere; step++) {
      await inShared(async ({ one, two, kv }) => {
        await commit(two, by("a", "a"), by("b", "b"), { ...by("c", "c"), reply: 1 }, by("d", "d"), react("bob"));
        const sweep = async () => {
          while (await one.trim(3, 0));
        };
        let answer: number | string = "none";
        wasThere = await before(step, async () => answer = await append(two, event), sweep);
        if (!wasThere) return assert(step > 2, `${step} steps`);
        await sweep();
        const { events } = await one.read("lobby", { limit: 9 });
        // What is gone already nobody answers, or changes.
        assertEquals(textsOf(events).join(" "), typeof answer === "string" ? "b c d" : texts, `step ${step}`);
        const kept = events.filter(isMessage);
        const left = ["log", "reaction", "own", "leftover", "reply"].map((what) =>
          countKeys(kv, ["switchboard", what])
        );
        const replies = kept.filter(({ reply }) => reply !== undefined).length;
        assertEquals(await Promise.all(left), [kept.length, 0, 0, 0, replies], `step ${step}`);
      });
    }
  });
}

Deno.test("kv: a page of a message that changes whenever it is read comes all the same, and its rev says what it has", () =>
  inShared(async ({ one, two }) => {
    await commit(one, by("first", "first"));
    const { getMany } = Deno.Kv.prototype;
    let version = 0;
    Deno.Kv.prototype.getMany = async function (this: Deno.Kv, ...args: Parameters<typeof getMany>) {
      const found = await getMany.apply(this, args);
      Deno.Kv.prototype.getMany = getMany;
      await commit(two, edit(`${version + 1}`, version));
      version++;
      Deno.Kv.prototype.getMany = changing;
      return found;
    } as typeof getMany;
    const changing = Deno.Kv.prototype.getMany;
    try {
      const { head, events: [message] } = await one.read("lobby", { limit: 9 });
      assert(message !== undefined && isMessage(message));
      assertEquals([message.text, message.version, message.rev], [`${version}`, version, head + 1]);
    } finally {
      Deno.Kv.prototype.getMany = getMany;
    }
  }));

Deno.test("kv: of edits that two processes make at once exactly one wins, and the others are conflicts", () =>
  inShared(async ({ one, two, kv }) => {
    await append(one, by("first", "first"));
    for (let version = 0; version < 30; version++) {
      const edits = [one, two, one, two].map((store, index) => append(store, edit(`${version}-${index}`, version)));
      const answers = await Promise.all(edits);
      const won = answers.findIndex((answer) => typeof answer === "number");
      assertEquals(answers.filter((answer) => answer === "conflict").length, 3, answers.join());
      const { text, version: now, rev } = await messageAt(two, 1);
      assertEquals([text, now, rev], [`${version}-${won}`, version + 1, answers[won]!]);
    }
    await assertRight(one, kv);
  }));

Deno.test("kv: reactions of two processes are counted right, whoever takes them back", () =>
  inShared(async ({ one, two, kv }) => {
    await Promise.all([append(one, by("first")), append(two, by("second"))]);
    const random = new Random("reactions");
    const ids = Array.from({ length: 10 }, (_, index) => `id-${index}`);
    for (let round = 0; round < 15; round++) {
      await Promise.all([one, two].map((store) => {
        const events = ids.map((id) => react(id, random.chance(0.6), random.pick(["👍", "🎉"]), random.int(1, 2)));
        return commit(store, ...events);
      }));
    }
    const page = await one.read("lobby", { limit: 9, reader: ids[0]! });
    for (const message of page.events.filter(isMessage)) {
      for (const { emoji, mine = false } of message.reactions ?? []) {
        const reactors = await two.reactors("lobby", { target: message.seq, emoji, limit: 100 });
        assertEquals(mine, reactors.includes(ids[0]!));
      }
    }
    await assertRight(two, kv);
  }));

Deno.test("kv: processes that change the same room lose nothing that was acknowledged, though they are killed", async () => {
  await using folder = new Folder("chat.kv");
  const store = await openKv(folder.file);
  using kv = await Deno.openKv(folder.file);
  try {
    await commit(store, by("one"), by("two"), by("three"));
    const script = new URL("../changer.ts", import.meta.url);
    const start = (author: string) => new AppenderProcess(`kv:${folder.file}`, "lobby", author, undefined, script);
    const changers = [start("k-ada"), start("k-bob")];
    await Promise.all(changers.map((changer) => changer.untilAcknowledged(150)));
    await changers[0]!.kill();
    changers.push(start("k-eve"));
    await Promise.all(changers.slice(1).map((changer) => changer.untilAcknowledged(100)));
    for (const changer of changers) await changer.kill();
    const { events, head } = await store.read("lobby", { after: 0, limit: 1_000_000 });
    assertEquals(events.map(({ seq }) => seq), Array.from({ length: head }, (_, index) => index + 1));
    for (const { acknowledged } of changers) {
      for (const [nonce, seq] of acknowledged) assertEquals(events[seq - 1]?.nonce, nonce);
    }
    await assertRight(store, kv);
  } finally {
    await store.close();
  }
});
