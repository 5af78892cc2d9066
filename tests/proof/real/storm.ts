/**
 * The weather of a run: faults of network, processes and store, drawn from the seed, for a time; and calm.
 *
 * @module
 */

import { FAIL_POINTS } from "../../../chat/base/fail_points.ts";
import type { Link } from "./link.ts";
import type { Order } from "./server.ts";
import type { ServerProcess } from "./server_process.ts";
import type { Random } from "../../lib/random.ts";
import type { ProvenStore } from "./stores.ts";

/** Faults per second while the storm blows, at most: drawing them one after the other takes time too. */
export const FAULTS_PER_S = { network: 12, process: 3, store: 0.4 };
/** Without a rate of its own, nothing is done to the store while servers run. */
type Rates = Omit<typeof FAULTS_PER_S, "store"> & { store?: number };

/** What is told of each fault. `kind` is what it is counted under; `detail` says whom it hit. */
export type NoteFault = (kind: string, detail: string) => void;

/** A server that it can hit. */
export type Struck = Pick<
  ServerProcess,
  "name" | "steady" | "ended" | "start" | "stop" | "kill" | "freeze" | "arm" | "disarm"
>;

/** What a storm can hit. */
export interface Targets {
  links: { name: string; link: Link }[];
  servers: Struck[];
  store: Pick<ProvenStore, "whileDown" | "strike" | "calm">;
}
export class Storm {
  readonly #targets: Targets;
  /** A stream for each kind of fault, so that what is drawn does not depend on which comes first. */
  readonly #random: Record<"network" | "process" | "store" | "restart", Random>;
  readonly #note: NoteFault;
  readonly #rates: Rates;
  /** Faults that last, and their ends. */
  readonly #lasting = new Map<ReturnType<typeof setTimeout>, () => void>();
  #blowing = false;
  #keeping = true;
  #keepers: Promise<void>[] = [];

