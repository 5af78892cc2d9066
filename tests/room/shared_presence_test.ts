/** Processes that share a store know each other's members, whatever is lost between them. Under a virtual clock. @module */

import * as limits from "../../chat/limits.ts";
import * as bounds from "../../chat/log/bounds.ts";
import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import type { Leases } from "../../chat/log/leases.ts";
import type { Signal, Signals } from "../../chat/log/signals.ts";
import { Presence } from "../../chat/room/presence.ts";
import { SharedPresence } from "../../chat/room/shared_presence.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { Random } from "../lib/random.ts";
import { leasesBy, SharedLeases } from "../lib/shared_leases.ts";
import { type Owner, ProcessClock, VirtualTime } from "../proof/sim/virtual_time.ts";

/** How long everything takes, beside the times that are promised. */
const SLACK_MS = 2 * limits.PRESENCE_DELAY_MS + bounds.LEASE_GATHER_MS + bounds.SIGNAL_GATHER_MS + 50;

/** What is told of a store that does not answer for long; all else is told of bugs. */
const OF_OUTAGES = /with other servers/;

interface Store {
  readonly time: VirtualTime;
  readonly leases: SharedLeases;
  readonly processes: Process[];
  readonly random: Random;
  /** How likely a signal is lost. */
  losesSignals: number;
  /** How late signals are. */
  signalMs: number;
  /** Nothing answers. */
  isDown: boolean;
}

/** Processes that share a store. */
function start(count: number, seed = 1): Store {
  const time = new VirtualTime();
  const leases = new SharedLeases(() => time.now);
  const random = new Random(`shared presence ${seed}`);
  const store: Store = { time, leases, processes: [], random, losesSignals: 0, signalMs: 5, isDown: false };
  for (let index = 0; index < count; index++) store.processes.push(new Process(store, `process ${index}`));
  return store;
}

class Process {
  readonly owner: Owner;
  readonly clock: ProcessClock;
  readonly shared: SharedPresence;
  readonly rooms = new Map<string, { presence: Presence }>();
  /** The members of each room, as those are told who are in it. */
  readonly told = new Map<string, Map<string, string>>();
  readonly typing: string[] = [];
  readonly troubles: string[] = [];
  /** It does not reach the store. */
  isCutOff = false;
  /** What it asks is done, and it does not hear of that. */
  losesAnswers = false;
  /** It cannot read rooms. */
  failsToReadRooms = false;
  #take: (signal: Signal) => void = () => {};

  constructor(store: Store, name: string) {
    const { time, random } = store;
    this.owner = { name, dead: false };
    this.clock = new ProcessClock(time, this.owner, random.fork(name), () => 0);
    const ask = <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        const answer = (run: () => void) => time.after(random.between(0, 5), run, this.owner);
        time.after(random.between(0, 5), () => {
          if (store.isDown || this.isCutOff) answer(() => reject(new StoreUnavailableError("Cannot ask: down")));
          else {
            try {
              const result = work();
              if (this.losesAnswers) answer(() => reject(new StoreUnavailableError("Cannot ask: no answer")));
              else answer(() => resolve(result));
            } catch (error) {
              answer(() => reject(error));
            }
          }
        });
      });
    const signals: Signals = {
      send: (all) => {
        for (const other of store.processes) {
          if (other === this || store.isDown || this.isCutOff || other.isCutOff) continue;
          for (const signal of all) {
            if (!random.chance(store.losesSignals)) {
              time.after(random.between(0, 1) * store.signalMs, () => other.#take(signal), other.owner);
            }
          }
        }
      },
      hear: (take) => this.#take = take,
    };
    const report = (what: string, cause?: unknown) =>
      void this.troubles.push(cause === undefined ? what : `${what}: ${cause}`);
    const leases = leasesBy(store.leases, ask);
    const readRooms: Leases["readRooms"] = (...asked) =>
      this.failsToReadRooms ? Promise.reject(new StoreUnavailableError("Cannot read")) : leases.readRooms(...asked);
    this.shared = new SharedPresence({
      leases: { ...leases, readRooms },
      signals,
      clock: this.clock,
      report,
      rooms: this.rooms,
    });
  }

  room(name: string): Presence {
    const known = this.rooms.get(name);
    if (known !== undefined) return known.presence;
    const members = new Map<string, string>();
    const take = () => {
      for (const line of presence.takeLines()) {
        const { type, id, joins, leaves, members: all } = JSON.parse(line);
        if (type === "typing") this.typing.push(id);
        if (type !== "presence") continue;
        if (all !== undefined) members.clear();
        for (const { id, name } of all ?? joins) members.set(id, name);
        for (const id of leaves) members.delete(id);
      }
    };
    const presence: Presence = new Presence(name, this.clock, take, this.shared);
    this.rooms.set(name, { presence });
    this.told.set(name, members);
    this.shared.opened(name);
    return presence;
  }

  ids(room = "lobby"): string[] {
    return [...this.told.get(room)!.keys()].sort();
  }

  /** It ends, and nothing of it happens any more. */
  kill(): void {
    this.owner.dead = true;
  }
}

