/**
 * The members of a room: the rules, without sockets and timers. A member is an id; its connections (tabs, phones) may have different names,
 * of which the newest is shown. Of an id that anybody may use it is that of the connection which came first: strangers who take the id cannot
 * give another name to those who have it already. After the last connection has gone the member stays for a grace time, so that a reload or a lost link is not
 * announced.
 *
 * Where processes share a store, each has its own connections, and knows of each other process which ids it has and which name it shows for them.
 * The same rule chooses among these names, so that all show the same one; and a member stays as long as any process has it.
 *
 * A new name of the same member goes to everybody, so names are sent no more often than a connection may take one, however many connections
 * an id has or makes. Later names wait, and only the newest is sent.
 *
 * @module
 */

import { fold } from "../base/fold.ts";
import { PRESENCE_GRACE_MS, RENAME_BURST, RENAME_MS } from "../limits.ts";
import { LEASES_PER_ROOM } from "../log/bounds.ts";
import { isProvable } from "../wire/identity.ts";
import type { MemberInfo } from "../wire/lines.ts";
import { type Named, nameThatCounts } from "./named.ts";

interface Member {
  /** The name that is shown. */
  name: string;
  /** The name of each connection here, the newest last; of an id that anybody may use, in the order in which they came. */
  names: Map<object, Named>;
  /** The connection whose name counts, of those here. */
  shown?: object;
  /** What each other process that has it shows. Absent: none ever had it. */
  elsewhere?: Map<string, Named>;
  /** The name that the others know; undefined until they are told of the member. */
  told?: string;
  /** Each new name that is sent moves it on by `RENAME_MS`. It may lie ahead of now by `RENAME_BURST` such steps. */
  renamedUntil: number;
}

export interface RosterChange {
  /** Members that came, or have another name. */
  joins: MemberInfo[];
  leaves: string[];
}

/** Times are a clock's `elapsed()`, in milliseconds, but for `atMs`. */
export class Roster {
  /**
   * As many as may be here (`CONNECTIONS_PER_ROOM`) and elsewhere (`LEASES_PER_ROOM`), and those that left within their grace: as many as the
   * listener accepts in that time.
   */
  readonly #members = new Map<string, Member>();
  /** Members without connections, and when their grace ends: the next one first. */
  readonly #leaving = new Map<string, number>();
  /** The last of these. */
  #lastDue = -Infinity;
  readonly #changed = new Set<string>();
  /** How many members whose ids can be proven have each name, folded. */
  readonly #proven = new Map<string, number>();
  /** How much other processes have. */
  #held = 0;
  /** When names that were held back may be sent; undefined if there are none. */
  heldUntil: number | undefined;

  /** How many members there are, those in their grace time included. */
  get count(): number {
    return this.#members.size;
  }

