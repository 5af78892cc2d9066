/**
 * Rooms that belong to somebody, under the simulation's clock, network, servers and store: people are sent out, banned, taken back, and the settings
 * change, while everything fails that may. A seed determines a run.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { armFailPoints, FAIL_POINTS } from "../../../../chat/base/fail_points.ts";
import type { Person } from "../../../policy/model.ts";
import { Random } from "../../../lib/random.ts";
import { idOf, provenOf } from "../../client/ids.ts";
import { carryOut, type FaultWorld } from "../faults.ts";
import { Network } from "../network.ts";
import type { ClientPlan, PlannedFault, Scenario } from "../scenario.ts";
import { Server } from "../server.ts";
import { Storage } from "../storage.ts";
import { VirtualTime } from "../virtual_time.ts";
import { type Common, OwnedClient, type Plan } from "./client.ts";
import { judge } from "./judge.ts";

export interface Outcome {
  wrong: string[];
  /** Memberships that a change of the room has ended, and events stored. */
  removed: number;
  stored: number;
}

const LOBBY = "lobby";
const DAYS_MS = 86_400_000;
const MEND_MS = 25_000;
const PROMPT_MS = 6_000;

/** The faults that make one process learn late of what another did come most often. */
const FAULTS: readonly PlannedFault["type"][] = [
  "lose hints",
  "lose hints",
  "late hints",
  "late hints",
  "partition",
  "partition",
  "stall",
  "slow",
  "freeze",
  "half-open",
  "cut",
  "crash",
  "drain",
  "fail point",
  "burst",
  "refuse",
  "lose answers",
  "clock",
];

export async function simulateOwned(seed: number): Promise<Outcome> {
  const { random } = Math;
  const stream = new Random(`math ${seed}`);
  Math.random = () => stream.next();
  const digest = (_: string, data: Uint8Array) =>
    Promise.resolve(new Uint8Array(createHash("sha256").update(data).digest()).buffer);
  Object.defineProperty(crypto.subtle, "digest", { configurable: true, value: digest });
  try {
    return await new Run(seed).run();
  } finally {
    armFailPoints();
    Math.random = random;
    Reflect.deleteProperty(crypto.subtle, "digest");
  }
}

class Run implements FaultWorld {
  readonly time = new VirtualTime();
  readonly storage: Storage;
  readonly servers: Server[];
  readonly network: Network;
  readonly #random: Random;
  readonly #horizonMs: number;
  readonly #wrong: string[] = [];
  readonly #clients: OwnedClient[] = [];
  readonly #people = new Map<string, Person>();
  readonly #common: Common;

