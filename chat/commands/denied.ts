/** The answer to what a room does not let somebody do. @module */

import { DIRECT_PER_HOUR, INVITES_PER_HOUR, MEMBERS_PER_HOUR, REPORTS_PER_HOUR, ROOM_PLACES } from "../limits.ts";
import { NO_ACCESS } from "../policy/may.ts";
import type { Action, RoomDenial } from "../policy/permit.ts";
import type { RoomRefusal } from "../wire/lines.ts";
import type { Caller, Chat } from "./handler.ts";

const WORDS: Record<RoomRefusal, string> = {
  no_access: NO_ACCESS,
  banned: "This id is banned from the room",
  muted: "This id may not write in the room for now",
  archived: "The room is archived: nobody may write in it",
  locked: "The room is locked: only its moderators may write",
  needs_proof: "Only an id that is proven may do that here",
  members_only: "Only members of the room may write in it",
  too_new: "Newcomers wait before they may write in the room",
  not_allowed: "This id may not do that in the room",
  last_owner: "The last owner of a room cannot leave it: make somebody else an owner first",
  too_many_members: `A room must not have more than ${ROOM_PLACES} members, banned and muted ids`,
};

/** It is no strike: a client may not know what others have changed. */
export function answerDenied(caller: Caller, ref: string, { code, untilMs }: RoomDenial): void {
  caller.outbox.send({ type: "error", ref, code, message: WORDS[code], until: untilMs });
}

/** Why somebody may not do something in a room that it was in, by all that the room is now; for answers to what took a while. */
export async function deniedNow(
  { rooms }: Chat,
  caller: Caller,
  room: string,
  action: Action,
): Promise<RoomDenial | undefined> {
  const open = rooms.get(room);
  await open?.access.refresh();
  if (open === undefined) return { code: "no_access" };
  return open.denialOf(caller) ?? open.access.permit(caller.session, action);
}

/** What people may do only so often, and why. */
const TOO_OFTEN = {
  // Somebody who makes rooms, or goes through names and opens a room at each, would fill the process with them.
  rooms: "Too many new rooms are opened from this address",
  invites: `Too many invitations: at most ${INVITES_PER_HOUR} an hour`,
  // Those whom a stranger makes members are not asked, and find the room in their lists.
  members: `Too many new members: at most ${MEMBERS_PER_HOUR} an hour, and more by invitation`,
  direct: `Too many people are talked to: at most ${DIRECT_PER_HOUR} new ones an hour`,
  reports: `Too many reports: at most ${REPORTS_PER_HOUR} an hour`,
  erasures: "The whole store is searched for that: it may be asked for a few times an hour",
  revocations: "Each id that is called back is kept for good: that may be asked for a few times an hour",
};

/** It is no strike either: somebody else at the address may have used up what is left. */
export function answerTooOften(caller: Caller, ref: string, what: keyof typeof TOO_OFTEN, retryAfterMs: number): void {
  caller.outbox.send({ type: "error", ref, code: "rate_limited", message: TOO_OFTEN[what], retryAfterMs });
}
