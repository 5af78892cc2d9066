/** What had been acknowledged at a moment. @module */

import { key } from "./entries.ts";
import { type ClientLog, numberIn } from "./evidence.ts";
import type { Ledger } from "./ledger.ts";

/** By rising time: the highest number up to then. */
type Series = { at: number; seq: number }[];

export class Acks {
  /** Of each room in each life of the store, and of each message in it. */
  readonly #series = new Map<string, Series>();

  constructor(clients: ClientLog[], ledger: Ledger) {
    for (const { id, events } of clients) {
      for (const event of events) {
        if (event.type !== "acked") continue;
        const { room, epoch, at, seq } = event;
        this.#add(key(room, epoch), at, seq);
        const target = numberIn(event) ?? ledger.life(room, epoch).nonces.get(key(id, event.targetNonce ?? ""));
        if (target !== undefined) this.#add(key(room, epoch, target), at, seq);
      }
    }
    for (const series of this.#series.values()) {
      series.sort((one, other) => one.at - other.at);
      let most = 0;
      for (const ack of series) ack.seq = most = Math.max(most, ack.seq);
    }
  }

  /** The highest number in a room that was acknowledged before a moment; 0 if there was none. */
  last(moment: number, room: string, epoch: string): number {
    return lastBefore(this.#series.get(key(room, epoch)), moment);
  }

  /** As {@linkcode last}, of what changes or answers one message. */
  lastChange(moment: number, room: string, epoch: string, target: number): number {
    return lastBefore(this.#series.get(key(room, epoch, target)), moment);
  }

  #add(mark: string, at: number, seq: number): void {
    const known = this.#series.get(mark);
    if (known === undefined) this.#series.set(mark, [{ at, seq }]);
    else known.push({ at, seq });
  }
}

function lastBefore(series: Series = [], moment: number): number {
  let [from, to] = [0, series.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (series[middle]!.at < moment) from = middle + 1;
    else to = middle;
  }
  return series[from - 1]?.seq ?? 0;
}
