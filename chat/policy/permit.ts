/**
 * What somebody may do in a room: one pure function over the room's policy. Everything that somebody does in a room is asked here, whichever way
 * it came.
 *
 * @module
 */

import type { MemberChange, Role, Terms } from "../event/event.ts";
import { ROOM_PLACES } from "../limits.ts";
import type { RoomRefusal } from "../wire/lines.ts";
import { isProvable } from "../wire/identity.ts";
import type { Grant } from "./grants.ts";
import type { RoomPolicy } from "./room_policy.ts";

/** Somebody who wants something of a room. */
export interface Actor {
  id: string;
  /** Whether the id is known to be its own. Only such an id can be anything but a guest. */
  proven: boolean;
  /** Whether it moderates the rooms that nobody owns. */
  operator?: boolean;
  /** The rooms that its token is for; undefined: all. */
  grants?: readonly Grant[];
}

export type Action =
  | "read"
  | "publish"
  | "react"
  | "edit"
  | "delete"
  | "delete-any"
  | "pin"
  | "settings";

/** What is given in place of an answer of the log. */
export interface Denied {
  denied: RoomDenial;
}

export interface RoomDenial {
  code: RoomRefusal;
  /** When it ends by itself, in milliseconds since the epoch. */
  untilMs?: number;
}

const RANKS: Readonly<Record<Role, number>> = { owner: 4, moderator: 3, member: 2, guest: 1, banned: 0 };

/** What somebody is, for what it may do. An id that anybody may use is a guest, even if its name was given a role. */
export function roleOf({ id, proven, operator }: Actor, policy: RoomPolicy, now: number): Role {
  const role = policy.roleOf(id, now);
  if (role === "banned") return role;
  if (!proven) return "guest";
  return operator && RANKS[role] < RANKS.moderator && policy.isForOperator ? "moderator" : role;
}

/**
 * Whether somebody may do something in a room.
 *
 * @param now milliseconds since the epoch
 * @param cameMs when it first came in, as far as this process knows; asked only where newcomers wait
 * @returns why not
 */
export function permit(
  actor: Actor,
  action: Action,
  policy: RoomPolicy,
  now: number,
  cameMs = now,
): RoomDenial | undefined {
  const role = roleOf(actor, policy, now);
  const denial = mayRead(actor, role, policy);
  if (denial !== undefined || action === "read") return denial;
  if (action === "delete" || action === "edit") {
    if (!actor.proven) return { code: "needs_proof" };
    return action === "delete" ? undefined : mayWrite(actor, role, policy, now, cameMs);
  }
  if (action === "publish" || action === "react") return mayWrite(actor, role, policy, now, cameMs);
  if (RANKS[role] < RANKS[NEEDED[action]]) return { code: "not_allowed" };
  return action === "pin" ? mayWrite(actor, role, policy, now, cameMs) : undefined;
}

const NEEDED = { "delete-any": "moderator", pin: "moderator", settings: "owner" } as const;

/** The last event that somebody who may read a room may not read: what was before its place, if its owner hides that from newcomers. */
export function hiddenFrom({ id }: Actor, policy: RoomPolicy): number {
  const { settings } = policy;
  // Where everybody may read, nobody is a newcomer.
  const hides = settings.history === "joined" && settings.visibility === "private";
  return hides ? Math.max(policy.sinceOf(id).seq - 1, 0) : 0;
}

function mayRead({ id }: Actor, role: Role, policy: RoomPolicy): RoomDenial | undefined {
  const { erased, visibility } = policy.settings;
  const isHidden = erased || visibility === "private" && RANKS[role] < RANKS.member;
  // Nothing tells somebody who may not know of a room that it is there.
  if (isHidden) return { code: "no_access" };
  return role === "banned" ? { code: "banned", ...until(policy.untilOf(id).bannedMs) } : undefined;
}

function mayWrite(
  { id, proven }: Actor,
  role: Role,
  policy: RoomPolicy,
  now: number,
  cameMs: number,
): RoomDenial | undefined {
  const { archived, locked, writers, newcomerDelayMs } = policy.settings;
  if (archived) return { code: "archived" };
  const { mutedMs } = policy.untilOf(id);
  if (mutedMs > now) return { code: "muted", ...until(mutedMs) };
  if (locked && RANKS[role] < RANKS.moderator) return { code: "locked" };
  if (writers === "known" && !proven) return { code: "needs_proof" };
  if (writers === "members" && RANKS[role] < RANKS.member) return { code: "members_only" };
  if (newcomerDelayMs === 0 || RANKS[role] >= RANKS.moderator) return undefined;
  // What was first: it came in, or it got its place.
  const sinceMs = RANKS[role] >= RANKS.member ? Math.min(cameMs, policy.sinceOf(id).ms) : cameMs;
  const untilMs = sinceMs + newcomerDelayMs;
  return untilMs > now ? { code: "too_new", untilMs } : undefined;
}

