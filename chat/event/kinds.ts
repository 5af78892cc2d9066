/**
 * The closed table of the kinds of change, and what is done by it. Pure: it knows no store, no socket and no clock. A new
 * kind is its fields in `event.ts`, a file with its rule, and a row here.
 *
 * @module
 */

import { remove } from "./delete.ts";
import { edit } from "./edit.ts";
import {
  type AnyStoredChange,
  type ChangeKind,
  type EventRefusal,
  type Facts,
  isMessage,
  type NewChange,
  type NewEvent,
  revOf,
  type RoomChangeKind,
  type Stamp,
  type StoredChange,
  type StoredEvent,
  type StoredMessage,
} from "./event.ts";
import { without } from "./fields.ts";
import { member } from "./member.ts";
import { react } from "./react.ts";
import type { KindRule, RoomKindRule } from "./rule.ts";
import { settings } from "./settings.ts";

const CHANGES: { readonly [Kind in ChangeKind]: KindRule<Kind> } = { edit, delete: remove, react };
const ROOM_CHANGES: { readonly [Kind in RoomChangeKind]: RoomKindRule<Kind> } = { member, settings };
const ALL: Partial<Record<string, RoomKindRule<ChangeKind | RoomChangeKind>>> = Object.assign(
  Object.create(null),
  CHANGES,
  ROOM_CHANGES,
);

/** The rule of a kind; nothing for one that a newer version wrote. */
function ruleOf({ kind }: { kind?: string }): RoomKindRule<ChangeKind | RoomChangeKind> | undefined {
  return kind === undefined ? undefined : ALL[kind];
}

/** The rule of a kind of change of a message. */
function changeRuleOf({ kind }: { kind?: string }): KindRule<ChangeKind> | undefined {
  return kind !== undefined && Object.hasOwn(CHANGES, kind)
    ? CHANGES[kind as ChangeKind] as KindRule<ChangeKind>
    : undefined;
}

/** What is to be written for an event that is stored. */
export interface Writes {
  /** The event, as it goes to everybody now. */
  event: StoredEvent;
  /** The message that it changes or answers, with that in it. */
  target?: StoredMessage;
  /** Nobody sees any more who had reacted to it: a store that keeps them apart removes them, be it later. */
  reactionsAreOver?: true;
}

/** `unchanged`: there is nothing to do, the message is so already. */
type Decision = { refused: EventRefusal; retryAfterMs?: number } | { unchanged: StoredMessage } | Writes;

/** Which message an event needs as a fact: by number, or by the author's own nonce. */
export function targetOf(event: NewEvent): number | string | undefined {
  return event.kind === undefined ? event.reply : event.target ?? event.targetNonce;
}

/**
 * Decides what an event does. The store has found before that its nonce is new.
 *
 * @param stamp what it gets if it is stored
 */
export function decide(event: NewEvent, facts: Facts, stamp: Stamp): Decision {
  const { target } = facts;
  const waitMs = event.kind === undefined ? waitOf(facts, stamp.ts) : 0;
  if (waitMs > 0) return { refused: "slow_mode", retryAfterMs: waitMs };
  // A change of the room has none; of a kind that only a newer version has, all that is known is that it is kept.
  const needsNoTarget = event.kind === undefined ? event.reply === undefined : changeRuleOf(event) === undefined;
  if (needsNoTarget) return { event: stamped(event, stamp) };
  if (target === undefined) return { refused: "no_such_message" };
  const found = check(event, { ...facts, target }, stamp.ts);
  if (found === "unchanged") return { unchanged: target };
  if (found !== undefined) return { refused: found };
  const stored = stamped(event, stamp, target);
  const writes: Writes = { event: stored, target: apply(target, stored) };
  if (event.kind !== "react" && target.reactions && !writes.target!.reactions) writes.reactionsAreOver = true;
  return writes;
}

/** How long an author waits until the next message, by the room's slow mode. A last one that is ahead is of a clock that was set back since. */
function waitOf({ slowMs = 0, lastMs = -Infinity }: Facts, now: number): number {
  return lastMs > now ? 0 : lastMs + slowMs - now;
}

function check(event: NewEvent, facts: Facts & { target: StoredMessage }, now: number) {
  if (event.kind !== undefined) return changeRuleOf(event)!.check(event as NewChange, facts, now);
  return facts.target.deleted ? "deleted" : undefined;
}

function stamped(event: NewEvent, { seq, ts }: Stamp, target?: StoredMessage): StoredEvent {
  if (event.kind === undefined || target === undefined) return { seq, ...event, ts } as StoredEvent;
  const asked = event as NewChange;
  const { targetNonce: _, ...change } = changeRuleOf(asked)!.settle?.(asked) ?? asked;
  return { seq, ...change, ts, target: target.seq };
}

/** A message with a change in it, or with one more reply, if that is newer than the message is. */
export function apply(message: StoredMessage, event: StoredEvent): StoredMessage {
  const target = isMessage(event) ? event.reply : event.target;
  if (target !== message.seq || event.seq <= revOf(message)) return message;
  const changed = isMessage(event)
    ? { ...message, replies: (message.replies ?? 0) + 1 }
    : changeRuleOf(event)?.apply(message, event as StoredChange);
  return changed === undefined ? message : { ...changed, rev: event.seq };
}

/** Whether what its target said until then must not be shown any more. */
export function erases(event: { kind?: string }): boolean {
  return changeRuleOf(event)?.erases ?? false;
}

/** Whether a stored change must be {@linkcode recall}ed with its target when it is read. */
export function forgets(change: { kind?: string }): change is StoredChange {
  return changeRuleOf(change)?.recall !== undefined;
}

/** A change as it is stored: without what its target has, so that no copy of an old text is left. */
export function forget<Change extends { kind: ChangeKind | RoomChangeKind }>(change: Change): Change {
  return without(change, changeRuleOf(change)?.forgets);
}

/** A stored change as it is read: with its target's present content. @param target nothing if it is not kept */
export function recall(change: AnyStoredChange, target: StoredMessage | undefined): AnyStoredChange {
  return changeRuleOf(change)?.recall?.(change as StoredChange, target) ?? change;
}

/** An event as clients are sent it. */
export function shown(event: StoredEvent): StoredEvent {
  if (!isMessage(event)) return without(event, ruleOf(event)?.hides);
  if (event.ordinal === undefined) return event;
  const { ordinal: _, ...message } = event;
  return message;
}

/** The text by which a client that knows only messages is told of an event; a message's is its own. */
export function fallback(event: StoredEvent): string {
  if (isMessage(event)) return event.deleted ? "(deleted)" : event.text;
  return ruleOf(event)?.fallback(event) ?? "(something that this version cannot show)";
}

/**
 * What a nonce stands for: the same command has the same content, whatever was edited or erased since. The name may
 * change. Stores keep fingerprints of it, so that it must stay as it is: a message's has two places at its end that no message
 * uses, because the first fingerprints were made so.
 */
export function contentOf(event: NewEvent): unknown[] {
  if (event.kind === undefined) {
    return ["message", null, event.text, event.reply ?? null, event.mentions ?? null, null, null];
  }
  const fields: Partial<Record<string, unknown>> = { ...event };
  return [event.kind, targetOf(event), ...(ruleOf(event)?.says ?? []).map((field) => fields[field] ?? null)];
}
