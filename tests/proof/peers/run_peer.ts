/**
 * One server under a storm, with clients that talk: what was sent, and what everybody was shown of that in the end.
 *
 * @module
 */

import { Random } from "../../lib/random.ts";
import { Link } from "../real/link.ts";
import { Storm } from "../real/storm.ts";
import type { PeerClient } from "./peer_client.ts";
import { PeerProcess } from "./peer_process.ts";
import type { Peer } from "./peers.ts";

/** What to run. */
export interface PeerOptions {
  peer: Peer;
  seed: string;
  /** How long storms and calms go on, in milliseconds. */
  ms: number;
  clients: number;
  /** How many faults a second there are. Default: as many as in the proof. */
  rates?: { network: number; process: number };
  /** Told of what happens, a line at a time. */
  progress?: (line: string) => void;
}

/** What it came to. */
export interface PeerOutcome {
  title: string;
  clients: number;
  /** Messages that their authors' clients took for sent. */
  sent: number;
  /** Each of these is to be shown by each client once: so often it was not, more than once, or just so. */
  lost: number;
  twice: number;
  ok: number;
  kills: number;
  networkFaults: number;
}

/** How often each client says something, on the average, in milliseconds. */
const SAY_MS = 400;
/** How long a storm blows, in milliseconds. */
const STORM_MS = 12_000;
/** How long nothing may have changed until it is taken for the end: if all is there; if something is not, which might still come. And the most, in milliseconds. */
const QUIET_MS = 1_000;
const HOPELESS_MS = 5_000;
const PATIENCE_MS = 30_000;

/** Runs it, to its end. */
export async function runPeer(options: PeerOptions): Promise<PeerOutcome> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-peer-" });
  try {
    return await new Scene(options, folder).play();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

class Scene {
  readonly #random: Random;
  readonly #options: PeerOptions;
  readonly #server: PeerProcess;
  readonly #clients: PeerClient[] = [];
  readonly #links: { name: string; link: Link }[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #counts = { kills: 0, networkFaults: 0 };
  #talking = false;

  constructor(options: PeerOptions, folder: string) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#server = new PeerProcess(options.peer.title, options.peer.argv(folder), () => this.#counts.kills++);
  }

  async play(): Promise<PeerOutcome> {
    const targets = { links: this.#links, servers: [this.#server], store: { whileDown: () => Promise.resolve() } };
    const storm = new Storm(targets, this.#random.fork("storm"), (kind) => this.#note(kind), this.#options.rates);
    await storm.begin();
    for (let index = 1; index <= this.#options.clients; index++) await this.#admit(`c${index}`);
    await this.#until(() => this.#clients.every(({ connected }) => connected));
    for (const client of this.#clients) this.#talk(client, 1);
    const began = performance.now();
    for (let left = this.#options.ms; left > 0; left = this.#options.ms - (performance.now() - began)) {
      this.#talking = true;
      await storm.blow(Math.max(Math.min(STORM_MS, left), 1_000));
      this.#talking = false;
      await storm.calm();
      await this.#settle();
      this.#tellProgress();
    }
    for (const timer of this.#timers) clearTimeout(timer);
    for (const client of this.#clients) await client.end();
    for (const { link } of this.#links) await link.close();
    await storm.end();
    return { title: this.#options.peer.title, clients: this.#clients.length, ...this.#tally(), ...this.#counts };
  }

  #note(kind: string): void {
    if (kind === "kill -9" || kind === "SIGTERM") this.#counts.kills++;
    else if (/^(connection|bytes|nothing gets)/.test(kind)) this.#counts.networkFaults++;
  }

  async #admit(name: string): Promise<void> {
    const link = new Link(() => this.#server.port, this.#random.fork(name));
    this.#links.push({ name, link });
    this.#clients.push(await this.#options.peer.client(link.port, name));
  }

  #talk(client: PeerClient, said: number): void {
    const name = this.#clients.indexOf(client) + 1;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#talking) client.say(`${name}: message ${said}`);
      this.#talk(client, said + 1);
    }, this.#random.between(0.2, 1.8) * SAY_MS);
    this.#timers.add(timer);
  }

  /** Everybody comes back, and is sent all that will still be sent. */
  async #settle(): Promise<void> {
    for (const client of this.#clients) client.wake();
    let [state, since] = ["", performance.now()];
    await this.#until(() => {
      if (!this.#clients.every(({ connected, waiting }) => connected && waiting === 0)) return false;
      const tally = this.#tally();
      const now = JSON.stringify(tally);
      if (now !== state) [state, since] = [now, performance.now()];
      return performance.now() - since >= (tally.lost === 0 ? QUIET_MS : HOPELESS_MS);
    });
  }

  #tellProgress(): void {
    const { sent, lost, twice } = this.#tally();
    const { kills, networkFaults } = this.#counts;
    this.#options.progress?.(
      `${this.#options.peer.title}: ${kills} times killed, ${networkFaults} network faults, ` +
        `${sent} messages sent; ${lost} deliveries lost, ${twice} made twice`,
    );
  }

  /** What has not come by then is not waited for. */
  async #until(condition: () => boolean): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #tally(): Pick<PeerOutcome, "sent" | "lost" | "twice" | "ok"> {
    const sent = this.#clients.flatMap((client) => [...client.sent]);
    const times = this.#clients.flatMap(({ shown }) => sent.map((text) => shown.get(text) ?? 0));
    const lost = times.filter((count) => count === 0).length;
    const twice = times.filter((count) => count > 1).length;
    return { sent: sent.length, lost, twice, ok: times.length - lost - twice };
  }
}
