/**
 * Who is in a room: the rules, without sockets and timers. A member is an id; its connections (tabs, phones) are counted.
 * After the last one has gone the member stays for a grace time, so that a reload or a lost link is not announced.
 *
 * @module
 */

import { PRESENCE_GRACE_MS } from "./limits.ts";
import type { MemberInfo } from "./protocol.ts";

interface Member {
  name: string;
  connections: number;
  /** When the last connection went. */
  leftAt?: number;
}

/** What changed since it was last asked. */
export interface PresenceChange {
  /** Who came, or has another name. */
  joins: MemberInfo[];
  /** The ids of those who went. */
  leaves: string[];
}

/** See the module. Times are a clock's `elapsed()`, in milliseconds. */
export class Presence {
  readonly #members = new Map<string, Member>();
  /** Members without connections, in the order in which their grace ends. */
  readonly #leaving = new Set<string>();
  readonly #changed = new Set<string>();

  /** How many members there are, those in their grace time included. */
  get count(): number {
    return this.#members.size;
  }

  /** Everybody, in the order in which they came. */
  list(): MemberInfo[] {
    return Array.from(this.#members, ([id, { name }]) => ({ id, name }));
  }

  /** A connection of `id` came. */
  enter(id: string, name: string): void {
    const member = this.#members.get(id) ?? { name: "", connections: 0 };
    if (member.name !== name) this.#changed.add(id);
    this.#leaving.delete(id);
    this.#members.set(id, { name, connections: member.connections + 1 });
  }

  /** A connection of `id` went. */
  exit(id: string, now: number): void {
    const member = this.#members.get(id);
    if (member === undefined || --member.connections > 0) return;
    member.leftAt = now;
    this.#leaving.add(id);
  }

  /** A member has another name. */
  rename(id: string, name: string): void {
    const member = this.#members.get(id);
    if (member === undefined || member.name === name) return;
    member.name = name;
    this.#changed.add(id);
  }

  /** When the next grace time ends; undefined where nobody is leaving. */
  get nextDue(): number | undefined {
    const [id] = this.#leaving;
    return id === undefined ? undefined : this.#members.get(id)!.leftAt! + PRESENCE_GRACE_MS;
  }

  /** Lets those go whose grace time has ended. */
  expire(now: number): void {
    for (const id of this.#leaving) {
      if (this.#members.get(id)!.leftAt! + PRESENCE_GRACE_MS > now) break;
      this.#leaving.delete(id);
      this.#members.delete(id);
      this.#changed.add(id);
    }
  }

  /** What changed since the last call: where somebody came and went, only how it stands now. */
  takeChanges(): PresenceChange | undefined {
    if (this.#changed.size === 0) return undefined;
    const change: PresenceChange = { joins: [], leaves: [] };
    for (const id of this.#changed) {
      const member = this.#members.get(id);
      if (member) change.joins.push({ id, name: member.name });
      else change.leaves.push(id);
    }
    this.#changed.clear();
    return change;
  }
}