Deno.test("who comes to one process is told on the other at once, with the name", async () => {
  const { time, processes: [one, two] } = start(2);
  const [here, there] = [one!.room("lobby"), two!.room("lobby")];
  here.note("ada", {}, "Ada");
  there.note("bob", {}, "Bob");
  await time.runUntil(1_000 + bounds.LEASE_RENEW_MS);
  const phone = {};
  here.note("cleo", phone, "Cleo");
  await time.runUntil(time.now + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob", "cleo"], ["ada", "bob", "cleo"]]);
  here.note("cleo", phone, "Cleopatra");
  await time.runUntil(time.now + SLACK_MS);
  assertEquals(two!.told.get("lobby")!.get("cleo"), "Cleopatra");
});

Deno.test("a room that is opened knows at once who is in it elsewhere", async () => {
  const { time, processes: [one, two] } = start(2);
  one!.room("lobby").note("ada", {}, "Ada");
  two!.room("other").note("bob", {}, "Bob");
  await time.runUntil(10_000);
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(time.now + SLACK_MS);
  assertEquals(two!.ids(), ["ada", "bob"]);
});

Deno.test("a room that is opened while the store does not answer knows who is in it as soon as the store does", async () => {
  const { time, processes: [one, two] } = start(2);
  one!.room("lobby").note("ada", {}, "Ada");
  two!.room("other").note("bob", {}, "Bob");
  await time.runUntil(5_000);
  two!.failsToReadRooms = true;
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(time.now + 5_000);
  assertEquals(two!.ids(), ["bob"]);
  two!.failsToReadRooms = false;
  await time.runUntil(time.now + bounds.LEASE_RENEW_MS + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob"], ["ada", "bob"]]);
});

Deno.test("somebody who comes while the store does not answer is held as soon as it does", async () => {
  const { time, processes: [one, two] } = start(2);
  one!.room("lobby").note("ada", {}, "Ada");
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(5_000);
  one!.isCutOff = true;
  one!.room("lobby").note("cleo", {}, "Cleo");
  // Shorter than what is held lasts.
  await time.runUntil(time.now + bounds.LEASE_MS / 2);
  assertEquals(two!.ids(), ["ada", "bob"]);
  one!.isCutOff = false;
  await time.runUntil(time.now + bounds.LEASE_RENEW_MS + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob", "cleo"], ["ada", "bob", "cleo"]]);
});

Deno.test("a process whose first word was lost holds under another name", async () => {
  const store = start(2);
  const { time, processes: [one, two] } = store;
  two!.room("lobby").note("bob", {}, "Bob");
  one!.losesAnswers = true;
  one!.room("lobby").note("ada", {}, "Ada");
  await time.runUntil(5_000);
  one!.losesAnswers = false;
  await time.runUntil(time.now + bounds.LEASE_MS + 2 * bounds.LEASE_RENEW_MS + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob"], ["ada", "bob"]]);
  assertEquals(one!.troubles, []);
});

Deno.test("a signal that comes late brings nobody back", async () => {
  const store = start(2);
  const { time, processes: [one, two] } = store;
  const connection = {};
  one!.room("lobby").note("bob", {}, "Bob");
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(5_000);
  store.signalMs = 60_000;
  one!.room("lobby").note("ada", connection, "Ada");
  await time.runUntil(time.now + 1_000);
  store.losesSignals = 1;
  one!.room("lobby").leave("ada", connection);
  await time.runUntil(time.now + 120_000);
  assertEquals([one!.ids(), two!.ids()], [["bob"], ["bob"]]);
});

Deno.test("the members of a process that is killed are gone within eight seconds, and only they", async () => {
  // Whenever in the rounds of the one and of the other that is.
  for (let moment = 0; moment < 200; moment++) {
    const { time, processes: [one, two] } = start(2, moment);
    one!.room("lobby").note("ada", {}, "Ada");
    one!.room("lobby").note("both", {}, "Both");
    await time.runUntil(moment % 20 * bounds.LEASE_RENEW_MS / 20);
    two!.room("lobby").note("both", {}, "Both");
    await time.runUntil(5_000 + moment * bounds.LEASE_RENEW_MS / 200);
    assertEquals(two!.ids(), ["ada", "both"]);
    one!.kill();
    await time.runUntil(time.now + 8_000 - SLACK_MS);
    assertEquals(two!.ids(), ["both"], `moment ${moment}`);
    await time.runUntil(time.now + 10_000);
    assertEquals(two!.ids(), ["both"]);
  }
});

Deno.test("who leaves is gone everywhere when the grace of seven seconds is over, not earlier and not twice", async () => {
  const { time, processes } = start(3);
  const connection = {};
  processes[0]!.room("lobby").note("ada", connection, "Ada");
  for (const { room } of processes.map((one) => ({ room: one.room("lobby") }))) room.note("watcher", {}, "Watcher");
  await time.runUntil(5_000);
  processes[0]!.room("lobby").leave("ada", connection);
  await time.runUntil(time.now + limits.PRESENCE_GRACE_MS - 100);
  for (const one of processes) assertEquals(one.ids(), ["ada", "watcher"]);
  await time.runUntil(time.now + 100 + SLACK_MS);
  for (const one of processes) assertEquals(one.ids(), ["watcher"]);
});

Deno.test("somebody who goes from one process to another is never reported as gone", async () => {
  const { time, processes: [one, two] } = start(2);
  const [here, there] = [one!.room("lobby"), two!.room("lobby")];
  const [phone, again] = [{}, {}];
  here.note("ada", phone, "Ada");
  here.note("bob", {}, "Bob");
  there.note("cleo", {}, "Cleo");
  await time.runUntil(5_000);
  here.leave("ada", phone);
  await time.runUntil(time.now + 3_000);
  there.note("ada", again, "Ada");
  for (let steps = 0; steps < 40; steps++) {
    await time.runUntil(time.now + 500);
    assertEquals([one!.ids(), two!.ids()], [["ada", "bob", "cleo"], ["ada", "bob", "cleo"]]);
  }
});

Deno.test("whoever types is told of everywhere, once in three seconds, wherever its connections are", async () => {
  const { time, processes } = start(2);
  const rooms = processes.map((one) => one.room("lobby"));
  for (const room of rooms) room.note("ada", {}, "Ada");
  await time.runUntil(5_000);
  for (let steps = 0; steps < 2 * limits.TYPING_MS / 500; steps++) {
    for (const room of rooms) room.typing("ada");
    await time.runUntil(time.now + 500);
  }
  for (const { typing } of processes) assertEquals(typing, ["ada", "ada"]);
});

Deno.test("a process renews all its rooms by one statement, however many there are", async () => {
  const { time, leases, processes: [one] } = start(1);
  for (let room = 0; room < 2_500; room++) one!.room(`r${room}`).note("ada", {}, "Ada");
  await time.runUntil(2_000);
  assertEquals(leases.inRooms("another", [...one!.rooms.keys()]).length, 2_500);
  const before = leases.renewals;
  await time.runUntil(time.now + 60_000);
  const renewals = leases.renewals - before;
  assert(renewals > 20, `${renewals}`);
  assertLess(renewals, 61_000 / bounds.LEASE_RENEW_MS);
});

Deno.test("a process that could not renew in time holds everything anew, and nobody is there twice or for ever", async () => {
  const { time, processes: [one, two] } = start(2);
  const gone = {};
  one!.room("lobby").note("ada", {}, "Ada");
  one!.room("lobby").note("gone", gone, "Gone");
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(5_000);
  one!.isCutOff = true;
  await time.runUntil(time.now + 3_000);
  one!.room("lobby").leave("gone", gone);
  await time.runUntil(time.now + 5_000);
  assertEquals(two!.ids(), ["bob"]);
  assertEquals(one!.ids().includes("bob"), true, "it cannot know that bob is gone");
  one!.isCutOff = false;
  await time.runUntil(time.now + 2 * bounds.LEASE_RENEW_MS + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob"], ["ada", "bob"]]);
  assertEquals(one!.troubles, []);
});

Deno.test("where nothing was read for so long that the store has forgotten who went, everything is read anew", async () => {
  const { time, processes: [one, two] } = start(2);
  const gone = {};
  one!.room("lobby").note("ada", {}, "Ada");
  one!.room("lobby").note("gone", gone, "Gone");
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(5_000);
  two!.isCutOff = true;
  one!.room("lobby").leave("gone", gone);
  await time.runUntil(time.now + 2 * bounds.LEASES_KEPT_MS);
  two!.isCutOff = false;
  await time.runUntil(time.now + 2 * bounds.LEASE_RENEW_MS + SLACK_MS);
  assertEquals([one!.ids(), two!.ids()], [["ada", "bob"], ["ada", "bob"]]);
});

Deno.test("the operator is told once that the store has failed for long, and once that it no longer does", async () => {
  const { time, processes: [one] } = start(1);
  one!.room("lobby").note("ada", {}, "Ada");
  await time.runUntil(5_000);
  for (let outage = 0; outage < 3; outage++) {
    one!.isCutOff = true;
    await time.runUntil(time.now + bounds.LEASES_KEPT_MS - SLACK_MS);
    one!.isCutOff = false;
    await time.runUntil(time.now + bounds.LEASE_RENEW_MS + SLACK_MS);
  }
  assertEquals(one!.troubles, []);
  // It renews what it holds meanwhile, as one can whose role may write the table and not read it.
  one!.failsToReadRooms = true;
  one!.room("attic").note("ada", {}, "Ada");
  await time.runUntil(time.now + 3 * bounds.LEASES_KEPT_MS);
  const begun = "Who is in the rooms cannot be shared with other servers: each shows its own members";
  assertEquals(one!.troubles, [`${begun}: StoreUnavailableError: Cannot read`]);
  one!.failsToReadRooms = false;
  await time.runUntil(time.now + 3 * bounds.LEASES_KEPT_MS);
  assertEquals(one!.troubles.slice(1), ["Who is in the rooms is shared with other servers again"]);
});

Deno.test("a crowd over several processes is counted on all of them", async () => {
  const { time, processes } = start(2);
  const half = limits.MEMBERS_LISTED / 2;
  for (const [index, one] of processes.entries()) {
    const room = one.room("lobby");
    for (let member = 0; member <= half; member++) room.note(`p${index} ${member}`, {}, "P");
    room.note("both", {}, "Both");
  }
  await time.runUntil(5_000);
  for (const one of processes) {
    const { memberCount, members } = one.room("lobby").list;
    assertEquals([memberCount, members], [limits.MEMBERS_LISTED + 3, undefined]);
  }
});

Deno.test("whatever is lost, cut off and killed, all processes show the same people in the end, and those who are there", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const store = start(3, seed);
    const { time, random, processes } = store;
    const rooms = ["lobby", "attic"];
    const here = new Set<{ process: Process; room: string; id: string }>();
    for (const process of processes) for (const room of rooms) process.room(room);
    store.losesSignals = random.pick([0, 0.5, 1]);
    store.signalMs = random.pick([5, 5, 20_000]);
    for (let step = random.int(10, 80); step > 0; step--) {
      const alive = processes.filter(({ owner }) => !owner.dead);
      const process = random.pick(alive);
      const act = random.next();
      if (act < 0.5) {
        const one = { process, room: random.pick(rooms), id: random.pick(["ada", "k-bob", "cleo", "k-dora"]) };
        process.room(one.room).note(one.id, one, `${one.id} ${step}`);
        here.add(one);
      } else if (act < 0.8 && here.size > 0) {
        const one = random.pick([...here]);
        one.process.room(one.room).leave(one.id, one);
        here.delete(one);
      } else if (act < 0.83 && alive.length > 1) {
        process.kill();
        for (const one of here) if (one.process === process) here.delete(one);
      } else if (act < 0.9) process.isCutOff = !process.isCutOff;
      else if (act < 0.95) store.isDown = !store.isDown;
      await time.runUntil(time.now + random.pick([10, 300, 2_000, 9_000]));
    }
    store.isDown = false;
    for (const process of processes) process.isCutOff = false;
    await time.runUntil(time.now + bounds.LEASE_MS + limits.PRESENCE_GRACE_MS + 2 * bounds.LEASE_RENEW_MS);
    // Names are told by and by.
    await time.runUntil(time.now + limits.RENAME_MS * 10);
    const alive = processes.filter(({ owner }) => !owner.dead);
    for (const room of rooms) {
      const ids = new Set([...here].filter((one) => one.room === room).map(({ id }) => id));
      const shown = alive.map((process) => [...process.told.get(room)!].sort());
      for (const members of shown) assertEquals(members, shown[0], `the names in ${room} of seed ${seed}`);
      assertEquals(shown[0]!.map(([id]) => id), [...ids].sort(), `${room} of seed ${seed}`);
    }
    for (const { troubles } of processes) assertEquals(troubles.filter((trouble) => !OF_OUTAGES.test(trouble)), []);
  }
});

Deno.test("a process that has stopped sharing has no timer left", async () => {
  const { time, processes: [one, two] } = start(2);
  one!.room("lobby").note("ada", {}, "Ada");
  two!.room("lobby").note("bob", {}, "Bob");
  await time.runUntil(3_000);
  for (const process of [one!, two!]) {
    process.shared.stop();
    for (const { presence } of process.rooms.values()) presence.stop();
  }
  await time.runUntil(time.now + 1_000);
  const { step } = time;
  await time.runUntil(time.now + 60_000);
  assertEquals(time.step, step);
});
