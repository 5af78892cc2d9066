/** A listener that keeps what it hears and can be waited for. @module */

import type { RoomState, StoredMessage, TailListener } from "../../chat/log/message_log.ts";

/** How long a test waits for what must come. */
const PATIENCE_MS = 10_000;

/** A {@linkcode TailListener} for tests. */
export class Collector implements TailListener {
  /** What was heard, in order: messages one by one, resets as they came. */
  readonly heard: (StoredMessage | RoomState)[] = [];
  #waiting = new Set<() => void>();

  batch(messages: StoredMessage[]): void {
    if (messages.length === 0) throw new Error("A batch must not be empty");
    this.heard.push(...messages);
    for (const check of this.#waiting) check();
  }

  reset(state: RoomState): void {
    this.heard.push(state);
    for (const check of this.#waiting) check();
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
  until(condition: (self: this) => boolean, patienceMs = PATIENCE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        settle();
      };
      const check = () => condition(this) && end(resolve);
      const timer = setTimeout(
        () => end(() => reject(new Error(`Waited in vain; heard ${JSON.stringify(this.heard).slice(0, 2_000)}`))),
        patienceMs,
      );
      this.#waiting.add(check);
      check();
    });
  }

  /** Resolves once this many messages were heard. */
  untilCount(count: number, patienceMs?: number): Promise<void> {
    return this.until(({ messages }) => messages.length >= count, patienceMs);
  }
}