  constructor(seed: number) {
    const random = this.#random = new Random(`owned ${seed}`);
    this.#horizonMs = random.pick([4_000, 9_000, 16_000]);
    const scenario = surroundings(seed, random);
    this.storage = new Storage(this.time, scenario, ({ what }) => this.#wrong.push(what));
    const watch = { tell: () => {}, blame: (what: string) => this.#wrong.push(what) };
    const plans = plan(random);
    const operators = [plans[0]!.id];
    this.servers = Array.from({ length: scenario.servers }, (_, index) => {
      const name = `server ${index}`;
      return new Server(name, this.storage, random.fork(name), false, watch, operators);
    });
    this.network = new Network(this.time, this.servers, scenario.linkMs);
    this.#common = {
      head: (room) => this.storage.head(room).seq,
      newest: (room) => this.storage.head(room).seq,
      ids: plans.map(({ id }) => id),
      rooms: [LOBBY],
      // The operator is none of them.
      pair: [plans[1]!.id, plans.slice(2).find(({ key }) => key !== undefined)?.id ?? plans[1]!.id],
      blame: (what) => this.#wrong.push(what),
    };
    plans.forEach((each, index) => {
      const { id, key } = each;
      this.#people.set(id, { id, proven: key !== undefined, operator: operators.includes(id) });
      const asPlanned = each as unknown as ClientPlan;
      const world = this.network.worldOf(asPlanned, index, random.fork(each.name), () => NO_LOG, () => {});
      this.#clients.push(new OwnedClient(each, world, this.#common));
    });
  }

  async run(): Promise<Outcome> {
    armFailPoints((point) => this.servers.find(({ owner }) => owner === this.time.current)?.pass(point));
    for (const server of this.servers) server.start();
    for (const client of this.#clients) this.#begin(client);
    await this.#makeRooms();
    const began = this.time.now;
    const calm = began + this.#horizonMs;
    this.#planActs(began);
    this.#planTalk(began);
    for (let index = this.#random.pick([1, 2, 4, 8, 12]); index > 0; index--) carryOut(this.#drawFault(began), this);
    await this.time.runUntil(calm + 500);
    this.#calm();
    await this.time.runUntil(this.time.now + MEND_MS);
    // A last word of the owner is what everybody who may must have.
    this.time.at(this.time.now, () => this.#everybodySays());
    await this.time.runUntil(this.time.now + PROMPT_MS);
    const { rooms } = this.#common;
    judge(
      this.#clients,
      this.#people,
      rooms,
      (room) => this.storage.database.all(room),
      (what) => this.#wrong.push(what),
    );
    const removed = this.#clients.flatMap(({ memberships }) => memberships).filter((one) => one.removed).length;
    const outcome = { wrong: this.#wrong.slice(), removed, stored: this.storage.stored };
    this.time.at(this.time.now, () => this.#clients.forEach((client) => client.stop()));
    await this.time.runUntil(this.time.now + 1_000);
    return outcome;
  }

  // What faults ask of the world. Nothing is trimmed or put back here, so that every event can be judged.

  trimmable(): number {
    return 0;
  }

  tell(): void {}

  writeFromOutside(room: string, count: number, filling: number): void {
    this.storage.write(room, this.storage.compose(room, count, filling));
  }

  #begin(client: OwnedClient): void {
    // A plain client knows no room before that is made.
    if (client.plan.dialect === "chat.v1") this.time.at(0, () => client.start());
  }

  /** The first two clients make rooms while nothing fails. */
  async #makeRooms(): Promise<void> {
    const [owner, friend] = this.#clients as [OwnedClient, OwnedClient];
    const { rooms } = this.#common;
    while (!owner.greeted || !friend.greeted) await this.time.runUntil(this.time.now + 100);
    this.time.at(this.time.now, () => {
      owner.create("make tea", { title: "Tea" }, "tea");
      owner.create("make den", { visibility: "private" });
      friend.talk();
    });
    while (rooms.length < 4) await this.time.runUntil(this.time.now + 100);
    this.time.at(this.time.now, () => {
      for (const client of this.#clients) {
        if (client.plan.dialect === "chat.v1") client.lookRound();
        else {
          client.plan.rooms = [this.#random.pick(rooms.filter((room) => !isOfTwo(room)))];
          client.start();
        }
      }
    });
    await this.time.runUntil(this.time.now + 1_000);
  }

  #planActs(began: number): void {
    const random = this.#random.fork("acts");
    const [owner, deputy] = this.#clients;
    const shared = this.#common.rooms.filter((room) => !isOfTwo(room));
    const room = () => random.pick(shared);
    const when = () => began + random.between(0, this.#horizonMs);
    for (let index = random.pick([5, 15, 40]); index > 0; index--) {
      const at = when();
      const place = room();
      this.time.at(at, () => (random.chance(0.85) ? owner : deputy)!.govern(place));
      // What is under way when somebody is sent out is what matters.
      for (const client of this.#clients) {
        if (random.chance(0.6)) this.time.at(at + random.between(-80, 80), () => client.act(place));
      }
    }
    for (let index = random.pick([10, 40, 120]); index > 0; index--) {
      const client = random.pick(this.#clients);
      this.time.at(when(), () => client.act(client.plan.dialect === "plain" ? client.plan.rooms[0]! : room()));
    }
  }

  /** What goes on in the room of two, by those who are in it and those who are not. */
  #planTalk(began: number): void {
    const random = this.#random.fork("talk");
    const room = this.#common.rooms.find(isOfTwo)!;
    for (let index = random.pick([5, 20]); index > 0; index--) {
      const client = random.pick(this.#clients);
      const at = began + random.between(0, this.#horizonMs);
      if (client.plan.dialect === "plain") continue;
      this.time.at(at, () => random.chance(0.5) ? client.act(room) : client.talk());
    }
  }

  #drawFault(began: number): PlannedFault {
    const random = this.#random;
    const at = Math.floor(began + random.between(0, this.#horizonMs));
    const server = random.int(0, this.servers.length - 1);
    const client = random.int(0, this.#clients.length - 1);
    const ms = Math.floor(random.pick([100, 600, 3_000]) * random.between(0.5, 1.5));
    const backAfterMs = random.pick([1, 100, 1_500]);
    const type = random.pick(FAULTS);
    const all: Partial<Record<PlannedFault["type"], object>> = {
      crash: { server, silently: random.chance(0.3), backAfterMs },
      drain: { server, backAfterMs },
      "fail point": {
        server,
        point: random.pick(FAIL_POINTS),
        passes: random.int(0, 3),
        crash: random.chance(0.5),
        backAfterMs,
      },
      clock: { server, byMs: random.pick([-60_000, 60_000, DAYS_MS]) },
      partition: { server, ms },
      slow: { client, bytesPerMs: random.pick([0.5, 5, 50]), ms: 2 * ms },
      refuse: { probability: random.pick([0.2, 1]), ms },
      "lose answers": { probability: random.pick([0.2, 1]), ms },
      "lose hints": { probability: 1, ms: 2 * ms },
      "late hints": { delayMs: random.pick([200, 1_000, 3_000]), ms: 2 * ms },
      burst: {
        room: random.pick(this.#common.rooms),
        ...random.pick([{ count: 60, filling: 0 }, { count: 150, filling: 2_000 }]),
      },
    };
    return { at, type, ...all[type] ?? { client, ms } } as PlannedFault;
  }

  #calm(): void {
    Object.assign(this.storage.weather, this.storage.fair, { stalledUntil: 0 });
    this.time.at(this.time.now, () => this.servers.forEach((server) => server.calm()));
    for (const link of this.network.links) link?.throttle(Infinity);
  }

  #everybodySays(): void {
    for (const client of this.#clients) {
      for (const room of this.#common.rooms) client.say(room);
    }
  }
}

const isOfTwo = (room: string) => room.startsWith("d-");

const NO_LOG = { name: "", id: "", dialect: "plain", events: [] } as const as never;

function plan(random: Random): Plan[] {
  const make = (name: string, dialect: Plan["dialect"], isProven: boolean): Plan => ({
    name,
    ...isProven ? provenOf(name) : { id: idOf(name) },
    dialect,
    changes: random.chance(0.8),
    rooms: [LOBBY],
  });
  const others = Array.from({ length: random.int(2, 4) }, (_, index) => {
    const dialect = random.chance(0.2) ? "plain" : "chat.v1";
    return make(`c${index + 2}`, dialect, dialect === "chat.v1" && random.chance(0.75));
  });
  return [make("c0", "chat.v1", true), make("c1", "chat.v1", true), ...others];
}

/** Several processes, mostly, and a store whose answers are late. */
function surroundings(seed: number, random: Random): Scenario {
  const isEmbedded = random.chance(0.1);
  return {
    seed,
    horizonMs: 0,
    servers: isEmbedded ? 1 : random.pick([2, 2, 3]),
    storeMs: isEmbedded ? 0 : random.pick([1, 10, 60]),
    readMs: isEmbedded ? 0 : random.pick([0, 0, 60, 400]),
    overtaking: random.chance(0.4),
    parts: random.chance(0.4),
    hints: { loss: random.pick([0, 0.2]), delayMs: random.pick([2, 50, 300]) },
    linkMs: random.pick([1, 10, 60]),
    limitRate: false,
    hasPrograms: false,
    sharesPresence: seed % 4 === 1,
    clients: [],
    faults: [],
  };
}
