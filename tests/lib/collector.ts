/** A listener that keeps what it hears and can be waited for. @module */

import type { RoomState, StoredMessage, TailListener } from "../../chat/log/message_log.ts";
import { Waiters } from "./patience.ts";

/** A {@linkcode TailListener} for tests. */
export class Collector implements TailListener {
  /** What was heard, in order: messages one by one, resets as they came. */
  readonly heard: (StoredMessage | RoomState)[] = [];
  /** Where it began; undefined until it has. */
  began: RoomState | undefined;
  readonly #waiters = new Waiters();

  begin(state: RoomState): void {
    if (this.began !== undefined || this.heard.length > 0) throw new Error("It has begun already");
    this.began = state;
  }

  batch(messages: StoredMessage[]): void {
    if (messages.length === 0) throw new Error("A batch must not be empty");
    this.heard.push(...messages);
    this.#waiters.wake();
  }

  reset(state: RoomState): void {
    this.heard.push(state);
    this.#waiters.wake();
  }

  /** The messages among what was heard. */
  get messages(): StoredMessage[] {
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

  /** Resolves once this many messages were heard. */
  untilCount(count: number, patienceMs?: number): Promise<void> {
    return this.until(({ messages }) => messages.length >= count, patienceMs);
  }
}
