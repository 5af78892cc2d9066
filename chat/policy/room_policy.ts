/**
 * The policy of a room: the roles in it and its settings, a projection of the room's own changes, in their order. Every process makes the same of
 * them, so that what was allowed and from which number on it was not is the same everywhere.
 *
 * @module
 */

import { EDIT_MS, ROOM_PLACES_TOLD } from "../limits.ts";
import {
  type AnyStoredChange,
  isMember,
  isRoomChange,
  type MemberChange,
  type Role,
  type RoomSettings,
  type SettingsChange,
  type Stamp,
} from "../event/event.ts";

/** What a room is that nobody has set up: as the tutorials' rooms are. */
const OPEN: RoomSettings = {
  title: "",
  topic: "",
  visibility: "public",
  writers: "all",
  locked: false,
  history: "all",
  slowMs: 0,
  editWindowMs: EDIT_MS,
  newcomerDelayMs: 0,
  keepDays: 0,
  keepMessages: 0,
  archived: false,
};

/** Somebody's place in a room. */
interface Place {
  role: Role;
  /** The change by which it became at least a member; 0: it is not. */
  since: number;
  /** When that was, in milliseconds since the epoch. */
  sinceMs: number;
  /** Until when it is banned, in milliseconds since the epoch. */
  bannedUntilMs: number;
  /** Until when it must not write. */
  mutedUntilMs: number;
}

const GUEST: Readonly<Place> = { role: "guest", since: 0, sinceMs: 0, bannedUntilMs: 0, mutedUntilMs: 0 };

export class RoomPolicy {
  /** The number of the last change in it. What was allowed under an older one is decided again. */
  version = 0;
  settings: Readonly<RoomSettings> = OPEN;
  /** The two whose room it is: nobody moderates it, not even the operator. */
  between: SettingsChange["between"];
  /** Only those who are more or less than guests, or muted. */
  readonly #places = new Map<string, Place>();
  /** The owners among them, apart: for each message of an operator it is asked whether there is one. */
  readonly #owners = new Set<string>();

  /** Takes the next event of the room, if it changes the room. One that it has is passed over. */
  take(event: AnyStoredChange): void {
    if (!isRoomChange(event) || event.seq <= this.version) return;
    this.version = event.seq;
    if (event.kind === "member") return this.#place(event, event);
    this.settings = { ...this.settings, ...event.set };
    if (event.set.erased) {
      this.#owners.clear();
      return this.#places.clear();
    }
    const { owner, between } = event;
    if (owner !== undefined) this.#place({ kind: "member", member: owner, role: "owner" }, event);
    if (between === undefined) return;
    this.between = between;
    for (const member of between) this.#place({ kind: "member", member, role: "member" }, event);
  }

  /** How many have a place of their own. */
  get size(): number {
    return this.#places.size;
  }

  /** Whether somebody has a place of its own. */
  hasPlace(id: string): boolean {
    return this.#places.has(id);
  }

  /** Whether it is moderated by the operator: nobody owns it, and it is not private, as each room of two people is. */
  get isForOperator(): boolean {
    return this.#owners.size === 0 && this.settings.visibility !== "private";
  }

  /** Those who own it. */
  get owners(): string[] {
    return [...this.#owners];
  }

  /** Those who moderate it by their places. */
  get moderators(): string[] {
    return Array.from(this.#places).flatMap(([id, { role }]) => role === "owner" || role === "moderator" ? [id] : []);
  }

  /**
   * What those are who are not just guests, as changes would say it.
   *
   * @param now milliseconds since the epoch
   * @param reader who reads it and moderates nobody, and so is told of no other's ban or mute
   */
  places(now: number, reader?: string): Omit<MemberChange, "kind">[] {
    const told: Omit<MemberChange, "kind">[] = [];
    for (const [member, { role, bannedUntilMs, mutedUntilMs }] of this.#places) {
      const isTold = reader === undefined || reader === member;
      const mute = mutedUntilMs > now && isTold;
      if (role === "banned" && !isTold) continue;
      const untilMs = role === "banned" ? bannedUntilMs : mute ? mutedUntilMs : Infinity;
      if (role === "banned" && untilMs <= now || role === "guest" && !mute) continue;
      told.push({ member, role, ...mute && { mute }, ...untilMs < Infinity && { untilMs } });
      if (told.length === ROOM_PLACES_TOLD) break;
    }
    return told;
  }

  /** Those who are at least members. */
  get members(): string[] {
    return Array.from(this.#places).flatMap(([id, { role }]) => isMember(role) ? [id] : []);
  }

  /** The change by which somebody became at least a member, and its time in milliseconds since the epoch; 0 if it is not. */
  sinceOf(id: string): { seq: number; ms: number } {
    const { since: seq, sinceMs: ms } = this.#placeOf(id);
    return { seq, ms };
  }

  /** What somebody is now. @param now milliseconds since the epoch */
  roleOf(id: string, now: number): Role {
    const { role, bannedUntilMs } = this.#placeOf(id);
    return role === "banned" && bannedUntilMs <= now ? "guest" : role;
  }

  /** Until when somebody must not write, in milliseconds since the epoch; for a ban, when that ends. `Infinity`: for ever. */
  untilOf(id: string): { bannedMs: number; mutedMs: number } {
    const { bannedUntilMs, mutedUntilMs } = this.#placeOf(id);
    return { bannedMs: bannedUntilMs, mutedMs: mutedUntilMs };
  }

  #placeOf(id: string): Readonly<Place> {
    return this.#places.get(id) ?? GUEST;
  }

  #place({ member, role, mute, untilMs = Infinity }: MemberChange, { seq, ts }: Stamp): void {
    const place = { ...this.#placeOf(member) };
    if (role !== undefined) {
      if (!isMember(place.role)) Object.assign(place, { since: seq, sinceMs: ts });
      if (!isMember(role)) Object.assign(place, { since: 0, sinceMs: 0 });
      Object.assign(place, { role, bannedUntilMs: role === "banned" ? untilMs : 0 });
    }
    if (mute !== undefined) place.mutedUntilMs = mute ? untilMs : 0;
    if (place.role === "owner") this.#owners.add(member);
    else this.#owners.delete(member);
    if (place.role === "guest" && place.mutedUntilMs === 0) this.#places.delete(member);
    else this.#places.set(member, place);
  }
}
