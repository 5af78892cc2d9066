/**
 * One run of the proof: clients, a bad network, servers that die, a store. Storms and calms alternate; in each calm
 * everybody must have everything within {@linkcode CONVERGE_MS}. In the end the store is read and everything is judged.
 *
 * @module
 */

import { REPLAY_MESSAGES } from "../../../chat/limits.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { LOCK } from "../../lib/packages.ts";
import { ChatClient } from "../client/chat_client.ts";
import { check } from "../judge/checker.ts";
import type { Evidence, Fault, Loss, StoredRoom, Violation } from "../judge/evidence.ts";
import { idOf } from "../client/ids.ts";
import { PageClient } from "../client/page_client.ts";
import { PlainClient } from "../client/plain_client.ts";
import type { Act, Identity, Participant } from "../client/world.ts";
import { Link } from "./link.ts";
import { ServerProcess } from "./server_process.ts";
import { Random } from "../../lib/random.ts";
import { type ProvenStore, STORES } from "./stores.ts";
import { Storm } from "./storm.ts";
import { RealWorld } from "./world.ts";

/** What to run. */
export interface RunOptions {
  /** A name in {@linkcode STORES}. */
  store: string;
  /** Everything that is drawn comes from it; when what happens does not, for processes take their own time. */
  seed: string;
  /** How long storms and calms go on, in milliseconds. */
  ms: number;
  /** `chat.v1` clients, every third of them the page's own; there is a plain one for every four of them besides. */
  clients: number;
  /** Told of progress, a line at a time. */
  progress?: (line: string) => void;
}

/** What a run came to. */
export interface Outcome {
  options: RunOptions;
  /** What the store is. */
  title: string;
  evidence: Evidence;
  violations: Violation[];
  /** How often each kind of fault struck. */
  counts: Map<string, number>;
  /** How long everybody took to have everything, in each calm, in milliseconds. */
  converged: number[];
  tookMs: number;
}

/** Promise 4, in milliseconds. */
export const CONVERGE_MS = 5_000;
/** How long a client that has not kept it is waited for, to tell late from never. */
const PATIENCE_MS = 30_000;
/** How long a storm blows. */
const STORM_MS = 12_000;
const ROOMS = ["lobby", "harbour", "tower"];
/** Messages that a client may have under way, in all its rooms; and how many wait for an answer in one room at most. */
const WINDOW = 16;
const WAITING = 8;
/** What only somebody at a screen does, or suffers. */
const SCREEN = ["reload", "leave", "ask history", "miss a message", "get a message twice"] as const;

/**
 * Runs it.
 *
 * @returns what it came to, or why it cannot be run here
 */
export async function run(options: RunOptions): Promise<Outcome | string> {
  const make = STORES[options.store];
  if (make === undefined) return `there is no store ${options.store}`;
  const random = new Random(options.seed);
  const scene = new Scene(options, random);
  const store = await make(random.fork("store"), scene.now, (kind, loss) => scene.noteStore(kind, loss));
  if (typeof store === "string") return store;
  await using _ = store;
  return await scene.play(store);
}

/** A run under way. */
class Scene {
  readonly now = () => performance.now() - this.#began;
  readonly #began = performance.now();
  readonly #options: RunOptions;
  readonly #random: Random;
  readonly #counts = new Map<string, number>();
  readonly #faults: Fault[] = [];
  readonly #losses: Loss[] = [];
  readonly #unexpectedExits: string[] = [];
  readonly #late: Violation[] = [];
  readonly #converged: number[] = [];
  readonly #links: { name: string; link: Link }[] = [];
  readonly #worlds: RealWorld[] = [];
  readonly #clients: Participant[] = [];
  #servers: ServerProcess[] = [];
  readonly #talkers = new Set<ReturnType<typeof setTimeout>>();
  #talking = false;

