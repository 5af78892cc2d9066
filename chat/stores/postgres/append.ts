/** Decides on an event of a commit, and adds it to the commit's draft, with what it changes. @module */

import { Buffer } from "node:buffer";
import { type AnyStoredChange, isMessage, isRoomChange, type StoredMessage } from "../../event/event.ts";
import { decide, forget } from "../../event/kinds.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import { outdated, placeAfter, repeated, unchanged } from "../answers.ts";
import { isSlowed } from "../slow_mode.ts";
import { type Draft, type Room } from "./draft.ts";

/** @param fingerprintKey that of the store */
export function append(
  draft: Draft,
  entry: Entry,
  fingerprintKey: Uint8Array,
  epoch: string,
  at: Moment,
): Appended | Refused {
  const { event, condition } = entry;
  const { id: author, nonce } = event;
  const nonceKey = nonce === undefined ? undefined : draft.key(entry.room, author, nonce);
  const earlier = nonceKey === undefined ? undefined : draft.nonces.get(nonceKey);
  const fingerprint = () => fingerprintOf(event, fingerprintKey);
  if (earlier !== undefined) {
    return repeated(earlier, Buffer.compare(fingerprint(), earlier.fingerprint()) === 0, epoch);
  }
  const room = draft.room(entry.room);
  const stale = outdated(entry, room, epoch);
  if (stale !== undefined) return stale;
  const place = placeAfter(room, entry, at, epoch);
  const decision = decide(event, draft.factsOf(entry), place);
  if ("refused" in decision) return decision;
  if ("unchanged" in decision) return unchanged(decision.unchanged, at, epoch);
  if (condition?.invite !== undefined && !useInvite(draft, room, condition.invite, at.ts)) {
    return { refused: "uninvited" };
  }
  const { event: stored, target, reactionsAreOver } = decision;
  if (target !== undefined) changeMessage(draft, room, target, reactionsAreOver);
  if (isMessage(stored)) addMessage(draft, room, stored, at.day);
  else addChange(draft, room, stored);
  if (nonceKey !== undefined) {
    const stands = { seq: place.seq, ts: place.ts, fingerprint };
    draft.nonces.set(nonceKey, stands);
    draft.addedNonces.push({ room, author, nonce: nonce!, ...stands });
  }
  if (isSlowed(entry)) noteLast(draft, room, author, place.ts, at.day);
  draft.grown.add(room);
  room.head = place.seq;
  room.ts = place.ts;
  return { ...place, event: stored };
}

function addMessage(draft: Draft, room: Room, message: StoredMessage, day: number): void {
  const { seq, id } = message;
  const hasNone = room.first > room.head;
  if (hasNone) Object.assign(room, { first: seq, oldestDay: day, removed: room.messageCount });
  const key = draft.at(room.name, seq);
  draft.messages.set(key, { ...message, ordinal: ++room.messageCount });
  draft.addedMessages.set(key, { room, day });
  // In a room that was never changed nobody has a place.
  if (room.policy === 0) return;
  if (room.messageCount === 1) draft.lists.push({ room, begins: true });
  const last = draft.lists.at(-1);
  const take = { room, member: id };
  if (last !== undefined && "takes" in last) last.takes.push(take);
  else draft.lists.push({ takes: [take] });
}

function addChange(draft: Draft, room: Room, change: AnyStoredChange): void {
  const { seq, id } = change;
  draft.changes.push({ room, change: forget(change) });
  room.changes++;
  // No message is kept: the oldest one is the next.
  if (room.first > room.head) room.first = seq + 1;
  if (isRoomChange(change)) {
    room.policy = seq;
    draft.roomChanges.push({ room, change });
    draft.lists.push({ room, change, isUnused: room.messageCount === 0 });
  } else if (change.kind === "react") {
    const { target, emoji, on } = change;
    const key = draft.reaction(room.name, target, id, emoji);
    if (on) draft.reacted.add(key);
    else draft.reacted.delete(key);
    draft.reactions.set(key, { room, target, author: id, emoji, on });
  }
}

/** Takes the message as an event has changed it, or as it is now that it is answered. */
function changeMessage(draft: Draft, room: Room, message: StoredMessage, reactionsAreOver = false): void {
  const key = draft.at(room.name, message.seq);
  draft.messages.set(key, message);
  if (!draft.addedMessages.has(key)) draft.changedMessages.set(key, { room });
  if (reactionsAreOver) draft.unreacted.push({ room, target: message.seq });
}

function noteLast(draft: Draft, room: Room, author: string, ts: number, day: number): void {
  const key = draft.key(room.name, author);
  draft.lastMs.set(key, ts);
  draft.lastMessages.set(key, { room, author, ts, day });
}

/** Uses up one use of an invitation. @returns whether there was one */
function useInvite(draft: Draft, room: Room, invite: string, now: number): boolean {
  const key = draft.key(room.name, invite);
  const found = draft.invites.get(key);
  if (found === undefined || found.uses === 0 || found.untilMs <= now) return false;
  found.uses--;
  draft.usedInvites.set(key, { room, invite, uses: found.uses });
  return true;
}
