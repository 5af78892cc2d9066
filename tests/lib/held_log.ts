/** A log for tests of what happens while a question to it is on its way. @module */

import type { StoredRoomChange } from "../../chat/event/event.ts";
import type {
  Appended,
  Durability,
  MessageLog,
  Page,
  Range,
  RoomChanges,
  RoomState,
  Subscription,
  TailListener,
} from "../../chat/log/message_log.ts";
import { eventually } from "./patience.ts";

/** A log whose answers come when the test gives them. */
export class HeldLog implements MessageLog {
  readonly durability: Durability = "os";
  readonly asked: { range: Range; answer(page: Page): void }[] = [];
  tail!: TailListener;
  /** What is answered at once. */
  answer: Page | undefined;
  /** The rooms that are followed. */
  readonly followed = new Set<string>();
  /** What rooms are cannot be learned before this. */
  known: Promise<void> = Promise.resolve();
  /** What they were changed by. */
  changes: StoredRoomChange[] = [];
  /** How many wait for that. */
  learning = 0;
  readonly #state: RoomState;

  constructor(state: RoomState) {
    this.#state = state;
  }

  append(): Promise<Appended> {
    return Promise.reject(new Error("Nobody says anything here"));
  }

  read(_room: string, range: Range): Promise<Page> {
    if (this.answer !== undefined) return Promise.resolve(this.answer);
    return new Promise((answer) => this.asked.push({ range, answer }));
  }

  reactors(): Promise<string[]> {
    return Promise.resolve([]);
  }

  async roomChanges(): Promise<RoomChanges> {
    this.learning++;
    await this.known;
    this.learning--;
    return { ...this.#state, changes: this.changes };
  }

  subscribe(room: string, tail: TailListener): Promise<Subscription> {
    this.tail = tail;
    this.followed.add(room);
    tail.begin(this.#state);
    return Promise.resolve({ cancel: () => this.followed.delete(room), pause: () => {}, resume: () => {} });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The next question, once it is asked. */
  async next(): Promise<{ range: Range; answer(page: Page): void }> {
    await eventually(() => this.asked.length > 0, "a question to the log", 5_000);
    return this.asked.shift()!;
  }
}
