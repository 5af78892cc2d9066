/** Rooms as they are stored, for what is done without opening them. @module */

import type { MessageLog } from "../log/message_log.ts";
import type { People, RoomSummary } from "../log/people.ts";
import { RoomPolicy } from "../policy/room_policy.ts";

/** Rooms in one page of their list. */
const ROOMS_PAGE = 200;

/** All rooms of a store, by name. */
export async function* storedRooms(people: People): AsyncGenerator<RoomSummary> {
  for (let after = "";;) {
    const rooms = await people.allRooms(after, ROOMS_PAGE);
    yield* rooms;
    if (rooms.length < ROOMS_PAGE) return;
    after = rooms.at(-1)!.room;
  }
}

/** A room's policy. */
export async function storedPolicy(log: MessageLog, room: string): Promise<RoomPolicy> {
  const policy = new RoomPolicy();
  for (const change of (await log.roomChanges(room)).changes) policy.take(change);
  return policy;
}
