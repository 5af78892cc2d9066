/**
 * Carries out one scenario: servers, clients and a store under a virtual clock. Gives the evidence of what happened, judged
 * by the same checker as the proof with real processes, and by what only a simulation can see.
 *
 * @module
 */

import { armFailPoints } from "../../../chat/base/fail_points.ts";
import { OUTBOX_BYTES, PAGE_MESSAGES, REPLAY_MESSAGES } from "../../../chat/limits.ts";
import type { Appended, Entry, NewMessage, Refused, StoredMessage } from "../../../chat/log/message_log.ts";
import { AHEAD_MS } from "../../../chat/log/time_stamp.ts";
import { check } from "../judge/checker.ts";
import type { ClientEvent, ClientLog, Evidence, Fault, Hole, Loss, StoredRoom, Violation } from "../judge/evidence.ts";
import { ChatClient } from "../client/chat_client.ts";
import { PageClient } from "../client/page_client.ts";
import { PlainClient } from "../client/plain_client.ts";
import type { Act, Connection, Participant, World } from "../client/world.ts";
import { Database } from "./database.ts";
import { carryOut, type FaultWorld } from "./faults.ts";
import { Link, type LinkListener } from "./link.ts";
import { Random } from "../../lib/random.ts";
import type { ClientPlan, Scenario } from "./scenario.ts";
import { KEEP_DAYS, Server } from "./server.ts";
import { fairWeather, type SimStore, type StoreSite, type Weather } from "./sim_store.ts";
import { BEGINNING, VirtualTime } from "./virtual_time.ts";

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

/** How long clients wait, in milliseconds. */
const PATIENCE = {
  connectMs: 10_000,
  pingMs: 2_000,
  pongMs: 5_000,
  firstWaitMs: 500,
  longestWaitMs: 2_000,
  againMs: 1_000,
};
/**
 * After the last fault everything must mend within this time. The promise is 5 s for a client that is connected; one may need
 * longer to find that it is not (a missing pong, 7 s), and to come back (2 s).
 */
const MEND_MS = 25_000;
/** How long a message said then may take to reach everybody. */
const PROMPT_MS = 5_000;
/** What may wait for one connection, in bytes: the bound, and one reply beyond it, here a page of texts of 3,900 characters. */
const WAITING_BYTES = OUTBOX_BYTES + PAGE_MESSAGES * 4_200;
/** How long the last traces of those who left may stay. */
const FORGET_MS = 45_000;

