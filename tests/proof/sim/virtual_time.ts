/**
 * Time in a simulated run: a queue of events, carried out one after the other. Hours pass as fast as the machine can
 * carry out what happens in them, and the same events happen in the same order whenever the run is repeated.
 *
 * @module
 */

import type { Cancel, Clock } from "../../../chat/base/clock.ts";
import type { Random } from "../../lib/random.ts";

/** Whom an event belongs to. The events of an owner that has died do not happen. */
export interface Owner {
  readonly name: string;
  dead: boolean;
}

interface Planned {
  at: number;
  order: number;
  owner: Owner | undefined;
  run: (() => void) | undefined;
}

/** The wall time at which every run begins, in milliseconds since 1970. */
export const BEGINNING = Date.UTC(2030, 0, 1);

/** Times are in milliseconds since the run began. */
export class VirtualTime {
  readonly #queue: Planned[] = [];
  #now = 0;
  #planned = 0;
  #step = 0;
  #current: Owner | undefined;

  /** The present moment. */
  get now(): number {
    return this.#now;
  }

  /** Whose event is being carried out. */
  get current(): Owner | undefined {
    return this.#current;
  }

  /** How many events have been carried out: tells what came first where the moment is the same. */
  get step(): number {
    return this.#step;
  }

  /** Plans an event; those of one moment happen in the order in which they were planned. */
  at(moment: number, run: () => void, owner?: Owner): Cancel {
    const planned: Planned = { at: Math.max(moment, this.#now), order: this.#planned++, owner, run };
    push(this.#queue, planned);
    return () => planned.run = undefined;
  }

  /** Plans an event `ms` from now. */
  after(ms: number, run: () => void, owner?: Owner): Cancel {
    return this.at(this.#now + ms, run, owner);
  }

  /** Carries out what is planned up to a moment, and everything that comes of it. */
  async runUntil(moment: number): Promise<void> {
    while (this.#queue.length > 0 && this.#queue[0]!.at <= moment) {
      const { at, owner, run } = pop(this.#queue);
      if (run === undefined || owner?.dead) continue;
      this.#now = at;
      this.#current = owner;
      this.#step++;
      run();
      // Promises that were settled are followed up here, before the next event: a turn of the real event loop.
      await new Promise<void>((turn) => setImmediate(turn));
    }
    this.#current = undefined;
    this.#now = moment;
  }
}

/** The clock of one process: its timers die with it, and its wall time may jump. */
export class ProcessClock implements Clock {
  readonly #time: VirtualTime;
  readonly #owner: Owner;
  readonly #random: Random;
  readonly #skew: () => number;
  #soonAt = 0;

  /** @param skew by how many milliseconds its wall time is wrong at present */
  constructor(time: VirtualTime, owner: Owner, random: Random, skew: () => number) {
    this.#time = time;
    this.#owner = owner;
    this.#random = random;
    this.#skew = skew;
  }

  now(): number {
    return Math.floor(BEGINNING + this.#time.now + this.#skew());
  }

  elapsed(): number {
    return this.#time.now;
  }

  after(ms: number, run: () => void): Cancel {
    return this.#time.after(ms, run, this.#owner);
  }

  soon(run: () => void): void {
    // A turn takes as long as the others in it take: so other things happen in between, but turns keep their order.
    this.#soonAt = Math.max(this.#soonAt, this.#time.now + (this.#random.chance(0.2) ? this.#random.between(0, 3) : 0));
    this.#time.at(this.#soonAt, run, this.#owner);
  }
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: Planned[], item: Planned): void {
  let index = heap.push(item) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(item, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Planned[]): Planned {
  const first = heap[0]!;
  const item = heap.pop()!;
  if (heap.length === 0) return first;
  let index = 0;
  while (true) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, item)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = item;
  return first;
}
