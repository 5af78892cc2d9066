/** A log that is too simple to be wrong: one array a room. What an event does is decided by `chat/event/`, which has tests of its own. */

import {
  isMessage,
  type NewEvent,
  type Reactions,
  type StoredEvent,
  type StoredMessage,
} from "../../chat/event/event.ts";
import { contentOf, decide, forget, recall, targetOf } from "../../chat/event/kinds.ts";
import type { Page, Range } from "../../chat/log/message_log.ts";
import { timeAfter } from "../../chat/log/time_stamp.ts";

export type Outcome = { seq: number; ts: number; duplicate: boolean } | { unchanged: number } | { refused: string };

export class ModelRoom {
  /** Every event there was, as it was stored. */
  readonly events: StoredEvent[] = [];
  /** The messages that are kept, as they are now, by their numbers. */
  #messages = new Map<number, StoredMessage>();
  readonly #reactors = new Map<string, Set<string>>();
  readonly #nonces = new Map<string, { seq: number; ts: number; content: string }>();
  #floor = 0;
  #messageCount = 0;

  append(event: NewEvent, now: number): Outcome {
    const nonce = `${event.id} ${event.nonce}`;
    const content = JSON.stringify(contentOf(event));
    const earlier = this.#nonces.get(nonce);
    if (earlier !== undefined && earlier.content !== content) return { refused: "nonce_used" };
    if (earlier !== undefined) return { seq: earlier.seq, ts: earlier.ts, duplicate: true };
    const place = { seq: this.events.length + 1, ts: timeAfter(this.events.at(-1)?.ts ?? 0, now) };
    const decision = decide(event, this.#factsFor(event), place);
    if ("refused" in decision) return decision;
    if ("unchanged" in decision) return { unchanged: decision.unchanged.rev ?? decision.unchanged.seq };
    const { event: stored, target } = decision;
    if (target !== undefined) this.#messages.set(target.seq, target);
    if (isMessage(stored)) this.#messages.set(stored.seq, { ...stored, ordinal: ++this.#messageCount });
    this.events.push(isMessage(stored) ? stored : forget(stored));
    if (stored.kind === "react") this.#reactorsOf(stored.target, stored.emoji)[stored.on ? "add" : "delete"](stored.id);
    if (event.nonce !== undefined) this.#nonces.set(nonce, { ...place, content });
    return { ...place, duplicate: false };
  }

  trim(keep: number): void {
    const gone = [...this.#messages.keys()].slice(0, Math.max(this.#messages.size - keep, 0));
    for (const seq of gone) this.#messages.delete(seq);
    this.#floor = Math.max(this.#floor, gone.at(-1) ?? 0);
    for (const [nonce, { seq }] of this.#nonces) {
      if (seq <= this.#floor && !this.#messages.has(seq)) this.#nonces.delete(nonce);
    }
  }

  /** `passed` is left out where the log cannot know. */
  read(range: Range): Omit<Page, "epoch" | "passed"> & { passed?: number } {
    const { after, before = Infinity, limit, messagesOnly, thread, only, reader } = range;
    const head = this.events.length;
    const first = this.#messages.keys().next().value ?? head + 1;
    const state = { first, head, floor: this.#floor, messageCount: this.#messageCount };
    const messages = Array.from(this.#messages.keys(), (seq) => this.#current(seq, reader));
    if (after !== undefined) {
      const run = this.events.filter((event) => !isMessage(event) && event.seq > this.#floor && !messagesOnly)
        .map((event) => isMessage(event) ? event : recall(event, this.#messages.get(event.target!)));
      const from = messagesOnly ? after : Math.max(after, this.#floor);
      const events = [...run, ...messages].sort((a, b) => a.seq - b.seq).filter(({ seq }) => seq > from);
      const passed = this.events.filter((event) => isMessage(event) && event.seq <= after).length;
      return { ...state, events: events.slice(0, limit), ...after >= first - 1 && limit > 0 ? { passed } : {} };
    }
    const asked = messages.filter(({ seq, reply }) =>
      seq < before && (thread === undefined || seq === thread || reply === thread) &&
      (only === undefined || only.includes(seq))
    );
    const events = limit === 0 ? [] : asked.slice(-limit);
    const isWhole = events.length > 0 && thread === undefined && only === undefined;
    return { ...state, events, ...isWhole ? { passed: events[0]!.ordinal! - 1 } : {} };
  }

  reactors(target: number, emoji: string): string[] {
    return this.#messages.get(target)?.deleted || !this.#messages.has(target)
      ? []
      : [...this.#reactorsOf(target, emoji)].sort();
  }

  #factsFor(event: NewEvent) {
    const wanted = targetOf(event);
    const seq = typeof wanted === "string" ? this.#nonces.get(`${event.id} ${wanted}`)?.seq : wanted;
    const target = this.#messages.get(seq ?? 0);
    if (target === undefined || event.kind !== "react") return { target };
    return { target, reacted: this.#reactorsOf(target.seq, event.emoji).has(event.id) };
  }

  #reactorsOf(target: number, emoji: string): Set<string> {
    const key = `${target} ${emoji}`;
    return this.#reactors.get(key) ?? this.#reactors.set(key, new Set()).get(key)!;
  }

  #current(seq: number, reader: string | undefined): StoredMessage {
    const message = this.#messages.get(seq)!;
    if (message.reactions === undefined) return message;
    const reactions = message.reactions.map((one): Reactions =>
      this.#reactorsOf(seq, one.emoji).has(reader ?? "") ? { ...one, mine: true } : one
    );
    return { ...message, reactions };
  }
}
