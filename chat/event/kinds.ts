/**
 * The closed table of the kinds of change, and what is done by it. Pure: it knows no store, no socket and no clock. A new kind is a
 * file with its rule and a row here.
 *
 * @module
 */

import { remove } from "./delete.ts";
import { edit } from "./edit.ts";
import {
  type ChangeKind,
  type EventRefusal,
  type Facts,
  isMessage,
  type NewChange,
  type NewEvent,
  revOf,
  type StoredChange,
  type StoredEvent,
  type StoredMessage,
} from "./event.ts";
import { react } from "./react.ts";
import type { KindRule } from "./rule.ts";

const KINDS: { readonly [Kind in ChangeKind]: KindRule<Kind> } = { edit, delete: remove, react };

type AnyRule = KindRule<ChangeKind>;

/** The rule of a kind; nothing for one that a newer version wrote. */
function ruleOf({ kind }: { kind?: string }): AnyRule | undefined {
  return kind !== undefined && Object.hasOwn(KINDS, kind) ? KINDS[kind as ChangeKind] as AnyRule : undefined;
}

/** An event without its place. A `Decided` change knows its target by `seq`. */
export type Placeless<Event> = Event extends unknown ? Omit<Event, "seq" | "ts"> : never;

/** What is to be written for an event that is stored. */
export interface Writes {
  /** The event as it goes to everybody now, under the next `seq` of the room. */
  event: Placeless<StoredEvent>;
  /** The target whose `rev` becomes the event's `seq`. */
  changes?: StoredMessage;
  /** The message that gets one more reply. Its `rev` stays: everybody can count. */
  answers?: StoredMessage;
}

export type Decision = { refused: EventRefusal } | { unchanged: StoredMessage } | Writes;

/** Which message an event needs as a fact: by number, or by the author's own nonce. */
export function targetOf(event: NewEvent): number | string | undefined {
  return event.kind === undefined ? event.reply : event.target ?? event.targetNonce;
}

/**
 * Decides what an event does. The store has found before that its nonce is new.
 *
 * @param now milliseconds since the epoch
 */
export function decide(event: NewEvent, facts: Facts, now: number): Decision {
  const { target } = facts;
  if (targetOf(event) !== undefined && target === undefined) return { refused: "no_such_message" };
  if (event.kind === undefined) {
    if (target === undefined) return { event };
    return target.deleted ? { refused: "deleted" } : { event, answers: target };
  }
  const rule = KINDS[event.kind] as AnyRule;
  const found = rule.check(event, { ...facts, target: target! }, now);
  if (found === "unchanged") return { unchanged: target! };
  if (found !== undefined) return { refused: found };
  return { event: settled(event, target!), changes: target! };
}

function settled(
  { targetNonce: _, ...event }: NewChange,
  { seq, version = 0 }: StoredMessage,
): Placeless<StoredChange> {
  const change = { ...event, target: seq };
  return (change.kind === "edit" ? { ...change, version: version + 1 } : change) as Placeless<StoredChange>;
}

/** A message with a change in it, if the change is newer than the message is. */
export function apply(message: StoredMessage, change: StoredChange): StoredMessage {
  const rule = ruleOf(change);
  if (rule === undefined || change.target !== message.seq || change.seq <= revOf(message)) return message;
  return { ...rule.apply(message, change), rev: change.seq };
}

/** Whether a change writes to its target's own row, besides its `rev`. */
export function rewrites(change: { kind?: string }): boolean {
  return ruleOf(change)?.rewrites ?? false;
}

/** Whether a stored change must be {@linkcode recall}ed with its target when it is read. */
export function forgets(change: { kind?: string }): boolean {
  return (ruleOf(change)?.forgets.length ?? 0) > 0;
}

/** A change as it is stored: without what its target has, so that no copy of an old text is left. */
export function forget<Change extends { kind: ChangeKind }>(change: Change): Change {
  return without(change, ruleOf(change)?.forgets);
}

/** An event as clients are sent it. */
export function shown(event: StoredEvent): StoredEvent {
  if (!isMessage(event)) return without(event, ruleOf(event)?.hides);
  if (event.ordinal === undefined) return event;
  const { ordinal: _, ...message } = event;
  return message;
}

function without<T extends object>(event: T, fields: readonly string[] = []): T {
  if (fields.length === 0) return event;
  return Object.fromEntries(Object.entries(event).filter(([field]) => !fields.includes(field))) as T;
}

/** A stored change as it is read: with its target's present content. @param target nothing if it is not kept */
export function recall(change: StoredChange, target: StoredMessage | undefined): StoredChange {
  return ruleOf(change)?.recall(change, target) ?? change;
}

/** The text by which a client that knows only messages is told of an event; a message's is its own. */
export function fallback(event: StoredEvent): string {
  if (isMessage(event)) return event.deleted ? "(deleted)" : event.text;
  return ruleOf(event)?.fallback(event) ?? "(something that this version cannot show)";
}

/** What a nonce stands for: the same command has the same content, whatever was edited or erased since. The name may change. */
export function contentOf(event: NewEvent): unknown[] {
  const { text, emoji, on } = event as { text?: string; emoji?: string; on?: boolean };
  const reply = event.kind === undefined ? event.reply : undefined;
  const target = event.kind === undefined ? undefined : targetOf(event);
  const mentions = event.kind === undefined || event.kind === "edit" ? event.mentions : undefined;
  const content = [event.kind ?? "message", target, text, reply, mentions, emoji, on];
  return content.map((part) => part ?? null);
}
