/** Stores the messages of a commit; within a transaction. @module */

import { fingerprintOf } from "../../log/fingerprint.ts";
import type { NewMessage } from "../../event/event.ts";
import type { Appended, Entry, Moment, Refused } from "../../log/message_log.ts";
import { onlyMessage, placeAfter, repeated } from "../answers.ts";
import type { Connection } from "./connection.ts";
import type { Run } from "./run.ts";
import { type RoomRow, rowOf } from "./statements.ts";

export function append(db: Connection, run: Run, entries: Entry[], at: Moment): (Appended | Refused)[] {
  const rooms = new Map<string, RoomRow>();
  const results = entries.map((entry) => {
    const { room: name } = entry;
    const message = onlyMessage(entry.event);
    let room = rooms.get(name);
    if (room === undefined) rooms.set(name, room = findRoom(db, name) ?? addRoom(db, name));
    const place = placeAfter(room, entry, at, run.epoch);
    const fingerprint = message.nonce === undefined ? null : fingerprintOf(message, run.fingerprintKey);
    const row = rowOf(place.seq, place.ts, message);
    const { changes } = db.statement("insert").run(room.id, ...row, fingerprint, at.day);
    if (changes === 0) return findEarlier(db, run, room.id, message)!;
    room.head = place.seq;
    room.ts = place.ts;
    return { ...place, event: { seq: place.seq, ...message, ts: place.ts } };
  });
  for (const { id, head, ts } of rooms.values()) db.statement("advance").run(head, ts, id);
  return results;
}

/** The answer of a full store: a message that it has is found all the same. */
export function refuse(db: Connection, run: Run, { room: name, event }: Entry): Appended | Refused {
  const room = findRoom(db, name);
  return room && findEarlier(db, run, room.id, onlyMessage(event)) || { refused: "store_full" };
}

export function findRoom(db: Connection, name: string): RoomRow | undefined {
  return db.statement("room").get(name) as RoomRow | undefined;
}

function addRoom(db: Connection, name: string): RoomRow {
  const { lastInsertRowid } = db.statement("addRoom").run(name);
  return { id: Number(lastInsertRowid), first: 1, head: 0, ts: 0 };
}

/** Where the message with this one's nonce is, if there is one and it is the same. */
function findEarlier(
  db: Connection,
  { epoch, fingerprintKey }: Run,
  room: number,
  message: NewMessage,
): Appended | Refused | undefined {
  const { id, nonce, text } = message;
  if (nonce === undefined) return undefined;
  const row = db.statement("earlier").get(room, id, nonce, fingerprintOf(message, fingerprintKey), text);
  if (row === undefined) return undefined;
  const { seq, ts, same } = row as { seq: number; ts: number; same: number };
  return repeated({ seq, ts }, same !== 0, epoch);
}
