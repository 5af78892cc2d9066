/** Events that change messages, for tests of stores that several share, and what must be right of changes. @module */

import { isMessage, type NewChange, type NewEvent, type StoredMessage } from "../../chat/event/event.ts";
import { apply } from "../../chat/event/kinds.ts";
import type { Appended, Refused } from "../../chat/log/message_log.ts";
import type { Store } from "../../chat/log/store.ts";
import { assert, assertEquals } from "../lib/assert.ts";

export function commit(store: Store, ...events: NewEvent[]): Promise<(Appended | Refused)[]> {
  return store.commit(events.map((event) => ({ room: "lobby", event })), { ts: Date.now(), day: 0 });
}

/** An answer in short: its number, or why there is none. */
export function short(result: Appended | Refused | undefined): number | string {
  if (result === undefined) return "none";
  if ("refused" in result) return result.refused;
  return result.unchanged ? `unchanged since ${result.seq}` : result.duplicate ? `already ${result.seq}` : result.seq;
}

export async function append(store: Store, event: NewEvent): Promise<number | string> {
  return short((await commit(store, event))[0]);
}

export async function messageAt(store: Store, seq: number): Promise<StoredMessage> {
  const [event] = (await store.read("lobby", { only: [seq], limit: 1 })).events;
  assert(event !== undefined && isMessage(event));
  return event;
}

let nonces = 0;

export function edit(text: string, version: number, target = 1): NewChange {
  return { kind: "edit", id: "ada", name: "Ada", nonce: `${++nonces}`, target, version, text };
}

export function react(id: string, on = true, emoji = "👍", target = 1): NewChange {
  return { kind: "react", id, name: id, nonce: `${++nonces}`, target, emoji, on };
}

export function remove(target = 1): NewChange {
  return { kind: "delete", id: "ada", name: "Ada", nonce: `${++nonces}`, target };
}

/** Every message as the run of events makes it. */
async function replayed(store: Store): Promise<StoredMessage[]> {
  const messages = new Map<number, StoredMessage>();
  for (const event of (await store.read("lobby", { after: 0, limit: 1_000_000 })).events) {
    if (isMessage(event)) {
      // As it was before what follows in the run.
      const { rev: _, version: _v, reactions: _r, replies: _a, ...message } = event;
      messages.set(event.seq, message);
    }
    const target = messages.get((isMessage(event) ? event.reply : event.target) ?? 0);
    if (target !== undefined) messages.set(target.seq, apply(target, event));
  }
  return [...messages.values()];
}

/**
 * That the messages are as the run of events makes them, and every count of reactions is that of the ids that are kept.
 *
 * @param keptReactions how many reactions to a message of the lobby the store keeps
 */
export async function assertRight(store: Store, keptReactions: (seq: number) => Promise<number>): Promise<void> {
  const { events } = await store.read("lobby", { limit: 1_000_000 });
  const made = new Map((await replayed(store)).map((message) => [message.seq, message]));
  for (const message of events.filter(isMessage)) {
    const { ordinal: _, ...wanted } = made.get(message.seq)!;
    const { ordinal: _o, ...got } = message;
    assertEquals(got, wanted);
    let standing = 0;
    for (const { emoji, count } of message.reactions ?? []) {
      const ids = await store.reactors("lobby", { target: message.seq, emoji, limit: 1_000 });
      assertEquals([ids.length, new Set(ids).size], [count, count]);
      standing += count;
    }
    if (!message.deleted) assertEquals(await keptReactions(message.seq), standing);
  }
}
