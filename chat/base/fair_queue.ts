/**
 * A queue that shares work fairly among its owners by what the work has cost: the owner that has had least is next.
 * Start-time fair queueing, https://en.wikipedia.org/wiki/Fair_queuing
 *
 * @module
 */

interface Flow<T> {
  /** What waits, in order. */
  items: T[];
  /** The cost up to which it has had its share. */
  had: number;
  /** Its place among the others. */
  start: number;
  /** One of its items was taken and has not been charged. */
  busy: boolean;
}

/** Items of one owner keep their order, and only one of them at a time is out. */
export class FairQueue<T> {
  readonly #credit: number;
  readonly #flows = new WeakMap<object, Flow<T>>();
  /** Those that wait and are not busy, by `start`. */
  readonly #ready: Flow<T>[] = [];
  #now = 0;

  /** @param credit how much work an owner that has had nothing for a while gets before the others */
  constructor(credit: number) {
    this.#credit = credit;
  }

  /** Whether there is nothing to take: every owner that waits has an item out. */
  get idle(): boolean {
    return this.#ready.length === 0;
  }

  push(owner: object, item: T): void {
    const flow = this.#flow(owner);
    flow.items.push(item);
    if (flow.items.length === 1 && !flow.busy) this.#insert(flow);
  }

  /** Takes the next item, if there is one. Its owner must be charged for it before its next one comes. */
  shift(): T | undefined {
    const flow = this.#ready.shift();
    if (flow === undefined) return undefined;
    this.#now = Math.max(this.#now, flow.start);
    flow.busy = true;
    return flow.items.shift();
  }

  /** Records what the work for an owner has cost. */
  charge(owner: object, cost: number): void {
    const flow = this.#flow(owner);
    flow.had = Math.max(flow.had, this.#now - this.#credit) + cost;
    flow.busy = false;
    if (flow.items.length > 0) this.#insert(flow);
  }

  #flow(owner: object): Flow<T> {
    let flow = this.#flows.get(owner);
    if (flow === undefined) this.#flows.set(owner, flow = { items: [], had: -Infinity, start: 0, busy: false });
    return flow;
  }

  #insert(flow: Flow<T>): void {
    flow.start = Math.max(flow.had, this.#now - this.#credit);
    let [low, high] = [0, this.#ready.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ready[middle]!.start <= flow.start) low = middle + 1;
      else high = middle;
    }
    this.#ready.splice(low, 0, flow);
  }
}
