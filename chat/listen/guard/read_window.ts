/**
 * Bounds the bytes read from one connection in a span of time, so that a peer that sends more is read more slowly: the rest waits
 * at the sender.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import { type Clock, Timer } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";

export interface PausedReader {
  resume(): void;
}

export class ReadWindow {
  readonly #clock: Clock;
  #since: number;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.elapsed();
  }

  /** Counts a piece of so many bytes. @returns whether no more may be read for now */
  count(bytes: number): boolean {
    const now = this.#clock.elapsed();
    if (now - this.#since >= bounds.READ_WINDOW_MS) {
      this.#since = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes + bounds.READ_CHUNK_BYTES;
    return this.#bytes >= bounds.READ_WINDOW_BYTES;
  }
}

/** Connections whose window is full. One timer serves all of them. */
export class PausedReaders {
  readonly #clock: Clock;
  readonly #paused = new Set<PausedReader>();
  readonly #toResume = new Set<PausedReader>();
  #resuming = false;
  readonly #timer: Timer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = new Timer(clock);
  }

  /** Resumes this one after a while. */
  add(reader: PausedReader): void {
    this.#paused.add(reader);
    this.#timer.set(bounds.READ_WINDOW_MS, () => this.#resumeAll());
  }

  delete(reader: PausedReader): void {
    this.#toResume.delete(reader);
    if (this.#paused.delete(reader) && this.#paused.size === 0) this.#timer.stop();
  }

  #resumeAll(): void {
    for (const reader of this.#paused) this.#toResume.add(reader);
    this.#paused.clear();
    this.#resumeNext();
  }

  /** One in each turn of the event loop, so that many are not read all at once. */
  #resumeNext(): void {
    const [next] = this.#toResume;
    if (this.#resuming || next === undefined) return;
    this.#toResume.delete(next);
    next.resume();
    this.#resuming = true;
    this.#clock.soon(() => {
      this.#resuming = false;
      this.#resumeNext();
    });
  }
}

/** A TLS socket's own `pause` does not stop what it reads from the TCP socket below it: that goes on filling the memory. */
interface MaybeTls {
  _parent?: { _handle?: { readStop(): void; readStart(): void } | null } | null;
}

const stopped = new WeakSet<Duplex>();

/** Reads no more from the network. */
export function stopReading(tcp: Duplex): void {
  tcp.pause();
  const handle = (tcp as MaybeTls)._parent?._handle;
  if (!handle || stopped.has(tcp)) return;
  stopped.add(tcp);
  handle.readStop();
}

/** Reads on. */
export function startReading(tcp: Duplex): void {
  tcp.resume();
  if (stopped.delete(tcp)) (tcp as MaybeTls)._parent?._handle?.readStart();
}
