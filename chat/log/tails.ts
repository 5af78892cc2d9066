/**
 * The rooms that are followed, each by its {@linkcode Tail}. Events stored here or by other processes reach the tails from here.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import type { StoredEvent } from "../event/event.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import type { Subscription, TailListener } from "./message_log.ts";
import type { Store } from "./store.ts";
import type { Read } from "./reader.ts";
import { Tail } from "./tail.ts";

export class Tails {
  readonly #store: Store;
  readonly #read: Read;
  readonly #clock: Clock;
  readonly #report: ReportTrouble;
  readonly #open = new Map<string, { tail: Tail; unfollow: Cancel | undefined }>();

  constructor(store: Store, read: Read, clock: Clock, report: ReportTrouble) {
    this.#store = store;
    this.#read = read;
    this.#clock = clock;
    this.#report = report;
    store.watch?.((room, events, epoch) => {
      if (room === undefined) { for (const { tail } of this.#open.values()) tail.look(); }
      else if (events === undefined || epoch === undefined) this.look(room);
      else this.stored(room, events, epoch);
    });
  }

  async follow(room: string, listener: TailListener): Promise<Subscription> {
    if (this.#open.has(room)) throw new Error(`Cannot subscribe to ${room}: it has a subscriber`);
    // Followed before it is read, so that no event falls between the two.
    const unfollow = this.#store.follow?.(room);
    const onBug = (error: unknown) =>
      this.#report(
        `A bug kept the room ${room} from what was stored in it: its members get it when they come back`,
        error,
      );
    const tail = new Tail((range) => this.#read(room, range), this.#clock, listener, onBug);
    this.#open.set(room, { tail, unfollow });
    const cancel = () => {
      if (this.#open.get(room)?.tail === tail) this.#end(room);
    };
    try {
      await tail.begin();
      return { cancel, pause: () => tail.pause(), resume: () => tail.resume() };
    } catch (error) {
      cancel();
      throw error;
    }
  }

  stored(room: string, events: StoredEvent[], epoch: string): void {
    this.#open.get(room)?.tail.stored(events, epoch);
  }

  look(room: string): void {
    this.#open.get(room)?.tail.look();
  }

  saw(room: string, epoch: string, seq: number): void {
    this.#open.get(room)?.tail.saw(epoch, seq);
  }

  close(): void {
    for (const room of [...this.#open.keys()]) this.#end(room);
  }

  #end(room: string): void {
    const { tail, unfollow } = this.#open.get(room)!;
    this.#open.delete(room);
    tail.stop();
    unfollow?.();
  }
}
