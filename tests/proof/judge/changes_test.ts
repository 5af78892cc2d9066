/** The checker finds what is wrong with changes of messages, and nothing in a run in which they are right. @module */

import { assert, assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { check } from "./checker.ts";
import type { Change, ClientEvent, ClientLog, Content, Entry, Evidence, Message } from "./evidence.ts";
import { client, joined, pushed } from "./example_run.ts";

const ROOM = { room: "lobby" };

function said(seq: number, id: string, more: Partial<Message> = {}): Message {
  return { seq, id, name: id, text: `text ${seq}`, nonce: `n${seq}`, ts: 1_000 + seq, ...more };
}

function changed(seq: number, id: string, more: Pick<Change, "kind" | "target"> & Partial<Change>): Change {
  return { seq, id, name: id, nonce: `n${seq}`, ts: 1_000 + seq, ...more };
}

/** What its author had asked for when an event was stored. */
function askedFor(entry: Entry): Content & { nonce?: string } {
  const { kind, nonce, text, reply, target, version, emoji, on } = entry as Change & Message;
  return { kind, nonce, text, reply, target, emoji, on, version: kind === "edit" ? version! - 1 : undefined };
}

/** An author's log of one event: it asks, is answered, and is sent it. */
function done(entry: Entry): ClientEvent[] {
  const { seq, ts, nonce = "" } = entry;
  const command = { ...ROOM, ...askedFor(entry), nonce };
  const at = 10 * seq;
  return [
    { at, type: "sent", ...command },
    { at: at + 1, type: "acked", ...command, epoch: "e1", seq, ts, durability: "fsync" },
    told(at + 2, entry),
  ];
}

function told(at: number, entry: Entry): ClientEvent {
  return entry.kind === undefined ? pushed(at, entry) : { at, type: "change", ...ROOM, change: entry };
}

const [ANN, BOB] = ["k-ann", "k-bob"];

/** As they happened. */
const EVENTS: Entry[] = [
  said(1, ANN),
  said(2, BOB, { reply: 1 }),
  changed(3, BOB, { kind: "react", target: 1, emoji: "👍", on: true }),
  changed(4, ANN, { kind: "react", target: 1, emoji: "👍", on: true }),
  changed(5, ANN, { kind: "edit", target: 1, text: "text 5", version: 1 }),
  said(6, ANN),
  changed(7, ANN, { kind: "delete", target: 6 }),
];
/** As they are read later. */
const FIRST = said(1, ANN, { text: "text 5", version: 1, rev: 5, replies: 1, reactions: [{ emoji: "👍", count: 2 }] });
const LAST = said(6, ANN, { text: "", deleted: true, rev: 7 });
const STORED: Entry[] = [FIRST, ...EVENTS.slice(1, 5), LAST, EVENTS[6]!];

const OWN = { ...FIRST, reactions: [{ emoji: "👍", count: 2, mine: true }] };

/** Ann and Bob talk; old Cy knows no changes, and plain Di only reads. */
function goodRun(): Evidence & { clients: [ClientLog, ClientLog, ClientLog, ClientLog] } {
  const begin = (): ClientEvent[] => [{ at: 0, type: "opened" }, joined(1)];
  const of = (id: string) =>
    EVENTS.flatMap((entry) => entry.id === id ? done(entry) : [told(10 * entry.seq + 2, entry)]);
  const line = (seq: number, id: string, text: string) =>
    pushed(10 * seq + 2, { seq, id, name: id, text, ts: 1_000 + seq });
  const cy = [
    line(1, ANN, "text 1"),
    line(2, BOB, "text 2"),
    line(3, BOB, "reacted 👍 to a message"),
    line(4, ANN, "reacted 👍 to a message"),
    line(5, ANN, "* text 5"),
    line(6, ANN, "text 6"),
    line(7, ANN, "(deleted a message)"),
  ];
  const plain = (at: number, text: string): ClientEvent => ({ at, type: "text", text: `Client #${text}` });
  const di = [plain(12, `${ANN} says: text 1`), plain(22, `${BOB} says: text 2`), plain(72, `${ANN} says: (deleted)`)];
  return {
    clients: [
      client(ANN, [...begin(), ...of(ANN)]),
      client(BOB, [...begin(), ...of(BOB)]),
      client("cy", [...begin(), ...cy], { changes: false }),
      client("di", [{ at: 0, type: "opened" }, ...di], { dialect: "plain", changes: undefined, ...ROOM }),
    ],
    store: {
      lobby: {
        epoch: "e1",
        first: 1,
        floor: 0,
        head: 7,
        entries: structuredClone(STORED),
        reactors: [{ target: 1, emoji: "👍", ids: [ANN, BOB] }],
      },
    },
    durability: "fsync",
    losses: [],
    faults: [],
    unexpectedExits: [],
    settled: true,
    replay: { messages: 1_000, changes: 5_000 },
  };
}

/** The violations of a run that is good but for what `spoil` does to it. */
function spoiled(spoil: (run: ReturnType<typeof goodRun>) => void): string[] {
  const run = goodRun();
  spoil(run);
  return check(run).map(({ promise, what }) => `${promise}: ${what}`);
}

/** The first of them. */
const first = (spoil: (run: ReturnType<typeof goodRun>) => void) => spoiled(spoil)[0] ?? "nothing";

/** What Bob is told later, in another reply. */
function later(event: ClientEvent): string[] {
  return spoiled(({ clients: [, bob] }) => void bob.events.push({ at: 100, type: "opened" }, event));
}

const page = (messages: Message[], more: object = {}) =>
  ({
    at: 102,
    type: "history",
    ...ROOM,
    askedAt: 101,
    epoch: "e1",
    from: 1,
    to: 7,
    messages,
    more: false,
    ...more,
  }) as ClientEvent;

Deno.test("changes: a run in which they are right has no violation", () => {
  assertEquals(spoiled(() => {}), []);
  assertEquals(
    later(joined(102, { askedAt: 101, seq: 7, ordinal: 3, messages: [OWN, said(2, BOB, { reply: 1 }), LAST] })),
    [],
  );
  const after = { epoch: "e1", seq: 0, ordinal: 0 };
  const replayed = joined(102, { askedAt: 101, seq: 7, ordinal: 3, after, recovered: true, messages: STORED });
  assertEquals(later(replayed), []);
});

Deno.test("changes: where clocks jump, the time of a page's last message is not that of a change behind it", () => {
  const [message, edit, next] = [
    said(1, ANN, { ts: 101_000 }),
    changed(2, ANN, { kind: "edit", target: 1, text: "text 2", version: 1, ts: 20_000 }),
    said(3, ANN, { ts: 60_000 }),
  ];
  const edited = { ...message, text: "text 2", version: 1, rev: 2 };
  const found = (end: number) =>
    spoiled((run) => {
      const entered = joined(25, { seq: end, ordinal: 1, messages: [edited] });
      const bob = client(BOB, [{ at: 24, type: "opened" }, entered, told(32, next)]);
      const ann = client(ANN, [{ at: 0, type: "opened" }, joined(1), ...[message, edit, next].flatMap(done)]);
      const kept = { epoch: "e1", first: 1, floor: 0, head: 3, entries: [edited, edit, next], reactors: [] };
      Object.assign(run, { clients: [ann, bob], store: { lobby: kept }, clocksJump: true });
    });
  assertEquals(found(2), []);
  assert(found(1).includes("6: the time of event 3 fell"), "that of the last event counts");
});

Deno.test("changes: one that was acknowledged and is not in the store, or not in its message, is lost", () => {
  assertEquals(spoiled(({ store }) => void store.lobby!.entries.splice(4, 1)), [
    "1: n5 was acked as 5 of lobby, and nothing is there",
    "5: the store has 6 after 4",
  ]);
  const kept = (more: Partial<Message>) => first(({ store }) => store.lobby!.entries[0] = { ...FIRST, ...more });
  assertStringIncludes(kept({ text: "text 1" }), "1: the store has 1 of lobby as “text 1”");
  assertStringIncludes(kept({ version: 2 }), "1: the store has 1 of lobby as “text 5” (version 2)");
  assertStringIncludes(kept({ reactions: [{ emoji: "👍", count: 3 }] }), "1: the store has 1 of lobby as “text 5”");
  assertStringIncludes(kept({ replies: undefined }), "1: the store has 1 of lobby as “text 5”");
  assertStringIncludes(kept({ rev: 4 }), "1: the store has 1 of lobby as 4 left it, and its last change is 5");
  const left = { text: "text 6" };
  assertStringIncludes(
    first(({ store }) => store.lobby!.entries[5] = { ...LAST, ...left }),
    "1: the store has 6 of lobby as deleted “text 6”",
  );
});

Deno.test("changes: a reaction of nobody, or of somebody twice, is found", () => {
  const ids = (...ids: string[]) => first(({ store }) => store.lobby!.reactors[0]!.ids = ids);
  assertEquals(ids(ANN), "6: the store has 👍 of k-ann at 1 of lobby, and it is of k-bob,k-ann");
  assertEquals(ids(ANN, "eve"), "6: the store has 👍 of k-ann,eve at 1 of lobby, and it is of k-bob,k-ann");
});

/** What is found where the edit of the run, its text included, is another one. */
function another(spoil: (edit: Change, command: Content) => void): string {
  return spoiled(({ clients, store }) => {
    const all = clients.flatMap(({ events }) => events);
    for (const event of all) {
      if ((event.type === "sent" || event.type === "acked") && event.nonce === "n5") spoil({} as Change, event);
      if (event.type === "change" && event.change.seq === 5) spoil(event.change = { ...event.change }, {});
    }
    spoil(store.lobby!.entries[4] as Change, {});
  }).find((line) => line.startsWith("6")) ?? "nothing";
}

Deno.test("changes: one that its author could not make is found", () => {
  assertEquals(
    another((edit, command) => void (edit.target = command.target = 2)),
    "6: k-ann could edit 2 of lobby (event 5), though it was not theirs to change",
  );
  assertEquals(
    another((_, command) => command.version = 3),
    "6: k-ann could edit 1 of lobby (event 5), as version 3, and it was version 0",
  );
  assertEquals(
    another((edit, command) => void (edit.text = command.text = "text 1")),
    "6: k-ann could edit 1 of lobby (event 5), though that changed nothing",
  );
  const free = spoiled(({ clients, store }) => {
    const rename = (entry: Entry) => entry.id === ANN ? { ...entry, id: "ann" } : entry;
    store.lobby!.entries = store.lobby!.entries.map(rename);
    clients[0].id = "ann";
    for (const { events } of clients) {
      events.forEach((event) => {
        if (event.type === "message") event.message = rename(event.message) as Message;
        if (event.type === "change") event.change = rename(event.change) as Change;
      });
    }
  });
  assertStringIncludes(free.join("\n"), "6: ann could edit 1 of lobby (event 5), though it was not theirs to change");
});

Deno.test("changes: one of a message that was deleted is found, and so is an answer to it", () => {
  const after = (entry: Entry) =>
    spoiled(({ clients: [ann, bob, cy], store }) => {
      ann.events.push(...done(entry));
      for (const { events } of [bob, cy]) events.push(told(82, entry));
      Object.assign(store.lobby!, { head: 8, entries: [...store.lobby!.entries, entry] });
    }).join("\n");
  const reaction = changed(8, ANN, { kind: "react", target: 6, emoji: "👍", on: true });
  assertStringIncludes(after(reaction), "6: k-ann could react 6 of lobby (event 8), though it was deleted");
  assertStringIncludes(
    after(said(8, ANN, { reply: 6 })),
    "6: k-ann could reply 6 of lobby (event 8), though it was deleted",
  );
});

Deno.test("changes: a message in another state than its changes make of it is found wherever it is told", () => {
  assertStringIncludes(
    later(page([{ ...OWN, text: "text 1" }, said(2, BOB, { reply: 1 }), LAST])).join("\n"),
    "3: it was told 1 of lobby as “text 1” (version 1) 👍 2 with 1 replies, and after 5 it is “text 5”",
  );
  assertStringIncludes(
    first(({ clients: [, bob] }) => bob.events.splice(2, 1, told(12, { ...said(1, ANN), rev: 4, text: "text 1" }))),
    "3: it was told 1 of lobby as “text 1”, and after 4 it is “text 1” 👍 2 with 1 replies",
  );
  assertStringIncludes(
    later(page([{ ...OWN, reactions: FIRST.reactions }, said(2, BOB, { reply: 1 }), LAST])).join("\n"),
    "6: it was told that 👍 at 1 of lobby is not its own",
  );
});

Deno.test("changes: those who reacted are told as they were at some moment since", () => {
  const rejoined = joined(101, { askedAt: 101, seq: 7, ordinal: 3, messages: [OWN, said(2, BOB, { reply: 1 }), LAST] });
  const after = (event: ClientEvent) =>
    spoiled(({ clients: [, bob] }) => void bob.events.push({ at: 100, type: "opened" }, rejoined, event));
  const told = (ids: string[], askedAt: number, emoji = "👍") =>
    after({ at: 102, type: "reactors", ...ROOM, askedAt, target: 1, emoji, ids, more: false });
  assertEquals([told([ANN, BOB], 101), told([BOB], 35), told([], 101, "🎉")], [[], [], []]);
  const wrong = "6: it was told that 👍 at 1 of lobby is of";
  assertEquals(told([BOB], 101), [`${wrong} k-bob, which it never was since`]);
  assertEquals(told([ANN], 1), [`${wrong} k-ann, which it never was since`]);
});

Deno.test("changes: a text that was replaced or deleted is not told any more", () => {
  const old = said(1, ANN, { rev: 4, replies: 1, reactions: [{ emoji: "👍", count: 2, mine: true }] });
  const [stale] = later(page([old, said(2, BOB, { reply: 1 }), LAST]));
  assertStringIncludes(
    stale!,
    "10: a history shows 1 of lobby as 4 left it (“text 1”), and the change 5 had been acknowledged",
  );
  const messages = [old, said(2, BOB, { reply: 1 }), LAST];
  const inJoined = later(joined(102, { askedAt: 101, seq: 7, ordinal: 3, messages })).join("\n");
  assertStringIncludes(
    inJoined,
    "10: it was told 1 of lobby as 4 left it, when the room was at 7 and 5 had changed it",
  );
  const replay = (edit: Partial<Change>) => {
    const after = { epoch: "e1", seq: 2, ordinal: 2 };
    const entries = [...STORED.slice(2, 4), { ...STORED[4] as Change, ...edit }, ...STORED.slice(5)];
    return later(joined(102, { askedAt: 101, seq: 7, ordinal: 3, after, recovered: true, messages: entries })).join(
      "\n",
    );
  };
  assertEquals(replay({}), "");
  assertStringIncludes(
    replay({ text: "text 1" }),
    "10: it was told the edit 5 of 1 in lobby as “text 1”, version 1, which it was not",
  );
  assertStringIncludes(
    replay({ text: "", version: 0, deleted: true }),
    "10: it was told the edit 5 of 1 in lobby as deleted",
  );
  assertStringIncludes(
    later(page([OWN], { refs: [said(6, ANN)] })).join("\n"),
    "10: a history shows 6 of lobby as 6 left it (“text 6”), and the change 7 had been acknowledged",
  );
});

Deno.test("changes: a reply that lacks what its client had been sent before is found", () => {
  const quick = page([said(1, ANN)], { at: 33, askedAt: 20, to: 1 });
  const lacks = spoiled(({ clients: [, bob] }) => {
    const at = bob.events.findIndex((event) => event.type === "change" && event.change.seq === 3);
    bob.events.splice(at + 1, 0, quick);
  });
  assertStringIncludes(
    lacks.join("\n"),
    "10: a history shows 1 of lobby as 1 left it (“text 1”), and the change 3 came before",
  );
});

Deno.test("changes: an acknowledgement that there was nothing to do is right only where that is so", () => {
  const unchanged = (command: Content, seq: number) =>
    spoiled(({ clients: [ann] }) => {
      const asked = { ...ROOM, nonce: "x", ...command };
      ann.events.push({ at: 90, type: "sent", ...asked });
      ann.events.push({
        at: 91,
        type: "acked",
        ...asked,
        epoch: "e1",
        seq,
        ts: 9,
        durability: "fsync",
        unchanged: true,
      });
    });
  assertEquals(unchanged({ kind: "react", target: 1, emoji: "👍", on: true }, 5), []);
  assertEquals(unchanged({ kind: "delete", target: 6 }, 7), []);
  const wrong = "1: x was acked as without effect on 1 of lobby, as";
  assertEquals(unchanged({ kind: "react", target: 1, emoji: "👍", on: false }, 5), [
    `${wrong} 5 left it, and it was not so`,
  ]);
  assertEquals(unchanged({ kind: "react", target: 1, emoji: "👍", on: true }, 2), [
    `${wrong} 2 left it, and it was not so`,
  ]);
  assertEquals(unchanged({ kind: "delete", target: 1 }, 5), [`${wrong} 5 left it, and it was not so`]);
  assertEquals(unchanged({ kind: "edit", target: 1, version: 1, text: "text 9" }, 5), [
    `${wrong} 5 left it, and it was not so`,
  ]);
});

Deno.test("changes: a refusal needs its reason", () => {
  const refused = (code: string, command: Content, id = ANN) =>
    spoiled(({ clients }) => {
      const asked = { ...ROOM, nonce: "x", ...command };
      const { events } = clients.find((one) => one.id === id)!;
      events.push({ at: 90, type: "sent", ...asked }, { at: 91, type: "refused", ...asked, code, final: true });
    });
  const edit = (target: number, version: number): Content => ({ kind: "edit", target, version, text: "x" });
  assertEquals(refused("conflict", edit(1, 0)), []);
  assertEquals(refused("conflict", { ...edit(2, 0) }, BOB), ["9: a proper command was refused: edit x of 2: conflict"]);
  assertEquals(refused("not_allowed", edit(2, 0)), []);
  assertEquals(refused("not_allowed", edit(1, 1)), ["9: a proper command was refused: edit x of 1: not_allowed"]);
  assertEquals(refused("deleted", edit(6, 0)), []);
  assertEquals(refused("deleted", { text: "x", reply: 1 }), [
    "9: a proper command was refused: publish x of 1: deleted",
  ]);
  assertEquals(refused("no_such_message", edit(5, 0)), []);
  assertEquals(refused("no_such_message", edit(1, 1)), [
    "9: a proper command was refused: edit x of 1: no_such_message",
  ]);
  assertEquals(refused("needs_proof", { kind: "delete", target: 1 }, "cy"), []);
  assertEquals(refused("needs_proof", { kind: "delete", target: 1 }).length, 1);
  assertEquals(refused("too_late", edit(1, 1)).length, 1);
  assertEquals(refused("too_many_emoji", { kind: "react", target: 1, emoji: "🎉", on: true }).length, 1);
  const early: Content = { kind: "react", targetNonce: "n99", emoji: "🎉", on: true };
  assertEquals(refused("no_such_message", early), []);
  assertEquals(refused("no_such_message", { ...early, targetNonce: "n1" }).length, 1);
});

Deno.test("changes: one nonce has one place, whatever it was used for", () => {
  const twice = (trims: Evidence["trims"] = []) =>
    spoiled((run) => {
      const { clients: [ann, bob, cy], store } = run;
      run.trims = trims;
      const again = changed(8, ANN, { kind: "react", target: 2, emoji: "👍", on: true, nonce: "n4" });
      for (const { events } of [ann, bob]) events.push(told(82, again));
      cy.events.push(pushed(82, { seq: 8, id: ANN, name: ANN, ts: 1_008, text: "reacted 👍 to a message" }));
      Object.assign(store.lobby!, { head: 8, entries: [...store.lobby!.entries, again] });
    }).join("\n");
  const found = "2: the nonce n4 of k-ann has two places in lobby (epoch e1): 4 and 8";
  assertStringIncludes(twice(), found);
  // Once the event was removed, its nonce was free; not yet when the second one came.
  const trim = { at: 81, ...ROOM, epoch: "e1", entries: EVENTS.slice(3, 4), first: 1, floor: 4 };
  assert(!twice([{ ...trim, head: 7 }]).includes(found.slice(0, 40)));
  assertStringIncludes(twice([{ ...trim, head: 8 }]), found.slice(0, 40));
});

/** What is found where Bob shows this in the end. */
function shown(...messages: Message[]): string[] {
  const shows = { ...ROOM, messages: messages.map((one) => ({ ...one, epoch: "e1" })), unsent: [], full: false };
  return spoiled(({ clients: [, bob] }) => void bob.events.push({ at: 99, type: "shows", ...shows }));
}

Deno.test("changes: in the end every message is shown as the store has it", () => {
  const others = [said(2, BOB, { reply: 1 }), LAST];
  assertEquals(shown(OWN, ...others), []);
  const one = "4: 1 of lobby is shown as";
  for (
    const wrong of [
      { ...OWN, text: "text 1", version: 0 },
      { ...OWN, reactions: [] },
      { ...OWN, reactions: [{ emoji: "👍", count: 1, mine: true }] },
      { ...OWN, reactions: FIRST.reactions },
      { ...OWN, replies: 2 },
      { ...OWN, deleted: true, text: "" },
    ]
  ) assertEquals(shown(wrong, ...others).map((line) => line.slice(0, one.length)), [one]);
  assertEquals(shown(OWN, others[0]!, said(6, ANN)).map((line) => line.slice(0, 24)), ["4: 6 of lobby is shown a"]);
  // Changes lie between messages, and are no gap; a message that is not shown is one.
  assertEquals(shown(OWN, LAST).map((line) => line.slice(0, 24)), ["5: 6 of lobby is shown a"]);
});

Deno.test("changes: what is said to be missing, to be kept and to have been counted is true", () => {
  const after = { epoch: "e1", seq: 3, ordinal: 2 };
  const messages = [OWN, said(2, BOB, { reply: 1 }), LAST];
  const rejoined = (more: object, trims: Evidence["trims"] = []) =>
    spoiled((run) => {
      run.trims = trims;
      run.store.lobby!.floor = trims.at(-1)?.floor ?? 0;
      if (trims.length > 0) {
        run.store.lobby!.entries = STORED.filter((entry) => entry.kind === undefined || entry.seq > 4);
      }
      run.clients[1].events.push({ at: 100, type: "opened" });
      run.clients[1].events.push(joined(102, { askedAt: 101, seq: 7, ordinal: 3, after, messages, ...more }));
    });
  assertEquals(rejoined({ missed: 0 }), ["5: not recovered after 3, though only 4 events came since"]);
  const trim = { at: 95, ...ROOM, epoch: "e1", entries: EVENTS.slice(2, 4), first: 1, floor: 4, head: 7 };
  assertEquals(rejoined({ missed: 0, floor: 4 }, [trim]), []);
  assertEquals(rejoined({ missed: 0, messages: [LAST], floor: 4 }, [trim]), []);
  assertEquals(rejoined({ missed: 1, floor: 4 }, [trim]), ["5: 1 said to be missing between 3 and 1: it is 0"]);
  assertEquals(rejoined({ floor: 4 }, [trim]), ["5: undefined said to be missing between 3 and 1: it is 0"]);
  assertEquals(rejoined({ floor: 4, after: { epoch: "e1", seq: 3 } }, [trim]), []);
  const kept = "5: a joined said that messages are kept from";
  assertEquals(rejoined({ missed: 0, floor: 0 }, [trim]), [`${kept} 1 and events above 0: it was 1 and 4`]);
  assertEquals(rejoined({ missed: 0, floor: 4, first: 2 }, [trim]), [`${kept} 2 and events above 4: it was 1 and 4`]);
  assertEquals(rejoined({ missed: 0, floor: 4, ordinal: 7 }, [trim]), [
    "5: a joined said that there were 7 messages up to 7: it was 3",
  ]);
  const reset = (first: number) =>
    spoiled((run) => {
      run.trims = [{ ...trim, floor: 7, first: 2 }];
      run.clients[1].events.splice(-1, 1, { at: 96, type: "reset", ...ROOM, epoch: "e1", first, head: 7 });
    }).filter((line) => line.includes("a reset"));
  assertEquals([reset(2), reset(1)], [[], ["5: a reset said that messages are kept from 1: it was 2"]]);
});

Deno.test("changes: a client that does not know them meets no hole, and is told what happened", () => {
  const cy = (spoil: (events: ClientEvent[]) => void) => spoiled(({ clients: [, , log] }) => spoil(log.events));
  assertEquals(cy((events) => void events.splice(4, 1)), [
    "5: event 4 after 2, and nothing was said of what lies between",
  ]);
  assertEquals(cy((events) => events[4] = told(32, EVENTS[2]!)).map((line) => line.slice(0, 30)), [
    "5: event 3 came as a change, w",
  ]);
  const line = (seq: number, id: string, text: string) =>
    pushed(10 * seq + 2, { seq, id, name: id, text, ts: 1_000 + seq });
  const told3 = (text: string) => cy((events) => events[4] = line(3, BOB, text)).join();
  assertStringIncludes(
    told3("reacted 🎉 to a message"),
    "3: it was told 3 of lobby as “reacted 🎉 to a message” by k-bob",
  );
  const told5 = (text: string) => cy((events) => events[6] = line(5, ANN, text)).join();
  assertEquals([told5("* text 5"), told5("* (deleted)")], ["", ""]);
  assertStringIncludes(told5("* text 9"), "3: it was told 5 of lobby as “* text 9”");
  const read = (text: string) =>
    cy((events) => {
      const lines = [line(6, ANN, text), line(7, ANN, "(deleted a message)")].flatMap((event) =>
        event.type === "message" ? [event.message] : []
      );
      events.push({ ...page(lines, { from: 6, more: true }) });
    });
  assertEquals(read("(deleted)"), []);
  assertStringIncludes(read("text 6").join(), "3: it was told 6 of lobby as “text 6”");
});

Deno.test("changes: a plain client is told of none, and misses no message for them", () => {
  const di = (spoil: (events: ClientEvent[]) => void) => spoiled(({ clients: [, , , log] }) => spoil(log.events));
  assertEquals(di((events) => void events.splice(2, 1)).map((line) => line.slice(0, 14)), ["3: “Client #k-"]);
  const empty: ClientEvent = { at: 72, type: "text", text: `Client #${ANN} says: ` };
  assertEquals(di((events) => void events.splice(3, 1, empty)).map((line) => line.slice(0, 14)), ["3: “Client #k-"]);
});
