/** Decides on the events of a commit, and stores them with what they change; within a transaction. @module */

import {
  type Facts,
  isMessage,
  isRoomChange,
  type NewEvent,
  type StoredEvent,
  type StoredMessage,
} from "../../event/event.ts";
import { contentOf, decide, forget, forgets, targetOf, type Writes } from "../../event/kinds.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry, Moment } from "../../log/store.ts";
import { outdated, placeAfter, repeated, unchanged } from "../answers.ts";
import { bodyOf, contentOfMessage, stateOf } from "../fields.ts";
import { isTakenWhenFull } from "../space.ts";
import { isSlowed } from "../slow_mode.ts";
import { noteChange } from "./about.ts";
import type { SqliteConnection } from "./connection.ts";
import { useInvite } from "./invites.ts";
import { lastOf, saveLast } from "./last_messages.ts";
import { addRoomChange } from "./room_changes.ts";
import { findRoom, saveRoom } from "./rooms.ts";
import type { ServerRun } from "./run.ts";
import { changeIn, messageIn, type MessageRow, type RoomRow } from "./statements.ts";
import { addText, eraseTexts } from "./texts.ts";

/**
 * Appends the entries of a commit.
 *
 * @param isFull nothing more may be stored, but what is taken all the same
 */
export function append(
  db: SqliteConnection,
  run: ServerRun,
  entries: Entry[],
  at: Moment,
  isFull: boolean,
): (Appended | Refused)[] {
  const rooms = new Map<string, RoomRow>();
  const results = entries.map((entry) => {
    const { event } = entry;
    let room = rooms.get(entry.room);
    if (room === undefined) rooms.set(entry.room, room = findRoom(db, entry.room));
    const earlier = findEarlier(db, run, room, event);
    if (earlier !== undefined) return earlier;
    const stale = outdated(entry, room, run.epoch);
    if (stale !== undefined) return stale;
    const place = placeAfter(room, entry, at, run.epoch);
    const { target, ...facts } = factsFor(db, room, entry);
    const decision = decide(event, { ...facts, target: target?.message }, place);
    if ("refused" in decision) return decision;
    if ("unchanged" in decision) return unchanged(decision.unchanged, at, run.epoch);
    if (isFull && !isTakenWhenFull(event, room.id === 0)) return { refused: "store_full" } as const;
    const invite = entry.condition?.invite;
    if (invite !== undefined && !useInvite(db, room.id, invite, at.ts)) return { refused: "uninvited" } as const;
    if (room.id === 0) room.id = Number(db.statement("addRoom").run(entry.room).lastInsertRowid);
    addEvent(db, room, decision.event, at.day);
    if (event.nonce !== undefined) addNonce(db, run, room, event, place.seq);
    if (isSlowed(entry)) {
      saveLast(db, room.id, event.id, { ts: place.ts, day: at.day });
    }
    if (decision.target !== undefined) change(db, run, room.id, target!, decision as Changed);
    room.head = place.seq;
    room.ts = place.ts;
    return { ...place, event: decision.event };
  });
  for (const room of rooms.values()) if (room.id !== 0) saveRoom(db, room);
  return results;
}

/** The answer to an event whose nonce its author has used. */
function findEarlier(
  db: SqliteConnection,
  { epoch, fingerprintKey }: ServerRun,
  { id: room }: RoomRow,
  event: NewEvent,
): Appended | Refused | undefined {
  if (event.nonce === undefined || room === 0) return undefined;
  const row = db.statement("earlier").get(room, event.id, event.nonce);
  if (row === undefined) return undefined;
  const { seq, fingerprint } = row as { seq: number; fingerprint: Uint8Array | null };
  const stored = messageIn(db.statement("message").get(room, seq))?.message ??
    changeIn(db.statement("change").get(room, seq));
  if (stored === undefined) return undefined;
  const isSame = fingerprint === null
    ? JSON.stringify(contentOf(stored)) === JSON.stringify(contentOf(event))
    : fingerprint.toHex() === fingerprintOf(event, fingerprintKey).toHex();
  return repeated(stored, isSame, epoch);
}

