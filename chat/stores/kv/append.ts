/** Decides on an event of a commit, and writes it to the commit's view, with what it changes. @module */

import { Buffer } from "node:buffer";
import {
  type AnyStoredChange,
  isMessage,
  isRoomChange,
  type RoomSettings,
  type StoredMessage,
} from "../../event/event.ts";
import { decide, forget } from "../../event/kinds.ts";
import { SLOW_MS } from "../../limits.ts";
import { CHANGES_KEPT } from "../../log/bounds.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import { outdated, placeAfter, repeated, unchanged } from "../answers.ts";
import { isSlowed } from "../slow_mode.ts";
import { factsOf, messageIn } from "./facts.ts";
import { KvKey, reactionKeys } from "./keys.ts";
import { hasMessages, type MessageValue, type NonceValue, type Room } from "./values.ts";
import type { KvView } from "./view.ts";

/** What a commit is made in. */
export interface Setting {
  epoch: string;
  fingerprintKey: Uint8Array;
  at: Moment;
}

/** @param room is moved on if the event is stored */
export function append(
  view: KvView,
  room: Room,
  entry: Entry,
  { epoch, fingerprintKey, at }: Setting,
): Appended | Refused {
  const { room: name, event } = entry;
  const nonce = event.nonce === undefined ? undefined : KvKey.nonce(name, event.id, event.nonce);
  const fingerprint = nonce && fingerprintOf(event, fingerprintKey);
  const earlier = nonce && view.get<Required<NonceValue>>(nonce);
  if (earlier) {
    const [seq, ts, content] = earlier;
    return repeated({ seq, ts }, Buffer.compare(fingerprint!, content) === 0, epoch);
  }
  const stale = outdated(entry, room, epoch);
  if (stale !== undefined) return stale;
  const place = placeAfter(room, entry, at, epoch);
  const decision = decide(event, factsOf(view, entry), place);
  if ("refused" in decision) return decision;
  if ("unchanged" in decision) return unchanged(decision.unchanged, at, epoch);
  const { event: stored, target, reactionsAreOver } = decision;
  if (target !== undefined) changeMessage(view, name, target, reactionsAreOver);
  if (isMessage(stored)) putMessage(view, name, room, stored, at.day);
  else putChange(view, name, room, stored);
  if (isSlowed(entry)) view.set(KvKey.lastMessage(name, event.id), place.ts, SLOW_MS);
  if (nonce) view.set(nonce, [place.seq, place.ts, fingerprint] satisfies NonceValue);
  Object.assign(room, { head: place.seq, ts: place.ts });
  return { ...place, event: stored };
}

function putMessage(view: KvView, name: string, room: Room, message: StoredMessage, day: number): void {
  const { seq, reply } = message;
  if (!hasMessages(room)) Object.assign(room, { first: seq, day });
  view.set(KvKey.message(name, seq), { event: { ...message, ordinal: ++room.messages }, day } satisfies MessageValue);
  if (reply !== undefined) view.set(KvKey.reply(name, reply, seq), true);
}

function putChange(view: KvView, name: string, room: Room, change: AnyStoredChange): void {
  const { seq, id } = change;
  if (!hasMessages(room)) room.first = seq + 1;
  view.set(KvKey.change(name, seq), forget(change));
  if (isRoomChange(change)) {
    room.policy = seq;
    view.set(KvKey.roomChange(name, seq), change);
    if (change.kind === "settings") noteRetention(view, name, room, change.set);
  }
  if (++room.changes > CHANGES_KEPT) view.set(KvKey.surplus(name), true);
  if (change.kind !== "react") return;
  for (const key of reactionKeys(name, change.target, change.emoji, id)) view.set(key, change.on || null);
}

function noteRetention(view: KvView, name: string, room: Room, set: Partial<RoomSettings>): void {
  const { keepMessages = room.keepMessages, keepDays = room.keepDays } = set;
  if (keepMessages === room.keepMessages && keepDays === room.keepDays) return;
  Object.assign(room, { keepMessages, keepDays });
  view.set(KvKey.ownRetention(name), keepMessages || keepDays ? true : null);
}

function changeMessage(view: KvView, name: string, message: StoredMessage, reactionsAreOver = false): void {
  const { seq } = message;
  const { day } = messageIn(view, name, seq)!;
  view.set(KvKey.message(name, seq), { event: message, day } satisfies MessageValue);
  // There may be thousands: they are removed later.
  if (reactionsAreOver) view.set(KvKey.leftover(name, seq), true);
}