  constructor(options: RunOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  noteStore(kind: string, loss?: Loss): void {
    this.#note(kind, "");
    if (loss !== undefined) this.#losses.push(loss);
  }

  async play(store: ProvenStore): Promise<Outcome> {
    const { options } = this;
    const storm = this.#build(store);
    await storm.begin();
    this.#admitClients();
    try {
      for (let round = 1; this.now() < options.ms || round === 1; round++) {
        this.#talking = true;
        await storm.blow(Math.max(Math.min(STORM_MS, options.ms - this.now()), 1_000));
        this.#talking = false;
        await storm.calm();
        await this.#converge();
        this.#tellProgress(round);
      }
    } finally {
      for (const timer of this.#talkers) clearTimeout(timer);
      this.#letAll({ type: "look" });
      for (const client of this.#clients) client.stop();
      await Promise.all(this.#worlds.map((world) => world.end()));
      await storm.end();
    }
    const evidence = await this.#collect(store);
    const violations = [...this.#late, ...check(evidence)];
    const { title } = store;
    return {
      options,
      title,
      evidence,
      violations,
      counts: this.#counts,
      converged: this.#converged,
      tookMs: this.now(),
    };
  }

  private get options(): RunOptions {
    return this.#options;
  }

  // The players.

  #build(store: ProvenStore): Storm {
    const entry = new URL("./server.ts", import.meta.url).pathname;
    const argv = [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--quiet",
      LOCK,
      "--allow-net",
      "--allow-run",
      "--allow-env=REDIS_DEBUG_MAINTENANCE,REDIS_EMIT_DIAGNOSTICS",
      ...store.permissions,
      entry,
      ...["--listen", "--host", "127.0.0.1", "--port", "0", "--chat-store", store.name],
    ];
    this.#servers = Array.from({ length: store.servers }, (_, index) => {
      const server: ServerProcess = new ServerProcess(`server ${index + 1}`, argv, {
        failPoint: ({ point, action }) => {
          this.#note(`fail point: ${action}`, `${server.name} ${point}`);
          if (action === "stall") storm.thaw(server);
        },
        unexpectedExit: (description) => {
          this.#unexpectedExits.push(description);
          this.#faults.push({ at: this.now(), what: `${server.name} ended by itself` });
        },
      });
      return server;
    });
    const targets = { links: this.#links, servers: this.#servers, store };
    const storm = new Storm(targets, this.#random.fork("storm"), (kind, detail) => this.#note(kind, detail));
    return storm;
  }

  #admitClients(): void {
    const plain = Math.ceil(this.#options.clients / 4);
    for (let index = 0; index < this.#options.clients; index++) {
      const rooms = ROOMS.filter((_, room) => (index + room) % 3 > 0 || room === 0);
      const Kind = index % 3 === 2 ? PageClient : ChatClient;
      this.#admit(Kind, `c${index + 1}`, rooms, 500);
    }
    for (let index = 0; index < plain; index++) {
      this.#admit(PlainClient, `p${index + 1}`, [ROOMS[index % ROOMS.length]!], 1_500);
    }
  }

  #admit(
    Kind: new (identity: Identity, world: RealWorld) => Participant,
    name: string,
    rooms: string[],
    meanMs: number,
  ): void {
    const random = this.#random.fork(name);
    const id = idOf(name);
    const identity: Identity = { name: id, id, rooms, window: WINDOW };
    const link = new Link(() => random.pick(this.#servers).port, random.fork("link"));
    const protocols = Kind === PlainClient ? [] : ["chat.v1"];
    const world = new RealWorld(link, `/ws/${encodeURIComponent(id)}?room=${rooms[0]}`, protocols, random, this.now);
    const client = new Kind(identity, world);
    this.#links.push({ name: id, link });
    this.#worlds.push(world);
    this.#clients.push(client);
    client.start();
    this.#talk(random, meanMs, () => this.#write(client, random));
  }

  /** Makes somebody write from time to time, for as long as there is a storm. */
  #talk(random: Random, meanMs: number, say: () => void): void {
    const timer = setTimeout(() => {
      this.#talkers.delete(timer);
      if (this.#talking) say();
      this.#talk(random, meanMs, say);
    }, random.between(0.2, 1.8) * meanMs);
    this.#talkers.add(timer);
  }

  #write(client: Participant, random: Random): void {
    const room = random.pick(client.rooms);
    if (random.chance(0.05)) client.act({ type: "reuse nonce", room });
    if (random.chance(0.15)) client.act({ type: random.pick(SCREEN), room });
    const count = random.chance(0.2) ? random.int(2, 6) : 1;
    for (let index = 0; index < count && client.waiting(room) < WAITING; index++) {
      // Somebody at a screen comes back to a room before writing in it.
      client.act({ type: "come back", room });
      client.act({ type: "say", room, filling: random.chance(0.03) ? " —🙂".repeat(random.int(100, 1_200)) : "" });
    }
  }

  // The calm.

  /** Has everybody write once more, and waits until all have everything. */
  async #converge(): Promise<void> {
    const began = this.now();
    this.#letAll({ type: "come back" });
    this.#letAll({ type: "say", filling: "(in the calm)" });
    let open = this.#unsettled();
    while (open.length > 0 && this.now() - began < PATIENCE_MS) {
      await wait(20);
      open = this.#unsettled();
    }
    const tookMs = this.now() - began;
    this.#converged.push(tookMs);
    if (tookMs <= CONVERGE_MS) return;
    const state = open.length === 0 ? "had everything only then" : `still wait then: ${open.join(", ")}`;
    const what = `${(tookMs / 1_000).toFixed(1)} s after the faults stopped, the clients ${state}`;
    this.#late.push({ promise: 4, what, at: this.now(), client: open[0]?.split(": ")[0] });
  }

  #letAll(act: Omit<Act, "room">): void {
    for (const client of this.#clients) for (const room of client.rooms) client.act({ ...act, room });
  }

  /** What anybody still lacks. */
  #unsettled(): string[] {
    // Where clients are in different lives of the store, one of them is not where the room is.
    const furthest = (room: string) => {
      const positions = this.#clients.map((client) => client.position(room)).filter((position) =>
        position !== undefined
      );
      const seq = Math.max(...positions.map((position) => position.seq));
      return { epoch: positions[0]?.epoch ?? "", seq };
    };
    return this.#clients.flatMap((client) => client.unfinished(furthest).map((lack) => `${client.log.name}: ${lack}`));
  }

  #tellProgress(round: number): void {
    const faults = this.#faults.length;
    const took = (this.#converged.at(-1)! / 1_000).toFixed(2);
    const seconds = Math.round(this.now() / 1_000);
    this.options.progress?.(
      `${this.options.store}: round ${round}, ${seconds} s, ${faults} faults, converged in ${took} s`,
    );
  }

  // The end.

  async #collect(store: ProvenStore): Promise<Evidence> {
    return {
      clients: this.#clients.map(({ log }) => log),
      store: await readStore(store.name),
      durability: store.durability,
      losses: this.#losses,
      servers: store.servers,
      faults: this.#faults,
      unexpectedExits: this.#unexpectedExits,
      settled: true,
      replay: REPLAY_MESSAGES,
    };
  }

  #note(kind: string, detail: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    this.#faults.push({ at: this.now(), what: detail === "" ? kind : `${kind} (${detail})` });
  }
}

/** Reads everything, as the service would. */
async function readStore(name: string): Promise<Record<string, StoredRoom>> {
  const log = openLog(await openStore(name, () => {}));
  const rooms: Record<string, StoredRoom> = {};
  for (const room of ROOMS) {
    const { messages, ...state } = await log.read(room, { after: 0, limit: 100 });
    rooms[room] = { ...state, messages };
    while (messages.length > 0 && messages.at(-1)!.seq < state.head) {
      messages.push(...(await log.read(room, { after: messages.at(-1)!.seq, limit: 100 })).messages);
    }
  }
  await log.close();
  return rooms;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
