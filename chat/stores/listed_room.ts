/** The rows by which stores of tables list rooms. One rule for all of them. @module */

import type { Role } from "../event/event.ts";
import type { DirectoryRoom, ListedRoom } from "../log/directory.ts";

/** Where a list of rooms begins. */
export const NEWEST = { room: "", ts: Number.MAX_SAFE_INTEGER };
/** Somebody who has a place nowhere. */
export const NOBODY = { id: "", now: 0 };

/** What is read of a room: null where there is nothing to tell. */
export interface ToldRow extends ListedRoom {
  title: string | null;
  topic: string | null;
  members: number | null;
  role: Role | null;
  otherId: string | null;
  otherName: string | null;
}

/** A room as a reader is told of it. */
export function roomOf({ room, head, ts, title, topic, members, role, otherId, otherName }: ToldRow): DirectoryRoom {
  return {
    room,
    head,
    ts,
    ...title && { title },
    ...topic && { topic },
    ...members && { places: members },
    ...role !== null && role !== "banned" && { mine: true },
    ...otherId !== null && { with: { id: otherId, ...otherName !== null && { name: otherName } } },
  };
}
