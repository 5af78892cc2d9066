/** Tells people, wherever they are connected, of the rooms in which they have been given a place. @module */

import { isMember, type NewEvent } from "../event/event.ts";
import { StoreUnavailableError } from "../log/message_log.ts";
import { isGranted } from "../policy/grants.ts";
import type { Caller, Chat } from "./handler.ts";

/**
 * Tells those to whom a stored event gives a place. Nothing waits for it.
 *
 * @param policy the version of the room's policy under which it was stored
 */
export function tellOfPlace(
  chat: Chat,
  caller: Caller,
  room: string,
  event: NewEvent,
  seq: number,
  policy: number,
): void {
  for (const id of placedBy(chat, room, event, seq, policy)) {
    if (chat.clients.has(id)) tell(chat, caller, id, room).catch((error) => failUnlessAway(caller, error));
  }
}

function placedBy({ rooms }: Chat, room: string, event: NewEvent, seq: number, policy: number): readonly string[] {
  if (event.kind === "settings") return event.owner === undefined ? [] : [event.owner];
  if (event.kind === "member") return event.role !== undefined && isMember(event.role) ? [event.member] : [];
  // Of a room of two nobody hears before there is something to read: the first message behind what brought somebody into it.
  const mayBeFirst = event.kind === undefined && seq === policy + 1;
  return mayBeFirst ? rooms.get(room)?.access.policy.between ?? [] : [];
}

async function tell({ log, rooms, clients, quota, clock }: Chat, caller: Caller, id: string, room: string) {
  if (log.rooms === undefined || (quota?.placeMs(id) ?? 0) > 0) return;
  const [row] = await log.rooms({ reader: { id, now: clock.now() }, mine: true, only: room, limit: 1 });
  if (row === undefined) return;
  const members = rooms.get(room)?.presence.count ?? 0;
  for (const client of clients.of(id)) {
    const isFor = client !== caller && isGranted(client.session.grants, room, "read");
    if (isFor) client.outbox.send({ type: "mine", ...row, members });
  }
}

/** Somebody who is not told finds the room in the list. */
function failUnlessAway(caller: Caller, error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) caller.fail(error);
}
