/** A listener that keeps what it hears and can be waited for. @module */

import { shown } from "../../chat/event/kinds.ts";
import type { StoredEvent } from "../../chat/event/event.ts";
import type { RoomState, TailListener } from "../../chat/log/message_log.ts";
import { Waiters } from "./patience.ts";

/** A {@linkcode TailListener} for tests. */
export class Collector implements TailListener {
  /** What was heard, in order: events one by one, as clients are sent them, and resets as they came. */
  readonly heard: (StoredEvent | RoomState)[] = [];
  /** Where it began; undefined until it has. */
  began: RoomState | undefined;
  readonly #waiters = new Waiters();

  begin(state: RoomState): void {
    if (this.began !== undefined || this.heard.length > 0) throw new Error("It has begun already");
    this.began = state;
  }

  batch(events: StoredEvent[]): void {
    if (events.length === 0) throw new Error("A batch must not be empty");
    this.heard.push(...events.map(shown));
    this.#waiters.wake();
  }

  reset(state: RoomState): void {
    this.heard.push(state);
    this.#waiters.wake();
  }

  /** The events among what was heard. */
  get events(): StoredEvent[] {
    return this.heard.filter((item) => "seq" in item);
  }

  /** The resets among what was heard. */
  get resets(): RoomState[] {
    return this.heard.filter((item) => "head" in item);
  }

  /** Resolves once the condition holds; rejects, saying what was heard, if that takes too long. */
  async until(condition: (self: this) => boolean, patienceMs?: number): Promise<void> {
    const heard = () =>
      `heard ${this.heard.length}, the last ones ${JSON.stringify(this.heard.slice(-2)).slice(0, 500)}`;
    await this.#waiters.until(() => condition(this), heard, patienceMs);
  }

  /** Resolves once this many events were heard. */
  untilCount(count: number, patienceMs?: number): Promise<void> {
    return this.until(({ events }) => events.length >= count, patienceMs);
  }
}
