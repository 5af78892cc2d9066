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
  /** When the ban or the mute ends; absent: never. */
  untilMs?: number;
}

interface Settings {
  visibility: string;
  writers: string;
  locked: boolean;
  slowMs: number;
  editWindowMs: number;
  archived: boolean;
  erased?: boolean;
  history: string;
}

/** An event of a room, as far as it matters here. */
export interface ModelEvent extends Place {
  seq: number;
  kind?: string;
  id: string;
  set?: Partial<Settings> & { pinned?: number | null };
  owner?: string;
  /** Whose room it is, if it is one of two. */
  between?: readonly string[];
}

/** A room at one moment. */
export class Model {
  settings: Settings = {
    visibility: "public",
    writers: "all",
    locked: false,
    archived: false,
    slowMs: 0,
    editWindowMs: 86_400_000,
    history: "all",
  };
  readonly roles: Map<string, Role>;
  /** From which event on each of those who are at least members is that. */
  readonly since: Map<string, number>;
  /** The two whose room it is: nobody moderates it. */
  between: readonly string[] | undefined;
  /** When each ban and each mute ends. */
  readonly banned: Map<string, number>;
  readonly muted: Map<string, number>;
  /** The time by which they are judged. */
  now: number;

  constructor(before?: Model) {
    this.roles = new Map(before?.roles);
    this.since = new Map(before?.since);
    this.between = before?.between;
    this.banned = new Map(before?.banned);
    this.muted = new Map(before?.muted);
    this.now = before?.now ?? 0;
    if (before !== undefined) this.settings = before.settings;
  }

  take({ seq, kind, member = "", role, mute, untilMs = Infinity, set, owner, between }: ModelEvent): void {
    if (kind === "settings") this.settings = { ...this.settings, ...set };
    if (set?.erased) this.roles.clear();
    if (owner !== undefined) this.#become(owner, "owner", seq);
    this.between ??= between;
    for (const one of between ?? []) this.#become(one, "member", seq);
    if (kind !== "member") return;
    if (role !== undefined) this.#become(member, role, seq);
    if (role === "banned") this.banned.set(member, untilMs);
    if (mute) this.muted.set(member, untilMs);
    if (mute === false) this.muted.delete(member);
  }

  #become(id: string, role: Role, seq: number): void {
    this.roles.set(id, role);
    if (isLess(role, "member")) this.since.delete(id);
    else if (!this.since.has(id)) this.since.set(id, seq);
  }

  /** The first event that somebody who may read may read. */
  firstFor({ id }: Person): number {
    const { history, visibility } = this.settings;
    return history === "joined" && visibility === "private" ? this.since.get(id) ?? 0 : 0;
  }

  /** What somebody was given, whoever comes under that id. */
  given(id: string): Role {
    const role = this.roles.get(id) ?? "guest";
    return role === "banned" && this.banned.get(id)! <= this.now ? "guest" : role;
  }

  roleOf({ id, proven, operator }: Person): Role {
    const given = this.given(id);
    if (given === "banned" || !proven) return given === "banned" ? given : "guest";
    const isOwned = [...this.roles.values()].includes("owner") || this.settings.visibility === "private";
    const isUnowned = this.between === undefined && !isOwned;
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
    if ((this.muted.get(person.id) ?? 0) > this.now) return "muted";
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
    return author === person.id || !isLess(role, "moderator") && isLess(this.given(author), role);
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
    const isAbove = !isLess(own, "moderator") && isLess(this.given(member), own);
    const gives = own === "owner" || role === undefined || isLess(role, own);
    return isAbove && gives ? undefined : "not_allowed";
  }

  /** Whether an id may invite others to become something. The operator may not: it has no place in the room. */
  invite(id: string, role: Role): boolean {
    const own = this.given(id);
    return !isLess(own, "moderator") && isLess(role, own);
  }
}

export function isLess(one: Role, other: Role): boolean {
  return ROLES.indexOf(one) < ROLES.indexOf(other);
}