/** What a nonce stands for is told by the stored event, unless that has not all of what was sent. */
function addNonce(db: SqliteConnection, { fingerprintKey }: ServerRun, room: RoomRow, event: NewEvent, seq: number) {
  const isTold = event.kind === undefined || !forgets(event) && event.targetNonce === undefined;
  const fingerprint = isTold ? null : fingerprintOf(event, fingerprintKey);
  db.statement("addNonce").run(room.id, event.id, event.nonce!, seq, fingerprint);
}

function factsFor(
  db: SqliteConnection,
  { id: room }: RoomRow,
  entry: Entry,
): Omit<Facts, "target"> & { target?: MessageRow } {
  const { event, condition } = entry;
  const wanted = targetOf(event);
  const terms: Omit<Facts, "target"> = {
    ...condition?.terms,
    lastMs: isSlowed(entry) ? lastOf(db, room, event.id) : undefined,
  };
  if (wanted === undefined || room === 0) return terms;
  const seq = typeof wanted === "number" ? wanted : seqOf(db, room, event.id, wanted);
  const target = seq === undefined ? undefined : messageIn(db.statement("message").get(room, seq));
  if (target === undefined || event.kind !== "react") return { ...terms, target };
  return {
    ...terms,
    target,
    reacted: db.statement("reacted").get(room, target.message.seq, event.id, event.emoji) !== undefined,
  };
}

function seqOf(db: SqliteConnection, room: number, author: string, nonce: string): number | undefined {
  return (db.statement("earlier").get(room, author, nonce) as { seq: number } | undefined)?.seq;
}

function addEvent(db: SqliteConnection, room: RoomRow, event: StoredEvent, day: number): void {
  const { seq, ts, id, name, nonce = null } = event;
  if (isMessage(event)) {
    const { text, more } = contentOfMessage(event);
    const textId = addText(db, room.id, seq, text, more);
    room.messageCount++;
    if (room.messageCount === 1) db.statement("endWaiting").run(room.id);
    // In a room that was never changed nobody has a place.
    if (room.policy > 0) db.statement("takePlace").run(id, room.id);
    db.statement("addMessage")
      .run(room.id, seq, ts, day, room.messageCount, id, name, nonce, event.reply ?? null, stateOf(event), textId);
    return;
  }
  const kept = forget(event);
  db.statement("addChange").run(room.id, seq, ts, id, name, nonce, kept.kind, kept.target ?? null, bodyOf(kept));
  room.changes++;
  if (isRoomChange(event)) {
    room.policy = seq;
    addRoomChange(db, room.id, event);
    noteChange(db, room, event);
  }
  // No message is kept: the oldest one is the next.
  if (room.first > room.head) room.first = seq + 1;
}

type Changed = Writes & { target: StoredMessage };

/** Writes the message that an event changes or answers. */
function change(
  db: SqliteConnection,
  run: ServerRun,
  room: number,
  { message: before, textId }: MessageRow,
  { event, target: after, reactionsAreOver }: Changed,
): void {
  const { seq } = after;
  const text = rewrite(db, run, room, { message: before, textId }, after);
  db.statement("saveMessage").run(room, seq, stateOf(after), text);
  if (event.kind === "react") {
    db.statement(event.on ? "addReaction" : "removeReaction").run(room, seq, event.id, event.emoji);
  }
  if (reactionsAreOver) {
    db.statement("addLeftover").run(room, seq);
    db.hasErased = true;
  }
}

/** Puts another text in the place of a message's, if it has another one. @returns where its text is */
function rewrite(
  db: SqliteConnection,
  { fingerprintKey }: ServerRun,
  room: number,
  { message: before, textId }: MessageRow,
  after: StoredMessage,
): number | null {
  const [old, { text, more }] = [contentOfMessage(before), contentOfMessage(after)];
  if (old.text === text && old.more === more) return textId;
  if (before.nonce !== undefined) {
    const fingerprint = fingerprintOf(before, fingerprintKey);
    db.statement("keepFingerprint").run(room, before.id, before.nonce, fingerprint);
  }
  if (textId !== null) eraseTexts(db, [textId]);
  return after.deleted ? null : addText(db, room, after.seq, text, more);
}
