/** What processes of one PostgreSQL tell each other: how often, and to whom. Never how quickly. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import { PG_LOOK_MS } from "../../../chat/stores/postgres/bounds.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { eventually } from "../../lib/patience.ts";
import { postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import { Many, nameOf } from "./many.ts";

const SPEC = { processes: 5, rooms: 6, spread: 3, members: 2 };
const TURNS = 3;

/** A clock by which nobody ever looks for what no notice told. */
const blind = {
  ...systemClock,
  after: (ms: number, run: () => void) => ms === PG_LOOK_MS ? () => {} : systemClock.after(ms, run),
};

const server = await postgresOfFile("max_connections = 100");

testWith("postgres", {
  name: "many processes: a commit is one notice, by which every process that has the room open hears of it, once",
  async fn() {
    await using many = await Many.open(server!, SPEC, blind);
    for (let turn = 0; turn < TURNS; turn++) {
      for (let room = 0; room < SPEC.rooms; room++) assert(await many.say(room, turn));
    }
    await many.settle(() => TURNS);
    // Notices come in the order in which they were sent: with this one the ear has heard those before it.
    many.members[0]!.type();
    await eventually(() => many.ear.typing > 0, "a signal");
    assertEquals(many.messages, TURNS * SPEC.rooms);
    assertEquals([many.ear.hints.notices, many.ear.hints.items], [many.messages, many.messages]);
    assertEquals([many.hintMs.length, many.unexpected], [many.messages * (SPEC.spread - 1), 0]);
    const seqs = Array.from({ length: TURNS }, (_, index) => index + 1);
    for (const member of many.members) assertEquals(member.seqs, seqs, member.id);
    assertEquals(many.processes.flatMap(({ troubles }) => troubles), []);
  },
});

testWith("postgres", {
  name: "many processes: each goes on holding all of its members by writing one row, and no lease",
  async fn() {
    await using many = await Many.open(server!, SPEC, blind);
    const count = SPEC.rooms * SPEC.spread * SPEC.members;
    // A process that was held up for too long begins under another name, and tells all of its leases again: then once more.
    await eventually(async () => {
      const [before, leases] = [await many.renewals(), await many.leaseVersions()];
      await eventually(async () => {
        const after = await many.renewals();
        return [...before].every(([holder, renewals]) => (after.get(holder) ?? Infinity) >= renewals + 2);
      }, "two more renewals of each process");
      return before.size === SPEC.processes && leases.length === count &&
        leases.join() === (await many.leaseVersions()).join();
    }, "renewals that leave the leases as they are");
  },
});

testWith("postgres", {
  name: "many processes: a signal is one notice, which reaches the room's members on the other processes",
  async fn() {
    await using many = await Many.open(server!, SPEC, blind);
    const [first, second] = many.members;
    const others = many.members.filter(({ room }) => room === first!.room).slice(SPEC.members);
    first!.type();
    await many.until(() => others.every(({ typing }) => typing.length > 0), "that everybody sees it");
    second!.type();
    await many.until(() => others.every(({ typing }) => typing.length > 1), "that everybody sees the other one");
    // One that came twice would have come before the second.
    await eventually(() => many.ear.typing > 1, "both signals");
    assertEquals(many.ear.typing, 2);
    for (const { typing, id } of others) assertEquals(typing, [first!.id, second!.id], id);
    const elsewhere = many.members.filter(({ room }) => room !== nameOf(0));
    assertEquals(elsewhere.flatMap(({ typing }) => typing), []);
  },
});