  constructor(targets: Targets, random: Random, note: NoteFault, rates: Rates = FAULTS_PER_S) {
    this.#targets = targets;
    this.#rates = rates;
    this.#random = {
      network: random.fork("network"),
      process: random.fork("process"),
      store: random.fork("store"),
      restart: random.fork("restart"),
    };
    this.#note = note;
  }

  /** Starts the servers; from then on one that has ended is started again. */
  async begin(): Promise<void> {
    await Promise.all(this.#targets.servers.map((server) => server.start()));
    this.#keepers = this.#targets.servers.map((server) => this.#keep(server));
  }

  /** Blows for this long. */
  async blow(ms: number): Promise<void> {
    this.#blowing = true;
    const over = wait(ms).then(() => this.#blowing = false);
    await Promise.all([
      this.#repeat("network", () => this.#strikeNetwork(), over),
      this.#repeat("process", () => this.#strikeProcess(), over),
      this.#rates.store ? this.#repeat("store", () => this.#targets.store.strike?.(), over) : undefined,
    ]);
  }

  /**
   * Ends every fault, those of the network last. Resolves once that is so: the store is in order, and every server listens,
   * with nothing armed.
   */
  async calm(): Promise<void> {
    await this.#targets.store.calm?.();
    for (const server of this.#targets.servers) {
      server.freeze(false);
      await server.disarm();
      server.freeze(false);
      while (!server.steady) await wait(10);
    }
    for (const [timer, end] of this.#lasting) {
      clearTimeout(timer);
      end();
    }
    this.#lasting.clear();
    for (const { link } of this.#targets.links) link.clear();
  }

  /** Stops the servers, not to start again. */
  async end(): Promise<void> {
    this.#keeping = false;
    await Promise.all(this.#targets.servers.map((server) => server.stop()));
    await Promise.all(this.#keepers);
  }

  /** Lets a server that stopped itself at a fail point go on after a while. */
  thaw(server: Struck): void {
    const timer = setTimeout(() => {
      this.#lasting.delete(timer);
      server.freeze(false);
    }, this.#random.restart.between(20, 800));
    this.#lasting.set(timer, () => server.freeze(false));
  }

  async #keep(server: Struck): Promise<void> {
    while (true) {
      await server.ended;
      if (!this.#keeping) return;
      if (this.#blowing) {
        await this.#targets.store.whileDown();
        if (this.#random.restart.chance(0.2)) await wait(this.#random.restart.between(0, 300));
      }
      await server.start();
    }
  }

  async #repeat(
    kind: keyof typeof FAULTS_PER_S,
    strike: () => void | Promise<void>,
    over: Promise<unknown>,
  ): Promise<void> {
    while (true) {
      const gap = Promise.withResolvers<void>();
      const timer = setTimeout(gap.resolve, -Math.log(1 - this.#random[kind].next()) * 1_000 / this.#rates[kind]!);
      await Promise.race([gap.promise, over]);
      clearTimeout(timer);
      if (!this.#blowing) return;
      await strike();
    }
  }

  #last(ms: number, end: () => void): void {
    const timer = setTimeout(() => {
      this.#lasting.delete(timer);
      end();
    }, ms);
    this.#lasting.set(timer, end);
  }

  #strikeNetwork(): void {
    const { network } = this.#random;
    const { name, link } = network.pick(this.#targets.links);
    const ms = Math.round(network.between(20, 1_500));
    const drawn = network.next();
    if (drawn < 0.4) {
      this.#note("connection cut", name);
      link.cut();
    } else if (drawn < 0.5) {
      this.#note("connections refused for a time", `${name}, ${ms} ms`);
      link.refuse(true);
      link.cut();
      this.#last(ms, () => link.refuse(false));
    } else if (drawn < 0.75) this.#hold(name, link, ms * 2);
    else if (drawn < 0.9) {
      this.#note("bytes sliced for a time", `${name}, ${ms} ms`);
      link.slice(true);
      this.#last(ms, () => link.slice(false));
    } else {
      this.#note("bytes delayed for a time", `${name}, ${ms} ms`);
      link.delay(200);
      this.#last(ms, () => link.delay(0));
    }
  }

  /** A black hole, or half of one; afterwards it all arrives, or the connection is gone. */
  #hold(name: string, link: Link, ms: number): void {
    const directions = this.#random.network.pick([["up"], ["down"], ["up", "down"]] as const);
    const kind = directions.length === 2
      ? "nothing gets through for a time"
      : `nothing gets ${directions[0]} for a time`;
    const cut = this.#random.network.chance(0.5);
    this.#note(kind, `${name}, ${ms} ms${cut ? ", then cut" : ""}`);
    for (const direction of directions) link.hold(direction, true);
    this.#last(ms, () => {
      if (cut) link.cut();
      for (const direction of directions) link.hold(direction, false);
    });
  }

  #killStopping(server: Struck): void {
    if (server.steady) return;
    this.#note("kill -9 while it stops", server.name);
    server.kill();
  }

  #strikeProcess(): void {
    const random = this.#random.process;
    const server = random.pick(this.#targets.servers);
    const drawn = random.next();
    // Asked twice to end, it would do so at once: that is somebody's impatience, not a fault.
    if (!server.steady) return;
    if (drawn < 0.25) {
      this.#note("kill -9", server.name);
      server.kill();
    } else if (drawn < 0.33) {
      this.#note("SIGTERM", server.name);
      server.stop();
      if (random.chance(0.5)) this.#last(random.between(0, 1_000), () => this.#killStopping(server));
    } else if (drawn < 0.45) {
      const ms = Math.round(random.between(20, 3_000) * random.next());
      this.#note("SIGSTOP for a time", `${server.name}, ${ms} ms`);
      server.freeze(true);
      this.#last(ms, () => server.freeze(false));
    } else {
      const action: Order["action"] = drawn < 0.75 ? "kill" : drawn < 0.9 ? "throw" : "stall";
      server.arm({ point: random.pick(FAIL_POINTS), action, after: random.int(0, 5) });
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