/** What is asked where an event of somebody is stored, because it takes what is there by then: how old a message is, when its author wrote last. */
export function termsFor(actor: Actor, policy: RoomPolicy, now: number): Terms {
  const { editWindowMs, slowMs } = policy.settings;
  const isSlow = slowMs > 0 && !isAtLeast(actor, "moderator", policy, now);
  return { editMs: editWindowMs, slowMs: isSlow ? slowMs : undefined };
}

/** Whether somebody may delete all that an author has written lately: its own, or that of somebody who is less. */
export function permitPurge(actor: Actor, author: string, policy: RoomPolicy, now: number): RoomDenial | undefined {
  const denial = permit(actor, "delete-any", policy, now);
  if (denial !== undefined || author === actor.id || outranks(actor, author, policy, now)) return denial;
  return { code: "not_allowed" };
}

/** Whether somebody may give somebody a place. Nobody acts on its equals and betters, and nobody gives more than it has. */
export function permitPlace(
  actor: Actor,
  change: Omit<MemberChange, "kind">,
  policy: RoomPolicy,
  now: number,
): RoomDenial | undefined {
  const role = roleOf(actor, policy, now);
  const denial = mayRead(actor, role, policy);
  if (denial !== undefined) return denial;
  if (change.member === actor.id) return mayMove(change, role, policy);
  // Everybody who comes under an id that anybody may use would be that.
  if (change.role !== undefined && RANKS[change.role] > RANKS.guest && !isProvable(change.member)) {
    return { code: "needs_proof" };
  }
  const isAbove = RANKS[role] >= RANKS.moderator && RANKS[role] > RANKS[policy.roleOf(change.member, now)];
  const isOwner = role === "owner";
  const gives = change.role === undefined ? 0 : RANKS[change.role];
  if (!isAbove || !(isOwner || gives < RANKS[role])) return { code: "not_allowed" };
  // A moderator could fill a room with bans; nobody's place could be changed or taken away then.
  const isFull = policy.size >= ROOM_PLACES && !policy.hasPlace(change.member);
  return isFull ? { code: "too_many_members" } : undefined;
}

/** Whether somebody may invite others to become something: only somebody who is more, and may make them that. */
export function permitInvite(id: string, role: Role, policy: RoomPolicy, now: number): RoomDenial | undefined {
  const rank = RANKS[policy.roleOf(id, now)];
  return rank >= RANKS.moderator && rank > RANKS[role] ? undefined : { code: "not_allowed" };
}

/** Whether somebody may come in by an invitation. It lasts no longer than its maker may invite. */
export function permitInvited(
  actor: Actor,
  { by, role }: { by: string; role: Role },
  policy: RoomPolicy,
  now: number,
): RoomDenial | undefined {
  if (roleOf(actor, policy, now) === "banned" || permitInvite(by, role, policy, now) !== undefined) {
    return { code: "no_access" };
  }
  const isFull = policy.size >= ROOM_PLACES && !policy.hasPlace(actor.id);
  return isFull ? { code: "too_many_members" } : undefined;
}

/** Whether somebody is at least this. */
export function isAtLeast(actor: Actor, role: Role, policy: RoomPolicy, now: number): boolean {
  return RANKS[roleOf(actor, policy, now)] >= RANKS[role];
}

/** One may step down or leave, unless nobody would own the room any more. */
function mayMove({ role: next, mute, kick }: Omit<MemberChange, "kind">, role: Role, policy: RoomPolicy) {
  if (next === undefined || mute !== undefined || kick || next === "banned" || RANKS[next] >= RANKS[role]) {
    return { code: "not_allowed" } as const;
  }
  return role === "owner" && policy.owners.length === 1 ? { code: "last_owner" } as const : undefined;
}

function until(ms: number): { untilMs?: number } {
  return ms === Infinity ? {} : { untilMs: ms };
}

/** Whether somebody may erase what an author wrote: a moderator who is more than the author. */
export function outranks(actor: Actor, author: string, policy: RoomPolicy, now: number): boolean {
  const rank = RANKS[roleOf(actor, policy, now)];
  return rank >= RANKS.moderator && rank > RANKS[policy.roleOf(author, now)];
}