/** Carries out a scenario. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  // What the core draws with it (how clients spread their return) is to come from the seed as well.
  const { random } = Math;
  const stream = new Random(`math ${scenario.seed}`);
  Math.random = () => stream.next();
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
  }
}

class Simulation implements StoreSite, FaultWorld {
  readonly time = new VirtualTime();
  readonly database = new Database();
  readonly weather: Weather;
  readonly fair: Weather;
  readonly handles = new Set<SimStore>();
  readonly latencyMs: number;
  readonly overtaking: boolean;
  readonly parts: boolean;
  readonly random: Random;
  readonly servers: Server[];
  readonly clients: Participant[];
  readonly links: (Link | undefined)[] = [];
  readonly losses: Loss[] = [];
  readonly #scenario: Scenario;
  /** Every connection that there was. */
  readonly #everyLink: Link[] = [];
  readonly #violations: Violation[] = [];
  readonly #faults: Fault[] = [];
  /** When each message was stored, or first found to be, by room, author, nonce and place. */
  readonly #storedAt = new Map<string, number>();
  /** What was written by another program. */
  readonly #outside: ClientLog = { name: "outside", id: "outside", dialect: "plain", room: "", events: [] };
  readonly #holes: Hole[] = [];
  /** What lay there. */
  readonly #lost: { room: string; message: StoredMessage }[] = [];
  #stored = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.latencyMs = scenario.storeMs;
    this.overtaking = scenario.overtaking;
    this.parts = scenario.parts;
    this.fair = fairWeather(scenario.hints);
    this.weather = { ...this.fair };
    this.random = new Random(`run ${scenario.seed}`);
    const watch = {
      tell: (what: string) => this.tell(what),
      blame: (what: string) => this.#blame({ promise: 9, what }),
    };
    this.servers = Array.from({ length: scenario.servers }, (_, index) => {
      const name = `server ${index}`;
      return new Server(name, this, this.random.fork(name), scenario.limitRate, watch);
    });
    this.clients = scenario.clients.map((plan, index) =>
      new (plan.isPage ? PageClient : plan.dialect === "plain" ? PlainClient : ChatClient)(
        plan,
        this.#worldOf(plan, index),
      )
    );
  }

  async run(): Promise<Outcome> {
    armFailPoints((point) => this.servers.find(({ owner }) => owner === this.time.current)?.pass(point));
    for (const server of this.servers) server.start();
    this.clients.forEach((client, index) => {
      this.time.after(this.random.between(0, 300), () => client.start());
      const { acts, filling } = this.#scenario.clients[index]!;
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
    await this.time.runUntil(calm + MEND_MS);
    this.#checkMended();
    this.time.at(this.time.now, () => this.#letAll("say"));
    await this.time.runUntil(this.time.now + PROMPT_MS);
    this.#letAll("look");
    const evidence = this.#evidence();
    this.#violations.push(...check(evidence).filter((violation) => !this.#isExcused(violation)));
    this.#checkBounds();
    await this.#leave();
    const virtualMs = this.time.now;
    return { violations: this.#violations, evidence, faults: this.#faults.length, stored: this.#stored, virtualMs };
  }

  /** A promise was rejected and nobody cared. */
  unhandled(reason: unknown): void {
    if (this.time.current?.dead) return;
    this.#blame({ promise: 9, what: `an error that nobody handles: ${reason}` });
  }

  // What clients ask of the world.

  #worldOf(plan: ClientPlan, index: number): World {
    const random = this.random.fork(plan.name);
    return {
      random,
      patience: PATIENCE,
      now: () => this.time.now,
      after: (ms, run) => this.time.after(ms, run),
      dial: (listener) => {
        const { events } = this.clients[index]!.log;
        const frame = (text: string, sentAt: number) => {
          const before = events.length;
          listener.frame(text);
          for (const event of events.slice(before)) this.#checkStored(plan.id, event, sentAt);
        };
        const link = this.#dial(plan, random, {
          opened: () => listener.opened(),
          frame,
          closed: (code, reason) => listener.closed(code, reason),
        });
        this.links[index] = link;
        return connectionOf(link);
      },
    };
  }

  #dial(plan: ClientPlan, random: Random, listener: LinkListener): Link | undefined {
    const open = this.servers.filter(({ manager }) => manager?.accepts);
    if (open.length === 0) return void this.time.after(0, () => listener.closed(1006, "no server"));
    const server = random.pick(open);
    const { owner } = server;
    const link = new Link(
      this.time,
      random.fork(`link ${this.time.step}`),
      this.#scenario.linkMs,
      owner,
      listener,
    );
    this.#everyLink.push(link);
    this.time.after(random.between(0, this.#scenario.linkMs), () => {
      if (!server.manager?.accepts) return link.serverDied(false);
      link.open();
      server.accept(link, plan.id, plan.dialect, plan.rooms[0]!);
    }, owner);
    // A server that dies before it has answered is not there to say so.
    this.time.after(2 * this.#scenario.linkMs + 1, () => owner.dead && link.serverDied(false));
    return link;
  }

  /** An acknowledgement was not sent before the message was stored. @param sentAt the step in which the server sent it */
  #checkStored(id: string, event: ClientEvent, sentAt: number): void {
    if (event.type !== "acked") return;
    const { room, nonce, epoch, seq } = event;
    const storedAt = this.#storedAt.get(key(room, id, nonce, epoch, seq));
    if (storedAt !== undefined && storedAt <= sentAt) return;
    const what = `${nonce} was acknowledged as ${seq} of ${room} (epoch ${epoch}) ${
      storedAt === undefined ? "and not" : "before it was"
    } stored`;
    this.#blame({ promise: 1, what, client: id, room, seq, nonce });
  }

  // What the store asks of the world.

  committed(entries: readonly Entry[], results: readonly (Appended | Refused)[], now: number): void {
    results.forEach((result, index) => {
      if ("refused" in result) return;
      const { epoch, seq, ts, duplicate } = result;
      if (!duplicate && (ts < now || ts - now > AHEAD_MS)) {
        this.#blame({
          promise: 6,
          what: `${seq} of ${entries[index]!.room} was stored at ${now} and has the time ${ts}`,
        });
      }
      const { room, message: { id, nonce = "" } } = entries[index]!;
      const mark = key(room, id, nonce, epoch, seq);
      if (!this.#storedAt.has(mark)) this.#storedAt.set(mark, this.time.step);
      if (!duplicate) this.#stored++;
    });
  }

  /** As long as somebody may still send a message again, its nonce must be known. */
  trimmable(room: string): number {
    const { messages, head } = this.database.read(room, { limit: Infinity });
    const kept = messages.find(({ nonce }) =>
      nonce !== undefined && this.clients.some((client) => client.keeps(nonce))
    );
    return kept === undefined ? head : kept.seq - 1;
  }

  /** Nothing in a run is as old as what may be removed. */
  expired(room: string, seqs: number[]): void {
    const what = `messages of ${room} are to be removed, though they are not ${KEEP_DAYS} days old`;
    this.#blame({ promise: 1, what, room, seq: seqs[0] });
  }

  // What faults ask of the world.

  tell(what: string): void {
    this.#faults.push({ at: this.time.now, what });
  }

  trim(room: string, seq: number): void {
    // Clients may have seen them: so the checker has to know them.
    const { epoch, messages } = this.database.read(room, { before: seq, limit: Infinity });
    this.#outside.events.push({ at: this.time.now, type: "history", room, epoch, messages });
    this.database.trim(room, seq);
  }

  lose(room: string, from: number, to: number): void {
    this.#holes.push({ room, from, to });
    this.#lost.push(...this.database.lose(room, from, to).map((message) => ({ room, message })));
  }

  writeFromOutside(room: string, count: number, filling: number): void {
    const messages: NewMessage[] = Array.from({ length: count }, (_, index) => ({
      id: "outside",
      name: "Client #outside",
      text: `outside ${this.#outside.events.length + index + 1} ${"x".repeat(filling)}`,
    }));
    for (const { text } of messages) this.#outside.events.push({ at: this.time.now, type: "sent", room, text });
    if (this.latencyMs === 0) return this.#writeWithin(room, messages);
    const entries = messages.map((message) => ({ room, message }));
    const now = BEGINNING + this.time.now;
    const results = this.database.commit(entries, { ts: now, day: this.database.day });
    this.committed(entries, results, now);
    for (const handle of this.handles) handle.tell(entries, results);
  }

  /** A store inside the process has no outside: the process says it itself. */
  #writeWithin(room: string, messages: NewMessage[]): void {
    const { owner, manager } = this.servers[0]!;
    this.time.after(0, () => {
      for (const { id, text } of messages) manager?.broadcast(room, id, text).catch(() => {});
    }, owner);
  }

  // The end.

  #calm(): void {
    Object.assign(this.weather, this.fair);
    for (const server of this.servers) this.time.at(this.time.now, () => server.calm());
    for (const link of this.links) link?.throttle(Infinity);
    this.#letAll("come back");
  }

  #checkMended(): void {
    const head = (room: string) => {
      const { epoch, head } = this.database.read(room, { limit: 0 });
      return { epoch, seq: head };
    };
    for (const client of this.clients) {
      for (const lack of client.unfinished(head)) {
        const what = `${lack}, ${MEND_MS / 1000} s after the last fault`;
        this.#blame({ promise: 4, what, client: client.log.name });
      }
    }
  }

  #letAll(type: Act["type"]): void {
    for (const client of this.clients) for (const room of client.rooms) client.act({ room, type });
  }

  /** What the checker cannot know to be right. */
  #isExcused({ promise, client = "", room = "", nonce }: Violation): boolean {
    // A plain client cannot be told that messages were trimmed before it got them.
    const isPlain = this.clients.some(({ log }) => log.name === client && log.dialect === "plain");
    const wasTrimmed = this.#outside.events.some((event) => event.type === "history" && event.room === room);
    if (promise === 3 && isPlain && wasTrimmed) return true;
    // A copy of a message that a restored store lost may come in late, from a connection that was given up: it is stored again.
    return this.losses.length > 0 && promise === 3 && nonce !== undefined;
  }

  #checkBounds(): void {
    for (const { mostBuffered } of this.#everyLink) {
      if (mostBuffered <= WAITING_BYTES) continue;
      this.#blame({ promise: 7, what: `${mostBuffered} bytes waited for one connection: ${WAITING_BYTES} may` });
    }
    for (const { log: { name, dialect, room, events } } of this.clients) {
      if (dialect !== "plain") continue;
      const last = this.database.read(room!, { limit: 1 }).messages[0]!;
      const end = events.at(-1);
      if (end?.type === "text" && end.text === `Client #${last.id} says: ${last.text}`) continue;
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
    const store: Record<string, StoredRoom> = {};
    for (const room of this.database.rooms) {
      const page = this.database.read(room, { limit: Infinity });
      // What it held is evidence though it has lost it: clients may have seen it, and must not have seen anything else there.
      const lost = this.#lost.filter((one) => one.room === room && one.message.seq >= page.first);
      const messages = [...page.messages, ...lost.map(({ message }) => message)];
      store[room] = { ...page, messages: messages.sort((one, other) => one.seq - other.seq) };
    }
    return {
      clients: [...this.clients.map(({ log }) => log), this.#outside],
      store,
      durability: "os",
      losses: this.losses,
      holes: this.#holes,
      clocksJump: this.#scenario.faults.some(({ type }) => type === "clock"),
      faults: this.#faults,
      unexpectedExits: [],
      settled: true,
      replay: REPLAY_MESSAGES,
    };
  }

  #blame(violation: Violation): void {
    this.#violations.push({ at: this.time.now, ...violation });
  }
}

/** The client's end of a connection. */
function connectionOf(link: Link | undefined): Connection {
  return { send: (frame) => link?.sendUp(frame), close: () => link?.closeFromClient() };
}

function key(...parts: (string | number)[]): string {
  return parts.join("\0");
}
