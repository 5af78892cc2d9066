/**
 * Carries out one scenario: servers, clients and a store under a virtual clock. Gives the evidence of what happened, judged
 * by the same checker as the proof with real processes, and by what only a simulation can see.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { armFailPoints } from "../../../chat/base/fail_points.ts";
import { isMessage } from "../../../chat/event/event.ts";
import { fallback } from "../../../chat/event/kinds.ts";
import {
  OUTBOX_BYTES,
  PAGE_MESSAGES,
  REPLAY_CHANGES,
  REPLAY_MESSAGES,
  REPLY_CHARACTERS,
} from "../../../chat/limits.ts";
import { Random } from "../../lib/random.ts";
import { ChatClient } from "../client/chat_client.ts";
import { SimulatedPackageClient } from "../client/package_client.ts";
import { PageClient } from "../client/page_client.ts";
import { PlainClient } from "../client/plain_client.ts";
import type { Act, Participant } from "../client/world.ts";
import { check } from "../judge/checker.ts";
import type { Evidence, Fault, Violation } from "../judge/evidence.ts";
import { carryOut, type FaultWorld } from "./faults.ts";
import { Network } from "./network.ts";
import type { ClientPlan, Scenario } from "./scenario.ts";
import { Server } from "./server.ts";
import { Storage } from "./storage.ts";
import { VirtualTime } from "./virtual_time.ts";

/** What a run came to. */
export interface Outcome {
  violations: Violation[];
  evidence: Evidence;
  /** Faults that took place. */
  faults: number;
  /** Messages stored. */
  stored: number;
  /** Virtual milliseconds that were lived through. */
  virtualMs: number;
}

/**
 * After the last fault everything must mend within this time. The promise is 5 s for a client that is connected; one may need
 * longer to find that it is not (a missing pong, 7 s), and to come back (2 s).
 */
const MEND_MS = 25_000;
/** The same where a tab has gone for good: another tab takes over its unsent messages after 30 s, and looks every 10 s. */
const TAKE_OVER_MS = 50_000;
/** How long a message said then may take to reach everybody. */
const PROMPT_MS = 5_000;
/** What may wait for one connection, in bytes: the bound, and one reply beyond it, here a page of texts of 3,900 characters. */
const WAITING_BYTES = OUTBOX_BYTES + PAGE_MESSAGES * 4_200;
/** How long the last traces of clients that left may stay. */
const FORGET_MS = 45_000;

/** Carries out a scenario. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  // What the core draws with it (how clients spread their return) is to come from the seed as well.
  const { random } = Math;
  const stream = new Random(`math ${scenario.seed}`);
  Math.random = () => stream.next();
  // Other threads answer when they like: what comes from them is to come at once, so that it comes at the same moment in every run.
  const digest = (_: string, data: Uint8Array) =>
    Promise.resolve(new Uint8Array(createHash("sha256").update(data).digest()).buffer);
  Object.defineProperty(crypto.subtle, "digest", { configurable: true, value: digest });
  const simulation = new Simulation(scenario);
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    simulation.unhandled(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  try {
    return await simulation.run();
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
    armFailPoints();
    Math.random = random;
    Reflect.deleteProperty(crypto.subtle, "digest");
  }
}

/** How long programs may read what was written in bursts: one page after the other. */
function readingMs({ hasPrograms, faults, readMs, storeMs, linkMs }: Scenario): number {
  if (!hasPrograms) return 0;
  const pages = faults.reduce((sum, fault) => {
    if (fault.type !== "burst") return sum;
    const { count, filling } = fault;
    return sum + Math.ceil(count / PAGE_MESSAGES) + Math.ceil(count * filling / REPLY_CHARACTERS);
  }, 0);
  return pages * (readMs + storeMs + 4 * linkMs);
}

