/**
 * The simulated network. It gives each client a world in which it can dial any server that takes connections.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";
import type { ClientEvent, ClientLog } from "../judge/evidence.ts";
import type { Listener, World } from "../client/world.ts";
import { Link, type LinkListener } from "./link.ts";
import type { ClientPlan } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** How long clients wait, in milliseconds. */
const PATIENCE = {
  connectMs: 10_000,
  pingMs: 2_000,
  pongMs: 5_000,
  firstWaitMs: 500,
  longestWaitMs: 2_000,
  againMs: 1_000,
};

export class Network {
  /** Every connection that there was. */
  readonly all: Link[] = [];
  /** Of each client, the one that it made last. */
  readonly links: (Link | undefined)[] = [];
  readonly #time: VirtualTime;
  readonly #servers: readonly Server[];
  readonly #linkMs: number;

  /** @param linkMs how long a frame is on its way, usually */
  constructor(time: VirtualTime, servers: readonly Server[], linkMs: number) {
    this.#time = time;
    this.#servers = servers;
    this.#linkMs = linkMs;
  }

  /**
   * The world of a client.
   *
   * @param log gives its log
   * @param heard called with each event that a frame has brought, and the step of the run in which the server sent that
   */
  worldOf(
    plan: ClientPlan,
    index: number,
    random: Random,
    log: () => ClientLog,
    heard: (event: ClientEvent, sentAt: number) => void,
  ): World {
    const dial = (listener: Listener) => {
      const link = this.links[index] = this.#dial(plan, random, {
        opened: () => listener.opened(),
        closed: (code, reason) => listener.closed(code, reason),
        frame: (text, sentAt) => {
          const { events } = log();
          const before = events.length;
          listener.frame(text);
          for (const event of events.slice(before)) heard(event, sentAt);
        },
      });
      return { send: (frame: string) => link?.sendUp(frame), close: () => link?.closeFromClient() };
    };
    const after = (ms: number, run: () => void) => void this.#time.after(ms, run);
    return { random, patience: PATIENCE, now: () => this.#time.now, after, dial };
  }

  #dial(plan: ClientPlan, random: Random, listener: LinkListener): Link | undefined {
    const open = this.#servers.filter(({ manager }) => manager?.accepts);
    if (open.length === 0) return void this.#time.after(0, () => listener.closed(1006, "no server"));
    const server = random.pick(open);
    const { owner } = server;
    const link = new Link(this.#time, random.fork(`link ${this.#time.step}`), this.#linkMs, owner, listener);
    this.all.push(link);
    this.#time.after(random.between(0, this.#linkMs), () => {
      if (!server.manager?.accepts) return link.serverDied(false);
      link.open();
      server.accept(link, plan.id, plan.dialect, plan.rooms[0]!);
    }, owner);
    // A server that dies before it has answered is not there to say so.
    this.#time.after(2 * this.#linkMs + 1, () => owner.dead && link.serverDied(false));
    return link;
  }
}
