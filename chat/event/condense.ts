/** What of a room's old changes still counts. @module */

import { isMember, type Role, type RoomSettings, type StoredRoomChange } from "./event.ts";

type Settings = Extract<StoredRoomChange, { kind: "settings" }>;
type Setting = keyof RoomSettings | "between";

/** The changes by which somebody has its place. */
interface Standing {
  isMember: boolean;
  /** The one by which it became at least a member: history may begin for it there. */
  since?: StoredRoomChange;
  role?: StoredRoomChange;
  mute?: StoredRoomChange;
}

/**
 * Leaves out of a room's changes, from the first one on, whatever later ones of them have overruled: field by field, because a change that is needed
 * for one field must not bring back another.
 *
 * @param changes by rising number
 * @returns changes that make the same of the room, by rising number: at most three for each place, and one for each setting
 */
export function condense(changes: readonly StoredRoomChange[]): StoredRoomChange[] {
  const settings = new Map<Setting, Settings>();
  const standings = new Map<string, Standing>();
  /** By which those of a room of two left it, who are in it by its first change. */
  const ends = new Map<string, StoredRoomChange>();
  let between: readonly string[] = [];
  for (const change of changes) {
    if (change.kind === "member") {
      const { member, role, mute } = change;
      stand(standings, member, change, role, mute);
      if (role !== undefined && !isMember(role) && between.includes(member)) ends.set(member, change);
      continue;
    }
    for (const name of Object.keys(change.set) as (keyof RoomSettings)[]) settings.set(name, change);
    if (change.set.erased) {
      standings.clear();
      ends.clear();
    }
    if (change.between !== undefined) {
      between = change.between;
      settings.set("between", change);
    }
    if (change.owner !== undefined) stand(standings, change.owner, change, "owner");
    for (const member of change.between ?? []) stand(standings, member, change, "member");
  }
  return keptOf(settings, standings, ends.values());
}

function stand(
  standings: Map<string, Standing>,
  member: string,
  change: StoredRoomChange,
  role?: Role,
  mute?: boolean,
): void {
  const standing = standings.get(member) ?? { isMember: false };
  if (role !== undefined) {
    if (isMember(role) !== standing.isMember) standing.since = isMember(role) ? change : undefined;
    standing.isMember = isMember(role);
    standing.role = role === "guest" ? undefined : change;
  }
  if (mute !== undefined) standing.mute = mute ? change : undefined;
  if (standing.role === undefined && standing.mute === undefined) standings.delete(member);
  else standings.set(member, standing);
}

/** Puts together what of each change is needed. */
function keptOf(
  settings: Map<Setting, Settings>,
  standings: Map<string, Standing>,
  ends: Iterable<StoredRoomChange>,
): StoredRoomChange[] {
  const kept = new Map<number, StoredRoomChange>();
  const keep = (change: StoredRoomChange, field: Partial<StoredRoomChange>) =>
    kept.set(change.seq, { ...kept.get(change.seq) ?? bare(change), ...field } as StoredRoomChange);
  for (const [name, change] of settings) {
    if (name === "between") keep(change, { between: change.between });
    else keep(change, { set: { ...(kept.get(change.seq) as Settings | undefined)?.set, [name]: change.set[name] } });
  }
  const keepRole = (change: StoredRoomChange) =>
    keep(change, change.kind === "member" ? { role: change.role } : { owner: change.owner, between: change.between });
  for (const end of ends) keepRole(end);
  for (const { since, role, mute } of standings.values()) {
    if (since !== undefined) keepRole(since);
    if (role !== undefined) keepRole(role);
    if (mute !== undefined) keep(mute, { mute: true });
  }
  return [...kept.values()].sort((a, b) => a.seq - b.seq);
}

/** A change without what it changes. */
function bare(change: StoredRoomChange): StoredRoomChange {
  if (change.kind === "settings") {
    const { owner: _, between: __, ...rest } = change;
    return { ...rest, set: {} };
  }
  const { role: _, mute: __, kick: ___, ...rest } = change;
  return rest;
}
