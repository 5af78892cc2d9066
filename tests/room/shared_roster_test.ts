/** The members of a room on several processes: the rules, against a model that knows of no processes. @module */

import * as limits from "../../chat/limits.ts";
import { LEASES_PER_ROOM } from "../../chat/log/bounds.ts";
import { Roster } from "../../chat/room/roster.ts";
import { assertEquals } from "../lib/assert.ts";
import { Random } from "../lib/random.ts";

const RUNS = 400;

/** A connection somewhere. */
interface Connected {
  id: string;
  name: string;
  /** Where. */
  process: number;
  cameAt: number;
  namedAt: number;
}

/** What one process has told, and the others have not heard yet: in order, each at its own time. */
type News = (roster: Roster) => void;

class Processes {
  readonly rosters: Roster[];
  readonly connected = new Set<Connected>();
  readonly #news: News[][][];
  readonly #over = new Set<number>();
  now = 0;

  constructor(count: number) {
    this.rosters = Array.from({ length: count }, () => new Roster());
    this.#news = this.rosters.map(() => this.rosters.map(() => []));
  }

  get alive(): number[] {
    return this.rosters.map((_, index) => index).filter((index) => !this.#over.has(index));
  }

  note(one: Connected, name: string): void {
    one.name = name;
    one.namedAt = ++this.now;
    if (!this.connected.has(one)) one.cameAt = this.now;
    this.connected.add(one);
    this.#tell(one, (roster) => roster.note(one.id, one, name, this.now));
  }

  leave(one: Connected): void {
    this.connected.delete(one);
    this.#tell(one, (roster) => roster.leave(one.id, one, ++this.now));
  }

  kill(process: number): void {
    this.#over.add(process);
    for (const one of this.connected) if (one.process === process) this.connected.delete(one);
    for (const to of this.alive) {
      this.#news[process]![to]!.push((roster) => roster.lose((name) => name === `${process}`));
    }
  }

  /** One process hears the next thing of another. */
  hear(random: Random): void {
    const [from, to] = [random.pick(this.#news), random.pick(this.alive)];
    from[to]!.shift()?.(this.rosters[to]!);
  }

  hearAll(): void {
    for (const from of this.#news) {
      for (const to of this.alive) for (const news of from[to]!.splice(0)) news(this.rosters[to]!);
    }
  }

  #tell({ id, process }: Connected, change: (roster: Roster) => void): void {
    const roster = this.rosters[process]!;
    const before = roster.here(id);
    change(roster);
    const here = roster.here(id);
    if (here === before) return;
    const due = this.now + limits.PRESENCE_GRACE_MS;
    for (const to of this.alive) {
      if (to === process) continue;
      this.#news[process]![to]!.push((other) =>
        here === undefined ? other.letGo(id, `${process}`, due) : other.hold(id, `${process}`, here)
      );
    }
  }
}

/** The members, and their names. */
function expected(connected: Iterable<Connected>): Map<string, string> {
  const shown = new Map<string, Connected>();
  for (const one of connected) {
    const other = shown.get(one.id);
    const counts = other === undefined ||
      (one.id.startsWith("k-") ? one.namedAt > other.namedAt : one.cameAt < other.cameAt);
    if (counts) shown.set(one.id, one);
  }
  return new Map([...shown].map(([id, { name }]) => [id, name]));
}

function listOf(roster: Roster): Map<string, string> {
  return new Map(roster.list().map(({ id, name }) => [id, name]));
}

const sorted = (members: Map<string, string>) => [...members].sort();

Deno.test("every process shows the same members under the same names, once it has heard of all", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(`rosters ${seed}`);
    const processes = new Processes(random.int(2, 3));
    const ids = ["ada", "bob", "k-cleo", "k-dora"];
    for (let step = random.int(5, 120); step > 0; step--) {
      const { connected, alive } = processes;
      const act = random.next();
      if (act < 0.35) {
        const one = { id: random.pick(ids), name: "", process: random.pick(alive), cameAt: 0, namedAt: 0 };
        processes.note(one, `${one.id} ${random.int(0, 9)}`);
      } else if (act < 0.45 && connected.size > 0) {
        processes.note(random.pick([...connected]), `Name ${random.int(0, 9)}`);
      } else if (act < 0.7 && connected.size > 0) processes.leave(random.pick([...connected]));
      else if (act < 0.72 && alive.length > 1) processes.kill(random.pick(alive));
      else processes.hear(random);
      // Those whose grace has ended go at any time.
      processes.now += random.pick([0, 0, 100, limits.PRESENCE_GRACE_MS]);
      for (const index of processes.alive) processes.rosters[index]!.expire(processes.now);
    }
    processes.hearAll();
    processes.now += limits.PRESENCE_GRACE_MS;
    const members = expected(processes.connected);
    for (const index of processes.alive) {
      const roster = processes.rosters[index]!;
      roster.expire(processes.now);
      assertEquals(sorted(listOf(roster)), sorted(members), `process ${index} of seed ${seed}`);
      for (const [id, name] of members) {
        if (id.startsWith("k-")) assertEquals(roster.hasProven(name), true, `seed ${seed}`);
      }
    }
  }
});

