/**
 * One room's tail in this process: turns "there may be more" into "exactly what comes next".
 *
 * The events themselves may be at hand (the usual case: this process committed them), and may come late, doubled, or out of
 * order. The tail hands on events that continue its position at once, and otherwise reads the log from there. So it is right
 * under any hints, and fast under good ones.
 *
 * @module
 */

import type { Cancel, Clock } from "../base/clock.ts";
import { PAGE_MESSAGES, UNAVAILABLE_RETRY_MS } from "../limits.ts";
import type { StoredEvent } from "../event/event.ts";
import type { Page, Range, RoomState, TailListener } from "./message_log.ts";
import { isWhole } from "./whole.ts";

export class Tail {
  readonly #read: (range: Range) => Promise<Page>;
  readonly #clock: Clock;
  readonly #listener: TailListener;
  readonly #onBug: (error: unknown) => void;
  /** Up to where the listener has everything; unknown until {@linkcode begin} has read it. */
  #position: Pick<RoomState, "epoch" | "head"> | undefined;
  /** There may be events that were not handed on. */
  #behind = false;
  #pulling = false;
  #paused = false;
  #stopped = false;
  #cancelRetry: Cancel | undefined;

  /** @param onBug gets what the listener throws at an event: it concerns neither the store nor other rooms */
  constructor(
    read: (range: Range) => Promise<Page>,
    clock: Clock,
    listener: TailListener,
    onBug: (error: unknown) => void,
  ) {
    this.#read = read;
    this.#clock = clock;
    this.#listener = listener;
    this.#onBug = onBug;
  }

  /** Begins where the room ends now. */
  async begin(): Promise<void> {
    const state = stateOf(await this.#read({ limit: 0 }));
    if (this.#stopped) return;
    this.#position = state;
    this.#listener.begin({ ...state });
    if (this.#behind) this.look();
  }

  /** Stops here for a listener that has enough for now. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#behind) this.look();
  }

  /** Ends it: the listener is not called any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  /** Events were stored under an epoch: by rising `seq`. */
  stored(events: StoredEvent[], epoch: string): void {
    const position = this.#position;
    const next = events[0];
    const canGoOn = position !== undefined && next !== undefined && !this.#pulling && !this.#paused &&
      epoch === position.epoch && next.seq <= position.head + 1 && !hasGap(events);
    if (canGoOn) this.#deliver(events.slice(position.head + 1 - next.seq));
    else this.look();
  }

  /** There may be more. */
  look(): void {
    this.#behind = true;
    if (this.#position !== undefined && !this.#paused) this.#pull();
  }

  /** Somebody found the room under this epoch, with events up to `seq` at least. */
  saw(epoch: string, seq: number): void {
    if (this.#position !== undefined && (this.#position.epoch !== epoch || this.#position.head < seq)) this.look();
  }

  #deliver(events: StoredEvent[]): void {
    const last = events.at(-1);
    if (last === undefined || this.#stopped) return;
    this.#position!.head = last.seq;
    this.#tell(() => this.#listener.batch(events));
  }

  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#onBug(error);
    }
  }

  async #pull(): Promise<void> {
    if (this.#pulling || this.#stopped) return;
    this.#pulling = true;
    this.#cancelRetry?.();
    try {
      while (this.#behind && !this.#paused) {
        this.#behind = false;
        if (await this.#pullPage()) this.#behind = true;
      }
    } catch {
      // The store is out of reach. It loses nothing meanwhile: look again until it answers.
      if (!this.#stopped) this.#cancelRetry = this.#clock.after(UNAVAILABLE_RETRY_MS, () => this.look());
    } finally {
      this.#pulling = false;
    }
  }

  /** @returns whether there is more */
  async #pullPage(): Promise<boolean> {
    const { epoch, head: from } = this.#position!;
    const page = await this.#read({ after: from, limit: PAGE_MESSAGES });
    if (this.#stopped) return false;
    const state = stateOf(page);
    if (page.epoch !== epoch || page.head < from || !isWhole(page, from, PAGE_MESSAGES)) {
      this.#position = state;
      this.#tell(() => this.#listener.reset({ ...state }));
      return false;
    }
    await this.#listener.meet?.(page.policy);
    this.#deliver(page.events);
    return this.#position!.head < page.head;
  }
}

function stateOf({ epoch, first, head, floor, messageCount, policy }: Page): RoomState {
  return { epoch, first, head, floor, messageCount, policy };
}

/** Whether other processes' events lie between these, as when a store takes a commit in parts. */
function hasGap(events: StoredEvent[]): boolean {
  return events.at(-1)!.seq - events[0]!.seq !== events.length - 1;
}
