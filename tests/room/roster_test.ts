/** The members of a room: the rules, without sockets and timers. @module */

import * as limits from "../../chat/limits.ts";
import { Roster } from "../../chat/room/roster.ts";
import { assertEquals } from "../lib/assert.ts";

const ada = { id: "ada", name: "Ada" };
const bob = { id: "bob", name: "Bob" };
/** Two connections. */
const [phone, desktop] = [{}, {}];

Deno.test("a member comes with its first connection and goes a grace time after its last", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 0);
  roster.note("ada", desktop, "Ada", 0);
  assertEquals(roster.takeChanges(0), { joins: [ada], leaves: [] });
  roster.leave("ada", phone, 1_000);
  assertEquals(roster.nextDue, undefined);
  roster.leave("ada", desktop, 2_000);
  assertEquals(roster.nextDue, 2_000 + limits.PRESENCE_GRACE_MS);
  roster.expire(2_000 + limits.PRESENCE_GRACE_MS - 1);
  assertEquals(roster.takeChanges(0), undefined);
  assertEquals(roster.list(), [ada]);
  roster.expire(2_000 + limits.PRESENCE_GRACE_MS);
  assertEquals(roster.takeChanges(0), { joins: [], leaves: ["ada"] });
  assertEquals([roster.count, roster.nextDue], [0, undefined]);
});

Deno.test("a member that comes back within the grace time is not reported", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 0);
  roster.note("bob", phone, "Bob", 0);
  roster.takeChanges(0);
  roster.leave("ada", phone, 0);
  roster.leave("bob", phone, 10);
  roster.note("ada", phone, "Ada", 0);
  roster.expire(limits.PRESENCE_GRACE_MS);
  assertEquals(roster.takeChanges(0), undefined);
  roster.expire(limits.PRESENCE_GRACE_MS + 10);
  assertEquals(roster.takeChanges(0), { joins: [], leaves: ["bob"] });
});

Deno.test("a member that comes back under another name is reported with it", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 0);
  roster.takeChanges(0);
  roster.leave("ada", phone, 0);
  roster.note("ada", phone, "Countess", 0);
  assertEquals(roster.takeChanges(0), { joins: [{ id: "ada", name: "Countess" }], leaves: [] });
});

Deno.test("changes are told as they stand when they are asked for", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 0);
  roster.note("ada", phone, "A", 0);
  roster.note("ada", phone, "Ada", 0);
  roster.note("bob", phone, "Bob", 0);
  assertEquals(roster.takeChanges(0), { joins: [ada, bob], leaves: [] });
  roster.note("ada", phone, "Ada", 0);
  assertEquals(roster.takeChanges(0), undefined);
});

Deno.test("a member that is there under two names is shown with the newest, and with the newest left when that has gone", () => {
  const roster = new Roster();
  const [id, told] = ["k-ada", (name: string) => [{ id: "k-ada", name }]];
  roster.note(id, phone, "Ada", 0);
  roster.note(id, desktop, "Ada Lovelace", 0);
  assertEquals(roster.list(), told("Ada Lovelace"));
  roster.takeChanges(0);
  roster.leave(id, desktop, 0);
  assertEquals(roster.list(), told("Ada"));
  assertEquals(roster.takeChanges(0), { joins: told("Ada"), leaves: [] });
  roster.note(id, desktop, "Countess", 0);
  roster.note(id, phone, "Lady Ada", 0);
  assertEquals(roster.list(), told("Lady Ada"));
  roster.leave(id, desktop, 0);
  assertEquals(roster.list(), told("Lady Ada"), "whose name is not shown changes nothing");
});

Deno.test("a stranger who takes an id that is free renames nobody who has it", () => {
  const roster = new Roster();
  const stranger = {};
  roster.note("ada", phone, "Ada", 0);
  roster.note("ada", stranger, "Mallory", 0);
  roster.note("ada", stranger, "Eve", 0);
  assertEquals(roster.takeChanges(0), { joins: [ada], leaves: [] });
  roster.note("ada", phone, "Countess", 0);
  assertEquals(roster.takeChanges(0), { joins: [{ id: "ada", name: "Countess" }], leaves: [] });
  roster.note("ada", desktop, "Ada", 0);
  roster.leave("ada", phone, 0);
  assertEquals(roster.list(), [{ id: "ada", name: "Eve" }], "once it has gone, the next that came is shown");
});

Deno.test("other names of an id are told as seldom as one connection may take them, by whatever connections they come", () => {
  const roster = new Roster();
  const id = "k-ada";
  roster.note(id, phone, "Ada", 0);
  roster.takeChanges(0);
  const told: string[] = [];
  let now = 0;
  for (let name = 0; now < limits.RENAME_MS / 2; name++, now += 100) {
    const connection = {};
    roster.note(id, connection, `Ada ${name}`, 0);
    told.push(...roster.takeChanges(now)?.joins.map(({ name }) => name) ?? []);
    roster.leave(id, connection, now);
  }
  assertEquals(told.length, limits.RENAME_BURST);
  roster.note(id, phone, "Countess", 0);
  roster.note("bob", desktop, "Bob", 0);
  assertEquals(roster.takeChanges(now), { joins: [bob], leaves: [] }, "others are told of at once");
  assertEquals(roster.takeChanges(roster.heldUntil! - 1), undefined);
  const countess = { id, name: "Countess" };
  assertEquals(roster.takeChanges(roster.heldUntil!), { joins: [countess], leaves: [] });
  assertEquals([roster.changed, roster.heldUntil], [false, undefined]);
});

Deno.test("a name is held by members whose ids can be proven, in any case, until their grace time ends", () => {
  const roster = new Roster();
  const [one, other] = ["k-1", "k-2"];
  roster.note("ada", phone, "Ada", 0);
  assertEquals(roster.hasProven("Ada"), false);
  roster.note(one, phone, "Straße", 0);
  roster.note(other, desktop, "STRASSE", 0);
  roster.note(one, phone, "Grace", 0);
  assertEquals(["strasse", "GRACE", "Ada"].map((name) => roster.hasProven(name)), [true, true, false]);
  roster.leave(other, desktop, 0);
  roster.expire(limits.PRESENCE_GRACE_MS - 1);
  assertEquals(roster.hasProven("strasse"), true);
  roster.expire(limits.PRESENCE_GRACE_MS);
  assertEquals(["strasse", "GRACE"].map((name) => roster.hasProven(name)), [false, true]);
});
