/**
 * The rooms that this process follows, in a store that others write to as well, and how far each is known. Lets a
 * store look at a few of them at a time, in turn, instead of at all of them at once.
 *
 * @module
 */

import type { Cancel } from "../../base/clock.ts";
import type { StoredMessage } from "../../log/message_log.ts";

/** Bounded by the rooms that are open. */
export class FollowedRooms {
  readonly #heads = new Map<string, number>();
  #rest: Iterator<string> = this.#heads.keys();

  get size(): number {
    return this.#heads.size;
  }

  /** Adds a room until it is cancelled. */
  add(room: string): Cancel {
    this.#heads.set(room, 0);
    return () => void this.#heads.delete(room);
  }

  /** Records how far a room is known, if it is followed. @returns whether that is news */
  advance(room: string, head: number): boolean {
    const known = this.#heads.get(room);
    if (known === undefined || head <= known) return false;
    this.#heads.set(room, head);
    return true;
  }

  /** As {@linkcode advance}, for messages that were handed on. */
  handedOn(room: string, messages: StoredMessage[]): void {
    this.advance(room, messages.at(-1)?.seq ?? 0);
  }

  /** Forgets how far the rooms are known: numbers of another epoch mean nothing. */
  forget(): void {
    for (const room of this.#heads.keys()) this.#heads.set(room, 0);
  }

  /** The next rooms in turn, from the first again after the last: this many, or all there are, each once. */
  next(count: number): string[] {
    const rooms: string[] = [];
    while (rooms.length < Math.min(count, this.#heads.size)) {
      const step = this.#rest.next();
      if (step.done) this.#rest = this.#heads.keys();
      else rooms.push(step.value);
    }
    return rooms;
  }
}
