/** When newcomers first came into rooms that have them wait before they write, as far as this process remembers. @module */

import { ARRIVALS } from "../limits.ts";

export class Arrivals {
  /** By room and id, in milliseconds since the epoch; the longest unseen first. At most {@linkcode ARRIVALS}. */
  readonly #first = new Map<string, number>();

  /** Somebody is in a room, and came at this time. If it came earlier before, that counts. */
  note(room: string, id: string, nowMs: number): void {
    const key = keyOf(room, id);
    const firstMs = Math.min(this.#first.get(key) ?? nowMs, nowMs);
    this.#first.delete(key);
    this.#first.set(key, firstMs);
    if (this.#first.size > ARRIVALS) this.#first.delete(this.#first.keys().next().value!);
  }

  of(room: string, id: string): number | undefined {
    return this.#first.get(keyOf(room, id));
  }
}

/** No room has a space in its name. */
function keyOf(room: string, id: string): string {
  return `${room} ${id}`;
}
