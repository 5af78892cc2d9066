/**
 * Rooms that belong to somebody, on real processes: two servers on one store die, stop and are cut off, while people are sent out by one of them that the
 * other serves. The clients and the verdict are those of the simulation (`tests/proof/sim/owned/`).
 *
 * @module
 */

import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { eventually } from "../../lib/patience.ts";
import { Random } from "../../lib/random.ts";
import type { Person } from "../../policy/model.ts";
import { idOf, provenOf } from "../client/ids.ts";
import { type Common, OwnedClient, type Plan } from "../sim/owned/client.ts";
import { judge, placesAt } from "../sim/owned/judge.ts";
import { Link } from "./link.ts";
import { readRun } from "./read_store.ts";
import { ServerProcess } from "./server_process.ts";
import { argvOf, type ProvenStore, STORES } from "./stores.ts";
import { Storm } from "./storm.ts";
import { RealWorld } from "./world.ts";

/** The stores that two servers can share, by their names in {@linkcode STORES}. */
export const SHARED = ["kv", "postgres"] as const;

export interface OwnedOptions {
  store: (typeof SHARED)[number];
  seed: string;
  /** How long it storms. */
  ms: number;
}

export interface OwnedOutcome {
  wrong: string[];
  /** Memberships that a change of a room has ended, events stored, and faults. */
  removed: number;
  stored: number;
  faults: number;
}

const LOBBY = "lobby";
/** Fewer than elsewhere: what one process does while the other serves on is what matters. */
const FAULTS_PER_S = { network: 5, process: 0.4, store: 0.1 };
/** How often somebody does something, and somebody is sent out or taken back, in milliseconds. */
const ACT_MS = 40;
const GOVERN_MS = 150;
/** How long everybody has at least to come back to where they may be, and to get what is said then. */
const MEND_MS = 8_000;
const PROMPT_MS = 4_000;

export async function runOwned(options: OwnedOptions): Promise<OwnedOutcome> {
  const random = new Random(`owned ${options.seed}`);
  await using store = await STORES[options.store]!(random.fork("store"), () => performance.now(), () => {});
  return await new Scene(random, store).play(options.ms);
}

class Scene {
  readonly #random: Random;
  readonly #store: ProvenStore;
  readonly #wrong: string[] = [];
  readonly #clients: OwnedClient[] = [];
  readonly #worlds: RealWorld[] = [];
  readonly #links: { name: string; link: Link }[] = [];
  readonly #people = new Map<string, Person>();
  readonly #servers: ServerProcess[];
  readonly #common: Common;
  readonly #storm: Storm;
  #faults = 0;

