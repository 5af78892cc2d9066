/**
 * What the members of a room know of each other: who is there, who is writing. Changes are gathered, so that a crowd's coming
 * is told once, and ride in the frames of the messages.
 *
 * @module
 */

import type { Cancel, Clock } from "./clock.ts";
import { MEMBERS_LISTED, PRESENCE_DELAY_MS, TYPING_MS } from "./limits.ts";
import { Presence } from "./presence.ts";
import { encode, type MemberInfo } from "./protocol.ts";

/** Who is there: by name, unless there are too many to list. */
export interface Roster {
  /** How many there are. */
  memberCount: number;
  /** All of them; absent above `MEMBERS_LISTED`. */
  members?: MemberInfo[];
}

/** See the module. */
export class Awareness {
  readonly #room: string;
  readonly #clock: Clock;
  readonly #onNews: () => void;
  readonly #presence = new Presence();
  readonly #writing = new Set<string>();
  readonly #wroteAt = new Map<string, number>();
  /** Whether there were too many to list when presence was last told. */
  #isCrowd = false;
  #cancelNews: Cancel | undefined;
  #cancelGrace: Cancel | undefined;

  /**
   * Begins with nobody there.
   *
   * @param onNews called when {@linkcode takeLines} should be
   */
  constructor(room: string, clock: Clock, onNews: () => void) {
    this.#room = room;
    this.#clock = clock;
    this.#onNews = onNews;
  }

  /** Everybody, or how many they are. */
  get roster(): Roster {
    const memberCount = this.#presence.count;
    return { memberCount, members: memberCount <= MEMBERS_LISTED ? this.#presence.list() : undefined };
  }

  /** A connection of `id` came. */
  enter(id: string, name: string): void {
    this.#presence.enter(id, name);
    this.#planNews();
  }

  /** A connection of `id` went. */
  exit(id: string): void {
    this.#wroteAt.delete(id);
    this.#presence.exit(id, this.#clock.elapsed());
    this.#planNews();
  }

  /** A member has another name. */
  rename(id: string, name: string): void {
    this.#presence.rename(id, name);
    this.#planNews();
  }

  /** A member is writing; told at most once in `TYPING_MS`. */
  typing(id: string): void {
    const now = this.#clock.elapsed();
    if (now - (this.#wroteAt.get(id) ?? -TYPING_MS) < TYPING_MS) return;
    this.#wroteAt.set(id, now);
    this.#writing.add(id);
    this.#onNews();
  }

  /** What is new since the last call, as lines to send. */
  takeLines(): string[] {
    const lines = Array.from(this.#writing, (id) => encode({ type: "typing", room: this.#room, id }));
    this.#writing.clear();
    const change = this.#presence.takeChanges();
    if (change === undefined) return lines;
    // A crowd is counted, not listed: naming each who comes to each who is there would cost the square of its size.
    // Once it has shrunk, nobody knows who is left: everybody is listed anew.
    const wasCrowd = this.#isCrowd;
    this.#isCrowd = this.#presence.count > MEMBERS_LISTED;
    const listed = wasCrowd || this.#isCrowd ? { joins: [], leaves: [], ...this.roster } : change;
    const { count: memberCount } = this.#presence;
    return [...lines, encode({ type: "presence", room: this.#room, ...listed, memberCount })];
  }

  /** Ends it: there is no more news. */
  stop(): void {
    this.#cancelNews?.();
    this.#cancelGrace?.();
  }

  #planNews(): void {
    this.#cancelNews ??= this.#clock.after(PRESENCE_DELAY_MS, () => {
      this.#cancelNews = undefined;
      this.#presence.expire(this.#clock.elapsed());
      this.#onNews();
      this.#planGrace();
    });
  }

  #planGrace(): void {
    const due = this.#presence.nextDue;
    if (due === undefined) return;
    this.#cancelGrace ??= this.#clock.after(Math.max(due - this.#clock.elapsed(), 1), () => {
      this.#cancelGrace = undefined;
      this.#planNews();
    });
  }
}