class Simulation implements FaultWorld {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly storage: Storage;
  readonly servers: Server[];
  readonly network: Network;
  readonly clients: Participant[];
  readonly #scenario: Scenario;
  readonly #violations: Violation[] = [];
  readonly #faults: Fault[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.random = new Random(`run ${scenario.seed}`);
    this.storage = new Storage(this.time, scenario, (violation) => this.#blame(violation));
    const watch = {
      tell: (what: string) => this.tell(what),
      blame: (what: string) => this.#blame({ promise: 9, what }),
    };
    this.servers = Array.from({ length: scenario.servers }, (_, index) => {
      const name = `server ${index}`;
      return new Server(name, this.storage, this.random.fork(name), scenario.limitRate, watch);
    });
    this.network = new Network(this.time, this.servers, scenario.linkMs);
    this.clients = scenario.clients.map((plan, index) => this.#admit(plan, index));
  }

  async run(): Promise<Outcome> {
    armFailPoints((point) => this.servers.find(({ owner }) => owner === this.time.current)?.pass(point));
    for (const server of this.servers) server.start();
    this.clients.forEach((client, index) => {
      const { acts, filling, startsAt } = this.#scenario.clients[index]!;
      this.time.at(startsAt, () => client.start());
      for (const { at, ...act } of acts) this.time.at(at, () => client.act({ ...act, filling: "x".repeat(filling) }));
    });
    for (const fault of this.#scenario.faults) carryOut(fault, this);
    const { horizonMs, faults } = this.#scenario;
    const calm = faults.reduce(
      (latest, fault) => Math.max(latest, fault.at + ("ms" in fault ? fault.ms : 0)),
      horizonMs,
    );
    await this.time.runUntil(calm);
    this.#calm();
    const isTakenOver = this.#scenario.clients.some(({ acts }) =>
      acts.some(({ type }) => type === "open another tab instead")
    );
    await this.time.runUntil(calm + (isTakenOver ? TAKE_OVER_MS : MEND_MS) + readingMs(this.#scenario));
    // How far a stream has come only its last event tells: an event that a page had in it already is none.
    const isProgram = (client: Participant) => client instanceof SimulatedPackageClient;
    this.#checkMended(this.clients.filter((client) => !isProgram(client)));
    this.time.at(this.time.now, () => this.#letAll("say"));
    await this.time.runUntil(this.time.now + PROMPT_MS);
    this.#checkMended(this.clients.filter(isProgram));
    if (this.#scenario.sharesPresence) this.#checkCompany();
    this.#letAll("look");
    const evidence = this.#evidence();
    this.#violations.push(...check(evidence).filter((violation) => !this.#isExcused(violation)));
    this.#checkBounds();
    await this.#leave();
    const virtualMs = this.time.now;
    return {
      violations: this.#violations,
      evidence,
      faults: this.#faults.length,
      stored: this.storage.stored,
      virtualMs,
    };
  }

  #admit(plan: ClientPlan, index: number): Participant {
    const Ours = this.#scenario.hasPrograms ? SimulatedPackageClient : PageClient;
    const Kind = plan.isPage ? Ours : plan.dialect === "plain" ? PlainClient : ChatClient;
    const world = this.network.worldOf(
      plan,
      index,
      this.random.fork(plan.name),
      () => this.clients[index]!.log,
      (event, sentAt) => this.storage.checkAcked(plan.id, event, sentAt),
    );
    return new Kind(plan, world);
  }

  /** A promise was rejected and nobody cared. */
  unhandled(reason: unknown): void {
    if (this.time.current?.dead) return;
    this.#blame({ promise: 9, what: `an error that nobody handles: ${reason}` });
  }

  /** As long as somebody may still send a command again, or a copy of it is on its way, its nonce must be known. */
  trimmable(room: string): number {
    const events = this.storage.database.all(room);
    const { head } = this.storage.database.read(room, { limit: 0 });
    const isKept = (nonce: string) =>
      this.clients.some((client) => client.keeps(nonce)) || this.network.all.some((link) => link.carries(`"${nonce}"`));
    const kept = events.find(({ nonce }) => nonce !== undefined && isKept(nonce));
    return kept === undefined ? head : kept.seq - 1;
  }

  // What faults ask of the world.

  tell(what: string): void {
    this.#faults.push({ at: this.time.now, what });
  }

  writeFromOutside(room: string, count: number, filling: number): void {
    const messages = this.storage.compose(room, count, filling);
    if (this.storage.latencyMs > 0) return this.storage.write(room, messages);
    // A store inside the process has no outside: the process says it itself.
    const { owner, manager } = this.servers[0]!;
    this.time.after(0, () => {
      for (const { id, text } of messages) manager?.broadcast(room, id, text).catch(allowFaults);
    }, owner);
  }

  // The end.

  #calm(): void {
    Object.assign(this.storage.weather, this.storage.fair);
    for (const server of this.servers) this.time.at(this.time.now, () => server.calm());
    for (const link of this.network.links) link?.throttle(Infinity);
    this.#letAll("come back");
  }

  #checkMended(clients: Participant[]): void {
    for (const client of clients) {
      for (const lack of client.unfinished((room) => this.storage.head(room))) {
        const what = `${lack}, long after the last fault`;
        this.#blame({ promise: 4, what, client: client.log.name });
      }
    }
  }

  #letAll(type: Act["type"]): void {
    for (const client of this.clients) for (const room of client.rooms) client.act({ room, type });
  }

  /** Everybody is shown to everybody else who is in the room, under the same name, whichever servers they are connected to. */
  #checkCompany(): void {
    const viewers = this.clients.filter((client) => client instanceof ChatClient);
    for (const { log: { name: client }, rooms, company } of viewers) {
      for (const room of rooms) {
        const lacking = this.clients.filter((one) => one.rooms.includes(room) && !company.in(room).has(one.log.id));
        for (const { log } of lacking) {
          this.#blame({ promise: 4, what: `it is not shown ${log.name} in ${room}`, client });
        }
        for (const [id, shown] of company.in(room)) {
          const other = viewers.find((one) => (one.company.in(room).get(id) ?? shown) !== shown)?.log.name;
          if (other !== undefined) this.#blame({ promise: 4, what: `${other} is shown another name of ${id}`, client });
        }
      }
    }
  }

