/**
 * Counts deliveries and keeps their latencies: every one of them, not a sample.
 *
 * @module
 */

import type { Latency } from "./spec.ts";

/** Latencies are kept to a tenth of a millisecond… */
const BUCKET_MICROS = 100;
/** …up to a minute; what took longer counts as a minute. */
const BUCKETS = 600_000;

/** Microseconds since the generator began. */
export function micros(): number {
  return Math.round(performance.now() * 1000);
}

/** What arrived, of the messages sent from one moment to another. */
export class Tally {
  /** Deliveries of messages sent within the window, whenever they came. */
  delivered = 0;
  /** Deliveries that came within the window, whenever they were sent. */
  received = 0;
  /** Frames with deliveries that began within the window. */
  frames = 0;
  /** Bytes that came within the window. */
  bytes = 0;
  #from = Infinity;
  #until = Infinity;
  #now = 0;
  readonly #deliveries = new Latencies();
  readonly #acks = new Latencies();

  /** Opens the window, forgetting what was counted. */
  open(): void {
    this.delivered =
      this.received =
      this.frames =
      this.bytes =
        0;
    this.#deliveries.clear();
    this.#acks.clear();
    this.#from = micros();
    this.#until = Infinity;
  }

  /** Ends the window; what was sent in it still counts. */
  close(): void {
    this.#until = micros();
  }

  /** Says that so many bytes have just arrived. One look at the clock serves all that is in them. */
  arrived(bytes: number): void {
    this.#now = micros();
    if (this.#now >= this.#from && this.#now <= this.#until) this.bytes += bytes;
  }

  /** Counts a frame. */
  frame(): void {
    if (this.#now >= this.#from && this.#now <= this.#until) this.frames++;
  }

  /** Counts the delivery of a message that was sent at `sent`. */
  delivery(sent: number): void {
    const now = this.#now;
    if (now >= this.#from && now <= this.#until) this.received++;
    if (sent < this.#from || sent > this.#until) return;
    this.delivered++;
    this.#deliveries.add(now - sent);
  }

  /** Counts the acknowledgement of a message that was sent at `sent`. */
  ack(sent: number): void {
    if (sent >= this.#from && sent <= this.#until) this.#acks.add(this.#now - sent);
  }

  /** The latencies of what was delivered. */
  latency(): Latency {
    return this.#deliveries.summary();
  }

  /** The latencies of the acknowledgements; undefined if there were none. */
  ackLatency(): Latency | undefined {
    return this.#acks.count === 0 ? undefined : this.#acks.summary();
  }
}

/** Latencies, in microseconds. */
export class Latencies {
  count = 0;
  #max = 0;
  readonly #buckets = new Uint32Array(BUCKETS);

  clear(): void {
    this.count = this.#max = 0;
    this.#buckets.fill(0);
  }

  add(micros: number): void {
    this.count++;
    if (micros > this.#max) this.#max = micros;
    this.#buckets[Math.min(BUCKETS - 1, Math.floor(micros / BUCKET_MICROS))]!++;
  }

  summary(): Latency {
    return { p50: this.#percentile(0.5), p99: this.#percentile(0.99), max: this.#max / 1000 };
  }

  #percentile(share: number): number {
    let left = this.count * share;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#buckets[bucket]!;
      // A bucket's upper end: never less than it was.
      if (left <= 0) return ((bucket + 1) * BUCKET_MICROS) / 1000;
    }
    return (BUCKETS * BUCKET_MICROS) / 1000;
  }
}
