/**
 * The rights in a room, written from `chat/protocol.md` ("Rooms that belong to somebody"). It shares nothing with the server, so that the two can be
 * held against each other.
 *
 * @module
 */

export const ROLES = ["banned", "guest", "member", "moderator", "owner"] as const;
export type Role = typeof ROLES[number];

/** Somebody that asks. */
export interface Person {
  id: string;
  proven: boolean;
  /** Whether it moderates the rooms that nobody owns. */
  operator?: boolean;
}

/** Another place for somebody. */
export interface Place {
  member?: string;
  role?: Role;
  mute?: boolean;
  kick?: boolean;
}

interface Settings {
  visibility: string;
  writers: string;
  locked: boolean;
  archived: boolean;
  erased?: boolean;
}

/** An event of a room, as far as it matters here. */
export interface ModelEvent extends Place {
  seq: number;
  kind?: string;
  id: string;
  set?: Partial<Settings> & { pinned?: number | null };
  owner?: string;
  between?: string[];
}

/** A room at one moment. */
export class Model {
  settings: Settings = { visibility: "public", writers: "all", locked: false, archived: false };
  readonly roles: Map<string, Role>;
  readonly muted: Set<string>;
  /** The two whose room it is. */
  between: string[] | undefined;

  constructor(before?: Model) {
    this.between = before?.between;
    this.roles = new Map(before?.roles);
    this.muted = new Set(before?.muted);
    if (before !== undefined) this.settings = before.settings;
  }

  take({ kind, member, role, mute, set, owner, between }: ModelEvent): void {
    this.between ??= between;
    for (const id of between ?? []) this.roles.set(id, "member");
    if (kind === "settings") this.settings = { ...this.settings, ...set };
    if (set?.erased) this.roles.clear();
    if (owner !== undefined) this.roles.set(owner, "owner");
    if (kind !== "member") return;
    if (role !== undefined) this.roles.set(member!, role);
    if (mute) this.muted.add(member!);
    if (mute === false) this.muted.delete(member!);
  }

  roleOf({ id, proven, operator }: Person): Role {
    const given = this.roles.get(id) ?? "guest";
    if (given === "banned" || !proven) return given === "banned" ? given : "guest";
    const isUnowned = this.between === undefined && ![...this.roles.values()].includes("owner");
    return operator && isUnowned && isLess(given, "moderator") ? "moderator" : given;
  }

  /** @returns why not */
  read(person: Person): string | undefined {
    const role = this.roleOf(person);
    if (this.settings.erased) return "no_access";
    if (this.settings.visibility === "private" && isLess(role, "member")) return "no_access";
    return role === "banned" ? "banned" : undefined;
  }

  write(person: Person): string | undefined {
    const role = this.roleOf(person);
    const { archived, locked, writers } = this.settings;
    const hidden = this.read(person);
    if (hidden !== undefined) return hidden;
    if (archived) return "archived";
    if (this.muted.has(person.id)) return "muted";
    if (locked && isLess(role, "moderator")) return "locked";
    if (writers === "known" && !person.proven) return "needs_proof";
    return writers === "members" && isLess(role, "member") ? "members_only" : undefined;
  }

  /** An owner sets everything; what is pinned, every moderator who may write. */
  set(person: Person, set: ModelEvent["set"] = {}): string | undefined {
    const role = this.roleOf(person);
    if (Object.keys(set).join() !== "pinned") {
      return this.read(person) ?? (role === "owner" ? undefined : "not_allowed");
    }
    return this.read(person) ?? (isLess(role, "moderator") ? "not_allowed" : this.write(person));
  }

  /** Whether one may erase what another wrote. */
  erase(person: Person, author: string): boolean {
    const role = this.roleOf(person);
    return author === person.id || !isLess(role, "moderator") && isLess(this.roles.get(author) ?? "guest", role);
  }

  place(person: Person, { member = "", role, mute, kick }: Place): string | undefined {
    const own = this.roleOf(person);
    const hidden = this.read(person);
    const comesBack = this.between?.includes(person.id) && member === person.id && role === "member" && own === "guest";
    if (comesBack) return undefined;
    if (hidden !== undefined) return hidden;
    if (member === person.id) {
      const stepsDown = role !== undefined && role !== "banned" && isLess(role, own) && mute === undefined && !kick;
      if (!stepsDown) return "not_allowed";
      const owners = [...this.roles.values()].filter((one) => one === "owner").length;
      return own === "owner" && owners === 1 ? "last_owner" : undefined;
    }
    if (role !== undefined && isLess("guest", role) && !/^[ktb]-/.test(member)) return "needs_proof";
    const isAbove = !isLess(own, "moderator") && isLess(this.roles.get(member) ?? "guest", own);
    const gives = own === "owner" || role === undefined || isLess(role, own);
    return isAbove && gives ? undefined : "not_allowed";
  }
}

function isLess(one: Role, other: Role): boolean {
  return ROLES.indexOf(one) < ROLES.indexOf(other);
}
