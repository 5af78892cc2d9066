/**
 * One run of the proof: clients, a bad network, servers that die, a store. Storms and calms alternate; in each calm
 * everybody must have everything within {@linkcode CONVERGE_MS}. In the end the store is read and everything is judged.
 *
 * @module
 */

import { REPLAY_CHANGES, REPLAY_MESSAGES } from "../../../chat/limits.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { check } from "../judge/checker.ts";
import type { Evidence, Fault, Loss, StoredRoom, Trim, Violation } from "../judge/evidence.ts";
import { Crowd, type OURS } from "./crowd.ts";
import { readRooms } from "./read_store.ts";
import { ServerProcess } from "./server_process.ts";
import { Random } from "../../lib/random.ts";
import { argvOf, type ProvenStore, STORES } from "./stores.ts";
import { Storm } from "./storm.ts";

/** What to run. */
export interface RunOptions {
  /** A name in {@linkcode STORES}. */
  store: string;
  /** Everything that is drawn comes from it; when what happens does not, for processes take their own time. */
  seed: string;
  /** How long storms and calms go on, in milliseconds. */
  ms: number;
  /** `chat.v1` clients, every third of them ours; there is a plain one for every four of them besides. */
  clients: number;
  /** Which of our clients; undefined: each. */
  client?: keyof typeof OURS;
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
export async function run(options: RunOptions): Promise<Outcome> {
  const random = new Random(options.seed);
  const scene = new Scene(options, random);
  await using store = await STORES[options.store]!(
    random.fork("store"),
    scene.now,
    (kind, lost) => scene.noteStore(kind, lost),
  );
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
  readonly #trims: Trim[] = [];
  readonly #unexpectedExits: string[] = [];
  readonly #late: Violation[] = [];
  readonly #converged: number[] = [];
  readonly #crowd: Crowd;
  #servers: ServerProcess[] = [];

  constructor(options: RunOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#crowd = new Crowd(random, this.now, (random) => random.pick(this.#servers).port);
  }

  noteStore(kind: string, { loss, trims = [] }: { loss?: Loss; trims?: Trim[] }): void {
    this.#note(kind, "");
    if (loss !== undefined) this.#losses.push(loss);
    this.#trims.push(...trims);
  }

  async play(store: ProvenStore): Promise<Outcome> {
    const options = this.#options;
    const storm = this.#build(store);
    await storm.begin();
    this.#crowd.admit(options.clients, options.client);
    try {
      for (let round = 1; this.now() < options.ms || round === 1; round++) {
        this.#crowd.talking = true;
        await storm.blow(Math.max(Math.min(STORM_MS, options.ms - this.now()), 1_000));
        this.#crowd.talking = false;
        await storm.calm();
        await this.#converge();
        this.#tellProgress(round);
      }
    } finally {
      this.#crowd.letAll({ type: "look" });
      await this.#crowd.end();
      await storm.end();
    }
    const evidence = await this.#collect(store);
    const violations = [...this.#late, ...check(evidence)];
    const [counts, converged, tookMs] = [this.#counts, this.#converged, this.now()];
    return { options, title: store.title, evidence, violations, counts, converged, tookMs };
  }

  // The players.

  #build(store: ProvenStore): Storm {
    const argv = argvOf(store);
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
    const targets = { links: this.#crowd.links, servers: this.#servers, store };
    const storm = new Storm(targets, this.#random.fork("storm"), (kind, detail) => this.#note(kind, detail));
    return storm;
  }

  // The calm.

  /** Has everybody write once more, and waits until all have everything. */
  async #converge(): Promise<void> {
    const began = this.now();
    this.#crowd.letAll({ type: "come back" });
    this.#crowd.letAll({ type: "say", filling: "(in the calm)" });
    let open = this.#crowd.lacks();
    while (open.length > 0 && this.now() - began < PATIENCE_MS) {
      await wait(20);
      open = this.#crowd.lacks();
    }
    const tookMs = this.now() - began;
    this.#converged.push(tookMs);
    if (tookMs <= CONVERGE_MS) return;
    const state = open.length === 0 ? "had everything only then" : `still wait then: ${open.join(", ")}`;
    const what = `${(tookMs / 1_000).toFixed(1)} s after the faults stopped, the clients ${state}`;
    this.#late.push({ promise: 4, what, at: this.now(), client: open[0]?.split(": ")[0] });
  }

  #tellProgress(round: number): void {
    const faults = this.#faults.length;
    const took = (this.#converged.at(-1)! / 1_000).toFixed(2);
    const seconds = Math.round(this.now() / 1_000);
    this.#options.progress?.(
      `${this.#options.store}: round ${round}, ${seconds} s, ${faults} faults, converged in ${took} s`,
    );
  }

  // The end.

  async #collect(store: ProvenStore): Promise<Evidence> {
    return {
      clients: this.#crowd.clients.map(({ log }) => log),
      store: await readStore(store.name),
      durability: store.durability,
      losses: this.#losses,
      trims: this.#trims,
      servers: store.servers,
      faults: this.#faults,
      unexpectedExits: this.#unexpectedExits,
      settled: true,
      replay: { messages: REPLAY_MESSAGES, changes: REPLAY_CHANGES },
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
  const rooms = await readRooms(log);
  await log.close();
  return rooms;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
