/**
 * A simulated server process: the real core (log, rooms, connections) on a simulated store, clock and sockets. When it
 * dies nothing of it happens any more, wherever its code was: its timers, sockets and answers belong to an owner that is dead.
 *
 * @module
 */

import type { FailPoint } from "../../../chat/base/fail_points.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { Admission } from "../../../chat/policy/admission.ts";
import { ConnectionManager } from "../../../connection_manager.ts";
import type { Link } from "./link.ts";
import type { Random } from "../../lib/random.ts";
import { SimStore, type StoreSite } from "./sim_store.ts";
import { type Owner, ProcessClock } from "./virtual_time.ts";

/** For how many days messages are kept. A start counts as a day at most, and in no run there are so many. */
export const KEEP_DAYS = 30;

/** What is thrown at a fail point. */
export class InjectedError extends Error {
  override name = "InjectedError";
}

/** The events of a server. */
export interface ServerWatch {
  /** It came up or went down. */
  tell(what: string): void;
  /** It did what it must not do. */
  blame(what: string): void;
}

/** An armed fail point. */
interface Trap {
  point: FailPoint;
  passes: number;
  crash: boolean;
  backAfterMs: number;
}
export class Server {
  readonly name: string;
  readonly #site: StoreSite;
  readonly #random: Random;
  readonly #limitRate: boolean;
  readonly #watch: ServerWatch;
  readonly #operators: readonly string[];
  readonly #traps: Trap[] = [];
  readonly #links = new Set<Link>();
  readonly #ended = new Set<unknown>();
  #owner: Owner = { name: "", dead: true };
  #manager: ConnectionManager | undefined;
  #store: SimStore | undefined;
  #lives = 0;
  #skewMs = 0;
  #isDraining = false;

  /**
   * Does nothing until it is started.
   *
   * @param operators the ids that moderate the rooms that nobody owns
   */
  constructor(
    name: string,
    site: StoreSite,
    random: Random,
    limitRate: boolean,
    watch: ServerWatch,
    operators: readonly string[] = [],
  ) {
    this.name = name;
    this.#site = site;
    this.#random = random;
    this.#limitRate = limitRate;
    this.#watch = watch;
    this.#operators = operators;
  }

  /** Whose events are its own. */
  get owner(): Owner {
    return this.#owner;
  }

  /** The core; undefined while it is down. */
  get manager(): ConnectionManager | undefined {
    return this.#owner.dead ? undefined : this.#manager;
  }

  /** Its way to the store; undefined while it is down. */
  get store(): SimStore | undefined {
    return this.#owner.dead ? undefined : this.#store;
  }

  /** Starts, if it is down. */
  start(): void {
    if (!this.#owner.dead) return;
    const life = ++this.#lives;
    const random = this.#random.fork(`life ${life}`);
    this.#owner = { name: this.name, dead: false };
    this.#isDraining = false;
    const clock = new ProcessClock(this.#site.time, this.#owner, random.fork("turns"), () => this.#skewMs);
    this.#store = new SimStore(this.#site, this.#owner, random.fork("store"), clock);
    const log = openLog(this.#store, clock, (message, cause) => this.#judge(message, cause), {
      messages: 0,
      days: KEEP_DAYS,
    });
    this.#manager = new ConnectionManager({
      log,
      clock,
      limitRate: this.#limitRate,
      admission: new Admission("open", undefined, this.#operators),
      logger: (event, details = {}) => this.#hear(event, details),
    });
    this.#watch.tell(`${this.name} is up`);
  }

  /** Takes a connection. */
  accept(link: Link, id: string, dialect: "chat.v1" | "plain", room: string): void {
    this.#links.add(link);
    this.#manager!.connect(link, { id, dialect, address: "simulated" }, room);
  }

  /** Ends at once. @param silently so that no client is told */
  crash(silently: boolean): void {
    if (this.#owner.dead) return;
    this.#owner.dead = true;
    this.#store?.abandon();
    this.#traps.length = 0;
    for (const link of this.#links) link.serverDied(silently);
    this.#links.clear();
    this.#watch.tell(`${this.name} is killed${silently ? ", and its machine with it" : ""}`);
  }

  /** Stops as it is meant to. */
  drain(backAfterMs: number): void {
    if (this.#owner.dead || this.#isDraining) return;
    this.#isDraining = true;
    const owner = this.#owner;
    this.#watch.tell(`${this.name} is asked to stop`);
    this.#manager!.drain().then(() => {
      if (owner.dead) return;
      this.crash(false);
      this.#site.time.after(backAfterMs, () => this.start());
    });
  }

  /** Sets its wall clock wrong. */
  shiftClock(byMs: number): void {
    this.#skewMs += byMs;
  }

  /** Breaks it when it passes a step for the `passes`th time after the next. */
  arm(trap: Trap): void {
    if (!this.#owner.dead) this.#traps.push({ ...trap });
  }

  /** Lets it pass every step again, and reach its store. */
  calm(): void {
    this.#traps.length = 0;
    if (this.#store) this.#store.partitioned = false;
    this.start();
  }

  /** It passes a step. @throws {InjectedError} if it is to break there */
  pass(point: FailPoint): void {
    const index = this.#traps.findIndex((trap) => trap.point === point && trap.passes-- === 0);
    if (index < 0) return;
    const [{ crash, backAfterMs }] = this.#traps.splice(index, 1) as [Trap];
    this.#watch.tell(`${this.name} breaks at "${point}"`);
    if (crash) {
      this.crash(false);
      this.#site.time.after(backAfterMs, () => this.start());
    }
    throw new InjectedError(`broken at ${point}`);
  }

  #hear(event: string, details: Record<string, unknown>): void {
    if (event === "trouble") this.#judge(String(details.message ?? "trouble"), details.error);
    if (event !== "disconnect" || this.#owner.dead) return;
    const { session } = details;
    if (this.#ended.has(session)) this.#watch.blame(`${this.name} ended the connection ${session} twice`);
    this.#ended.add(session);
  }

  /** Trouble with the store or at a fail point is expected; anything else is a bug in the core. */
  #judge(message: string, cause: unknown): void {
    if (this.#owner.dead) return;
    const text = String(cause);
    if (cause === undefined || /InjectedError|StoreUnavailableError/.test(text)) return;
    this.#watch.blame(`${this.name} had trouble: ${message}: ${text}`);
  }
}