  constructor(random: Random, store: ProvenStore) {
    this.#random = random;
    this.#store = store;
    const argv = [...argvOf(store), "--rate-limit", "off", "--owners", plansOf()[0]!.id];
    this.#servers = Array.from({ length: store.servers }, (_, index) => {
      const server: ServerProcess = new ServerProcess(`server ${index + 1}`, argv, {
        failPoint: ({ action }) => action === "stall" && this.#storm.thaw(server),
        unexpectedExit: (what) => this.#wrong.push(what),
      });
      return server;
    });
    this.#storm = new Storm(
      { links: this.#links, servers: this.#servers, store },
      random.fork("storm"),
      () => this.#faults++,
      FAULTS_PER_S,
    );
    this.#common = {
      // Nobody knows what two processes have stored at a moment: the store tells it in the end, by the times.
      head: () => Date.now(),
      newest: (room) => Math.max(0, ...this.#clients.map((client) => (client.membership(room)?.next ?? 1) - 1)),
      ids: plansOf().map(({ id }) => id),
      // Nobody opens their room of two here: Deno KV has none.
      pair: [plansOf()[1]!.id, plansOf()[2]!.id],
      rooms: [LOBBY],
      blame: (what) => this.#wrong.push(what),
    };
  }

  async play(ms: number): Promise<OwnedOutcome> {
    const plans = plansOf();
    await this.#storm.begin();
    try {
      for (const plan of plans.filter(({ dialect }) => dialect === "chat.v1")) this.#admit(plan);
      await this.#makeRooms();
      for (const plan of plans.filter(({ dialect }) => dialect === "plain")) {
        this.#admit({ ...plan, rooms: [this.#random.pick(this.#common.rooms)] });
      }
      const acting = this.#actFor(ms);
      await this.#storm.blow(ms);
      await acting;
      await this.#storm.calm();
      await wait(MEND_MS);
      await this.#untilSettled();
      // A last word that everybody who may read must have.
      for (const client of this.#clients) for (const room of this.#common.rooms) client.say(room);
      await wait(PROMPT_MS);
      await this.#untilSettled();
    } finally {
      for (const client of this.#clients) client.stop();
      await Promise.all(this.#worlds.map((world) => world.end()));
      await this.#storm.end();
    }
    return await this.#judge();
  }

  #admit(plan: Plan): void {
    const { name, id, key, dialect, rooms } = plan;
    const random = this.#random.fork(name);
    const link = new Link(() => random.pick(this.#servers).port, random.fork("link"));
    const protocols = dialect === "plain" ? [] : ["chat.v1"];
    const path = `/ws/${encodeURIComponent(id)}?room=${rooms[0]}`;
    const world = new RealWorld(link, path, protocols, random, () => performance.now());
    const client = new OwnedClient(plan, world, this.#common);
    this.#people.set(id, { id, proven: key !== undefined, operator: id === plansOf()[0]!.id });
    // The one that governs is heard, at least where its server lives.
    if (name !== "c0") this.#links.push({ name, link });
    this.#worlds.push(world);
    this.#clients.push(client);
    client.start();
  }

  /** The first client makes rooms while nothing fails. */
  async #makeRooms(): Promise<void> {
    const { rooms } = this.#common;
    const [owner] = this.#clients;
    while (!owner!.greeted) await wait(20);
    owner!.create("make tea", { title: "Tea" }, "tea");
    owner!.create("make den", { visibility: "private" });
    while (rooms.length < 3) await wait(20);
    for (const client of this.#clients) client.lookRound();
  }

  async #actFor(ms: number): Promise<void> {
    const random = this.#random.fork("acts");
    const until = performance.now() + ms;
    let governed = 0;
    while (performance.now() < until) {
      const room = random.pick(this.#common.rooms);
      if (performance.now() - governed > GOVERN_MS) {
        governed = performance.now();
        this.#clients[random.chance(0.85) ? 0 : 1]!.govern(room);
      }
      const client = random.pick(this.#clients);
      client.act(client.plan.dialect === "plain" ? client.plan.rooms[0]! : room);
      await wait(random.between(0, 2 * ACT_MS));
    }
  }

  /** Waits until everybody in a room has the same of it. Where that does not come, the verdict says what is lacking. */
  async #untilSettled(): Promise<void> {
    const clients = this.#clients.filter(({ plan }) => plan.dialect === "chat.v1");
    const areEven = (room: string) =>
      new Set(clients.flatMap((client) => client.membership(room)?.next ?? [])).size <= 1;
    const areSettled = () => clients.every(({ isSettled }) => isSettled) && this.#common.rooms.every(areEven);
    await eventually(areSettled, "a rest").catch(() => {});
  }

  async #judge(): Promise<OwnedOutcome> {
    const log = openLog(await openStore(this.#store.name, () => {}));
    const { rooms } = this.#common;
    const events = new Map<string, Awaited<ReturnType<typeof readRun>>>();
    for (const room of rooms) events.set(room, await readRun(log, room, (await log.read(room, { limit: 0 })).head));
    await log.close();
    const memberships = this.#clients.flatMap((client) => client.memberships);
    for (const membership of memberships) placesAt(membership, events.get(membership.room)!);
    judge(this.#clients, this.#people, rooms, (room) => events.get(room)!, (what) => this.#wrong.push(what));
    return {
      wrong: this.#wrong,
      removed: memberships.filter(({ removed }) => removed !== undefined).length,
      stored: [...events.values()].reduce((sum, { length }) => sum + length, 0),
      faults: this.#faults,
    };
  }
}

function plansOf(): Plan[] {
  const make = (name: string, dialect: Plan["dialect"], isProven: boolean, changes = true): Plan => ({
    name,
    ...isProven ? provenOf(name) : { id: idOf(name) },
    dialect,
    changes,
    rooms: [LOBBY],
  });
  return [
    make("c0", "chat.v1", true),
    make("c1", "chat.v1", true),
    make("c2", "chat.v1", true),
    make("c3", "chat.v1", true, false),
    make("c4", "chat.v1", false),
    make("c5", "plain", false),
    make("c6", "plain", false),
  ];
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