  /** What the checker cannot know to be right. */
  #isExcused({ promise, client = "", room = "", nonce }: Violation): boolean {
    // A plain client cannot be told that messages were trimmed before it got them.
    const isPlain = this.clients.some(({ log }) => log.name === client && log.dialect === "plain");
    const wasTrimmed = this.storage.trims.some((trim) => trim.room === room && trim.entries.length > 0);
    if (promise === 3 && isPlain && wasTrimmed) return true;
    // A copy of a message that a restored store lost may come in late, from a connection that was given up: it is stored again.
    return this.storage.losses.length > 0 && promise === 3 && nonce !== undefined;
  }

  #checkBounds(): void {
    for (const { mostBuffered } of this.network.all) {
      if (mostBuffered <= WAITING_BYTES) continue;
      this.#blame({ promise: 7, what: `${mostBuffered} bytes waited for one connection: ${WAITING_BYTES} may` });
    }
    for (const { log: { name, dialect, room, events } } of this.clients) {
      if (dialect !== "plain") continue;
      const [last] = this.storage.database.read(room!, { limit: 1 }).events;
      const end = events.at(-1);
      if (last === undefined || !isMessage(last)) continue;
      if (end?.type === "text" && end.text === `Client #${last.id} says: ${fallback(last)}`) continue;
      this.#blame({ promise: 4, what: `it did not get the last message of ${room}, ${last.seq}`, client: name, room });
    }
  }

  /** Everybody goes; then nothing of them may be left. */
  async #leave(): Promise<void> {
    this.time.at(this.time.now, () => {
      for (const client of this.clients) client.stop();
    });
    await this.time.runUntil(this.time.now + FORGET_MS);
    for (const { name, manager } of this.servers) {
      const { connections = 0, rooms = 0 } = manager?.stats ?? {};
      if (connections + rooms === 0) continue;
      this.#blame({ promise: 7, what: `${name} keeps ${connections} connections and ${rooms} rooms of nobody` });
    }
  }

  #evidence(): Evidence {
    return {
      clients: [...this.clients.map(({ log }) => log), this.storage.outside],
      store: this.storage.rooms(),
      durability: "os",
      losses: this.storage.losses,
      holes: this.storage.holes,
      trims: this.storage.trims,
      clocksJump: this.#scenario.faults.some(({ type }) => type === "clock"),
      faults: this.#faults,
      unexpectedExits: [],
      settled: true,
      replay: { messages: REPLAY_MESSAGES, changes: REPLAY_CHANGES },
    };
  }

  #blame(violation: Violation): void {
    this.#violations.push({ at: this.time.now, ...violation });
  }
}

/** Faults may keep it from being stored. That it cannot be a message is a mistake of this program. */
function allowFaults(error: unknown): void {
  if (error instanceof TypeError) throw error;
}
