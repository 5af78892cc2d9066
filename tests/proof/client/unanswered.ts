/**
 * The commands of a client that are to be stored and have no answer yet. They are sent in order, so many at once as its window allows, and
 * again under the same nonce until there is one.
 *
 * @module
 */

import type { Lasting } from "./wire.ts";

interface Kept {
  command: Lasting;
  underWay: boolean;
  notBefore: number;
}

export class Unanswered {
  readonly #window: number;
  readonly #kept: Kept[] = [];

  /** @param window commands under way at most */
  constructor(window: number) {
    this.#window = window;
  }

  add(command: Lasting): void {
    this.#kept.push({ command, underWay: false, notBefore: 0 });
  }

  has(nonce: string): boolean {
    return this.#kept.some(({ command }) => command.nonce === nonce);
  }

  /** Whether one is sent before another. */
  isBefore(nonce: string, other: string): boolean {
    return this.nonces.indexOf(nonce) >= 0 && this.nonces.indexOf(nonce) < this.nonces.indexOf(other);
  }

  /** Those of a room, in their order. */
  of(room: string): Lasting[] {
    return this.#kept.map(({ command }) => command).filter((command) => command.room === room);
  }

  get nonces(): string[] {
    return this.#kept.map(({ command }) => command.nonce);
  }

  /** Takes those that may be sent now, in their order. @param isIn whether a room is joined */
  due(now: number, isIn: (room: string) => boolean): Lasting[] {
    const held = new Set<string>();
    const batch: Lasting[] = [];
    let underWay = this.#kept.filter((kept) => kept.underWay).length;
    for (const kept of this.#kept) {
      if (underWay >= this.#window) break;
      const { room } = kept.command;
      if (kept.notBefore > now) held.add(room);
      if (kept.underWay || held.has(room) || !isIn(room)) continue;
      kept.underWay = true;
      underWay++;
      batch.push(kept.command);
    }
    return batch;
  }

  /** It has its answer. @returns whether it was still kept */
  settle(nonce: string): boolean {
    const index = this.#kept.findIndex(({ command }) => command.nonce === nonce);
    if (index >= 0) this.#kept.splice(index, 1);
    return index >= 0;
  }

  /** Sends one again, but not before a moment; what comes after it in its room waits too. */
  holdBack(nonce: string, notBefore: number): void {
    const kept = this.#kept.find(({ command }) => command.nonce === nonce);
    if (kept !== undefined) Object.assign(kept, { underWay: false, notBefore });
  }

  /** The connection, or the place in a room, is another one: what is under way is sent again. The nonce makes each one. */
  again(room?: string): void {
    for (const kept of this.#kept) {
      if (room === undefined) Object.assign(kept, { underWay: false, notBefore: 0 });
      else if (kept.command.room === room) kept.underWay = false;
    }
  }
}