  /** Everybody, in the order in which they came. */
  list(): MemberInfo[] {
    return Array.from(this.#members, ([id, { name }]) => ({ id, name }));
  }

  /** Whether a member whose id can be proven has a name, in any case. */
  hasProven(name: string): boolean {
    return this.#proven.has(fold(name));
  }

  /** Whether {@linkcode takeChanges} may find something. */
  get changed(): boolean {
    return this.#changed.size > 0;
  }

  /** What other processes are told of an id that has connections here: the same object as long as that does not change. */
  here(id: string): Named | undefined {
    const member = this.#members.get(id);
    return member?.shown && member.names.get(member.shown);
  }

  /** The ids that have connections here. */
  *idsHere(): Iterable<string> {
    for (const [id, { shown }] of this.#members) if (shown !== undefined) yield id;
  }

  /** A connection of `id` came, or has another name. @param connection tells it from the others @param atMs the time by the clock */
  note(id: string, connection: object, name: string, atMs: number): void {
    const member = this.#members.get(id) ?? this.#add(id, name);
    this.#leaving.delete(id);
    const known = member.names.get(connection);
    if (isProvable(id)) member.names.delete(connection);
    member.names.set(connection, { name, atMs: isProvable(id) ? atMs : known?.atMs ?? atMs });
    if (member.names.size === 1 || isProvable(id)) member.shown = connection;
    this.#show(id, member);
  }

  /** A connection of `id` went: a name of the others is shown. */
  leave(id: string, connection: object, now: number): void {
    const member = this.#members.get(id);
    if (member === undefined || !member.names.delete(connection)) return;
    if (member.shown === connection) {
      const others = [...member.names.keys()];
      member.shown = isProvable(id) ? others.at(-1) : others[0];
      this.#show(id, member);
    }
    if (member.names.size === 0) this.#stay(id, now + PRESENCE_GRACE_MS);
  }

  /** Another process has connections of `id`, and shows that name. */
  hold(id: string, holder: string, named: Named): void {
    const isKnown = this.#members.get(id)?.elsewhere?.has(holder) ?? false;
    if (!isKnown && this.#held >= LEASES_PER_ROOM) return;
    if (!isKnown) this.#held++;
    const member = this.#members.get(id) ?? this.#add(id, named.name);
    member.elsewhere ??= new Map();
    member.elsewhere.set(holder, named);
    this.#show(id, member);
  }

  /** The last connection of `id` on another process went: its grace ends at `due`, on all of them. */
  letGo(id: string, holder: string, due: number): void {
    const member = this.#members.get(id);
    if (!member?.elsewhere?.delete(holder)) return;
    this.#held--;
    this.#show(id, member);
    if (isNowhere(member)) this.#stay(id, Math.max(due, this.#leaving.get(id) ?? due));
  }

  /** Other processes are over, and were for a grace time already: nobody waits for them again. @param isOver whether one is */
  lose(isOver: (holder: string) => boolean): void {
    if (this.#held === 0) return;
    for (const [id, member] of this.#members) {
      const lost = [...member.elsewhere?.keys() ?? []].filter(isOver);
      if (lost.length === 0) continue;
      for (const holder of lost) member.elsewhere!.delete(holder);
      this.#held -= lost.length;
      this.#show(id, member);
      if (isNowhere(member) && !this.#leaving.has(id)) this.#remove(id, member);
    }
  }

  #add(id: string, name: string): Member {
    const member: Member = { name, names: new Map(), renamedUntil: -Infinity };
    this.#members.set(id, member);
    this.#count(id, name, 1);
    return member;
  }

  #remove(id: string, member: Member): void {
    this.#count(id, member.name, -1);
    this.#members.delete(id);
    this.#changed.add(id);
  }

  /** It has no connection here, and stays until `due`; what another process says late may not come before what is known. */
  #stay(id: string, due: number): void {
    this.#lastDue = Math.max(this.#lastDue, due);
    this.#leaving.delete(id);
    this.#leaving.set(id, this.#lastDue);
  }

  #show(id: string, member: Member): void {
    const name = nameThatCounts(id, this.here(id), member.elsewhere?.values()) ?? member.name;
    if (name !== member.name) {
      this.#count(id, member.name, -1);
      this.#count(id, name, 1);
      member.name = name;
    }
    if (member.name !== member.told) this.#changed.add(id);
  }

  #count(id: string, name: string, by: 1 | -1): void {
    if (!isProvable(id)) return;
    const folded = fold(name);
    const count = (this.#proven.get(folded) ?? 0) + by;
    if (count === 0) this.#proven.delete(folded);
    else this.#proven.set(folded, count);
  }

  /** When the next grace time ends; undefined if nobody is leaving. */
  get nextDue(): number | undefined {
    const [due] = this.#leaving.values();
    return due;
  }

  /** Lets those go whose grace time has ended. */
  expire(now: number): void {
    for (const [id, due] of this.#leaving) {
      if (due > now) break;
      this.#leaving.delete(id);
      const member = this.#members.get(id)!;
      if (isNowhere(member)) this.#remove(id, member);
    }
  }

  /** The changes since the last call: if somebody came and went, only the outcome. */
  takeChanges(now: number): RosterChange | undefined {
    const change: RosterChange = { joins: [], leaves: [] };
    this.heldUntil = undefined;
    for (const id of this.#changed) {
      const member = this.#members.get(id);
      if (member !== undefined && this.#holdsBack(member, now)) continue;
      this.#changed.delete(id);
      if (member === undefined) change.leaves.push(id);
      else if (member.name !== member.told) change.joins.push({ id, name: member.told = member.name });
    }
    return change.joins.length + change.leaves.length === 0 ? undefined : change;
  }

  /** Takes a new name's share, unless there is none left for now. */
  #holdsBack(member: Member, now: number): boolean {
    if (member.told === undefined || member.told === member.name) return false;
    const from = member.renamedUntil - (RENAME_BURST - 1) * RENAME_MS;
    if (now < from) {
      this.heldUntil = Math.min(this.heldUntil ?? Infinity, from);
      return true;
    }
    member.renamedUntil = Math.max(member.renamedUntil, now) + RENAME_MS;
    return false;
  }
}

function isNowhere({ names, elsewhere }: Member): boolean {
  return names.size === 0 && (elsewhere?.size ?? 0) === 0;
}
