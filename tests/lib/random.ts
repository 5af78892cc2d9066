/**
 * Chance that can be had again: everything that a simulated run draws comes from its seed.
 *
 * @module
 */

/** A stream of numbers that its seed determines. */
export class Random {
  readonly #seed: string;
  #state: number;

  /** @param seed any text; the same one gives the same numbers */
  constructor(seed: string) {
    this.#seed = seed;
    this.#state = hash(seed);
  }

  /** A number from 0 up to, but without, 1. */
  next(): number {
    // mulberry32: small, and good enough to choose faults with.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A number from `least` up to `most`. */
  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  /** True with the probability given. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. @throws {RangeError} if there is none */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("Cannot pick: there must be an item to pick from");
    return items[this.int(0, items.length - 1)]!;
  }

  /** Another stream, by name: what is drawn from one leaves the others as they are. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }
}

/** FNV-1a, then mixed once more, so that neighbouring seeds have nothing in common. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
