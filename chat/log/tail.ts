/**
 * One room's tail in this process: turns "there may be more" into "exactly what comes next".
 *
 * A hint may bring the messages themselves (the usual case: this process committed them), may be late, doubled, or out of
 * order. The tail hands on what continues its position at once, and otherwise reads the log from there. So it is right
 * whatever the hints are, and fast when they are good.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import { PAGE_MESSAGES, UNAVAILABLE_RETRY_MS } from "../limits.ts";
import type { Page, Range, RoomState, StoredMessage, TailListener } from "./message_log.ts";
import { isWhole } from "./whole.ts";

/** See the module. Made by the log for a room that is followed. */
export class Tail {
  readonly #read: (range: Range) => Promise<Page>;
  readonly #clock: Clock;
  readonly #listeners = new Set<TailListener>();
  /** Those that have enough for now. */
  readonly #paused = new Set<TailListener>();
  /** Listeners that wait for the position to be read. */
  #adding = 0;
  /** Up to where the listeners have everything; unknown until {@linkcode start} has read it. */
  #state: RoomState | undefined;
  #pulling = false;
  /** There may be more than was handed on. */
  #hinted = false;
  #cancelRetry: Cancel | undefined;
  #stopped = false;

  /** Follows nobody yet. @param read reads the room */
  constructor(read: (range: Range) => Promise<Page>, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** Whether nobody listens or is about to. */
  get unused(): boolean {
    return this.#listeners.size === 0 && this.#adding === 0;
  }

  /**
   * Adds a listener from the present position on, reading it first where it is not known yet.
   *
   * @returns where the listener begins
   */
  async add(listener: TailListener): Promise<RoomState> {
    if (this.#state === undefined) {
      this.#adding++;
      const { epoch, first, head } = await this.#read({ limit: 0 }).finally(() => this.#adding--);
      this.#state ??= { epoch, first, head };
    }
    this.#listeners.add(listener);
    if (this.#hinted) this.#pull();
    return { ...this.#state };
  }
  remove(listener: TailListener): void {
    this.#listeners.delete(listener);
    this.resume(listener);
  }

  /** Stops here for a listener that has enough for now. One that was removed can hold up nobody. */
  pause(listener: TailListener): void {
    if (this.#listeners.has(listener)) this.#paused.add(listener);
  }

  /** Goes on, unless another listener wants it to wait. */
  resume(listener: TailListener): void {
    if (this.#paused.delete(listener) && this.#hinted) this.#pull();
  }

  /** Ends it: no listener is called any more. */
  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
    this.#paused.clear();
    this.#cancelRetry?.();
  }

  /**
   * Takes a hint.
   *
   * @param messages the new messages, where they are at hand: rising
   * @param epoch the epoch they were stored under
   */
  hint(messages?: StoredMessage[], epoch?: string): void {
    const state = this.#state;
    const next = messages?.[0];
    if (state === undefined || this.#pulling || this.#paused.size > 0) {
      this.#hinted = true;
    } else if (messages === undefined || next === undefined || epoch !== state.epoch || next.seq > state.head + 1) {
      this.#pull();
    } else if (hasGap(messages)) {
      this.#pull();
    } else {
      this.#deliver(messages.slice(state.head + 1 - next.seq));
    }
  }

  /** Somebody found the room under this epoch, with messages up to `seq` at least. */
  saw(epoch: string, seq: number): void {
    if (this.#state !== undefined && (this.#state.epoch !== epoch || this.#state.head < seq)) this.hint();
  }

  #deliver(messages: StoredMessage[]): void {
    const last = messages.at(-1);
    if (last === undefined || this.#stopped) return;
    this.#state!.head = last.seq;
    for (const listener of [...this.#listeners]) listener.batch(messages);
  }

  #reset(state: RoomState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener.reset({ ...state });
  }

  async #pull(): Promise<void> {
    if (this.#pulling || this.#stopped) return;
    this.#hinted = true;
    this.#pulling = true;
    this.#cancelRetry?.();
    try {
      while (this.#hinted && this.#paused.size === 0) {
        this.#hinted = false;
        if (await this.#pullPage()) this.#hinted = true;
      }
    } catch {
      // The store is out. What it has then, it has later: look again until it answers.
      if (!this.#stopped) this.#cancelRetry = this.#clock.after(UNAVAILABLE_RETRY_MS, () => this.#pull());
    } finally {
      this.#pulling = false;
    }
  }

  /** @returns whether there is more */
  async #pullPage(): Promise<boolean> {
    const { epoch, head: from } = this.#state!;
    const page = await this.#read({ after: from, limit: PAGE_MESSAGES });
    if (this.#stopped) return false;
    const { messages, ...state } = page;
    if (page.epoch !== epoch || page.head < from || !isWhole(page, from, PAGE_MESSAGES)) {
      this.#reset(state);
      return false;
    }
    this.#state!.first = page.first;
    this.#deliver(messages);
    return this.#state!.head < page.head;
  }
}

/** Whether others' messages lie between these, as when a store takes a commit in parts. */
function hasGap(messages: StoredMessage[]): boolean {
  return messages.at(-1)!.seq - messages[0]!.seq !== messages.length - 1;
}
