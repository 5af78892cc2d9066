/** Checks all sockets regularly, by one timer. @module */

import { type Cancel, type Clock, every } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";
import type { PausedReader, PausedReaders } from "./read_window.ts";

export interface WatchedSocket extends PausedReader {
  /** Called every `LOOK_MS`. */
  look(): void;
}

export class SocketWatch {
  readonly #clock: Clock;
  /** When each is due; the next comes first, because all wait equally long. */
  readonly #dueAt = new Map<WatchedSocket, number>();
  #cancel: Cancel | undefined;

  /** Those that resume after a while. */
  readonly paused: PausedReaders;
  constructor(clock: Clock, paused: PausedReaders) {
    this.#clock = clock;
    this.paused = paused;
  }

  /** Checks this one as well, until it is closed. */
  add(socket: WatchedSocket): void {
    this.#dueAt.set(socket, this.#clock.elapsed() + bounds.LOOK_MS);
    this.#cancel ??= every(this.#clock, bounds.READ_WINDOW_MS, () => this.#turn());
  }

  /** Stops checking it. */
  delete(socket: WatchedSocket): void {
    this.#dueAt.delete(socket);
    this.paused.delete(socket);
    if (this.#dueAt.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #turn(): void {
    const now = this.#clock.elapsed();
    let looks = 0;
    for (const [socket, dueAt] of this.#dueAt) {
      if (dueAt > now || looks++ >= bounds.LOOKS_AT_ONCE) break;
      this.#dueAt.delete(socket);
      this.#dueAt.set(socket, now + bounds.LOOK_MS);
      socket.look();
    }
  }
}
