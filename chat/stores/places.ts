/** What a change of a room says for the lists of rooms. One rule for all stores that have lists. @module */

import type { RoomChange, RoomSettings } from "../event/event.ts";

/** Why a room is in nobody's list but of those who have a place in it: as a bit each, for one may go while the other stays. */
const NOT_PUBLIC = 1;
const ARCHIVED = 2;

/** @property kept the bits that stay as they are */
export function hiding({ visibility, archived }: Partial<RoomSettings>): { kept: number; bits: number } {
  return {
    kept: (visibility === undefined ? NOT_PUBLIC : 0) | (archived === undefined ? ARCHIVED : 0),
    bits: (visibility !== undefined && visibility !== "public" ? NOT_PUBLIC : 0) | (archived ? ARCHIVED : 0),
  };
}

interface Placed {
  member: string;
  role: string;
  untilMs?: number;
}

export function placesIn(change: RoomChange): Placed[] {
  if (change.kind === "settings") {
    const { owner, between } = change;
    const two = between?.map((member) => ({ member, role: "member" })) ?? [];
    return owner === undefined ? two : [{ member: owner, role: "owner" }];
  }
  const { role } = change;
  return role === undefined ? [] : [{ ...change, role }];
}