Deno.test("what the members are told of both processes adds up to who is there", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(`told ${seed}`);
    const roster = new Roster();
    const told = new Map<string, string>();
    const take = (now: number) => {
      const { joins, leaves } = roster.takeChanges(now) ?? { joins: [], leaves: [] };
      for (const { id, name } of joins) told.set(id, name);
      for (const id of leaves) told.delete(id);
    };
    let now = 0;
    for (let step = 0; step < 60; step++) {
      const id = random.pick(["ada", "k-bob"]);
      const other = random.pick(["one", "two"]);
      const act = random.int(0, 5);
      if (act === 0) roster.note(id, { phone, desktop }[random.pick(["phone", "desktop"])]!, `N${step}`, now);
      else if (act === 1) roster.leave(id, random.pick([phone, desktop]), now);
      else if (act === 2) roster.hold(id, other, { name: `N${step}`, atMs: now });
      else if (act === 3) roster.letGo(id, other, now + random.int(0, limits.PRESENCE_GRACE_MS));
      else if (act === 4) roster.lose((holder) => holder === other);
      else roster.expire(now);
      if (random.chance(0.4)) take(now);
      now += random.int(0, 4_000);
    }
    roster.expire(now += limits.PRESENCE_GRACE_MS);
    for (let more = 0; more < 10 && roster.changed; more++) take(now += limits.RENAME_MS);
    assertEquals(sorted(told), sorted(listOf(roster)), `seed ${seed}`);
  }
});

/** Two connections. */
const [phone, desktop] = [{}, {}];

Deno.test("members of a process that is over go at once: they had their grace already", () => {
  const roster = new Roster();
  roster.hold("ada", "one", { name: "Ada", atMs: 1 });
  roster.hold("bob", "two", { name: "Bob", atMs: 1 });
  roster.takeChanges(0);
  roster.lose((holder) => holder === "one");
  assertEquals(roster.takeChanges(0), { joins: [], leaves: ["ada"] });
  assertEquals(roster.nextDue, undefined);
});

Deno.test("an id that is on two processes stays while one of them has it", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 5);
  roster.hold("ada", "one", { name: "Ada", atMs: 6 });
  roster.takeChanges(0);
  roster.leave("ada", phone, 0);
  roster.expire(limits.PRESENCE_GRACE_MS);
  assertEquals([roster.count, roster.changed], [1, false]);
  roster.letGo("ada", "one", 20_000);
  assertEquals(roster.nextDue, 20_000);
  roster.expire(19_999);
  assertEquals(roster.count, 1);
  roster.expire(20_000);
  assertEquals(roster.takeChanges(20_000), { joins: [], leaves: ["ada"] });
});

Deno.test("somebody who goes from a process that is over to this one is never reported", () => {
  const roster = new Roster();
  roster.hold("ada", "one", { name: "Ada", atMs: 1 });
  roster.takeChanges(0);
  roster.note("ada", phone, "Ada", 2);
  roster.lose(() => true);
  assertEquals([roster.count, roster.takeChanges(0)], [1, undefined]);
});

Deno.test("a stranger on another process renames nobody who has an id that anybody may use", () => {
  const roster = new Roster();
  roster.note("ada", phone, "Ada", 10);
  roster.hold("ada", "one", { name: "Mallory", atMs: 11 });
  assertEquals(roster.list(), [{ id: "ada", name: "Ada" }]);
  roster.hold("k-bob", "one", { name: "Bob", atMs: 10 });
  roster.note("k-bob", phone, "Robert", 11);
  roster.hold("k-bob", "two", { name: "Bobby", atMs: 11 });
  assertEquals(roster.list()[1], { id: "k-bob", name: "Bobby" }, "of two at once it is everywhere the same one");
});

Deno.test("a process keeps only so many leases of a room", () => {
  const roster = new Roster();
  for (let index = 0; index < LEASES_PER_ROOM; index++) roster.hold(`p${index}`, "one", { name: "P", atMs: 0 });
  roster.hold("late", "one", { name: "Late", atMs: 0 });
  assertEquals(roster.count, LEASES_PER_ROOM);
  roster.letGo("p7", "one", 0);
  roster.hold("late", "one", { name: "Late", atMs: 0 });
  assertEquals(roster.list().at(-1), { id: "late", name: "Late" });
});
