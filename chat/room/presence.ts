/**
 * The members' knowledge of each other: who is there, who is typing, on whichever process. Changes are gathered, so that a crowd's coming
 * is sent once, and ride in the frames of the messages.
 *
 * @module
 */

import { type Clock, Timer } from "../base/clock.ts";
import * as limits from "../limits.ts";
import type { HeldLease, Lease } from "../log/leases.ts";
import { encode, type MemberList } from "../wire/lines.ts";
import type { Sharing } from "./parts.ts";
import { Roster } from "./roster.ts";

export class Presence {
  readonly #room: string;
  readonly #clock: Clock;
  readonly #onNews: () => void;
  readonly #sharing: Sharing | undefined;
  readonly #roster = new Roster();
  readonly #typing = new Set<string>();
  /** When each was last passed on as typing, the oldest first. It outlasts the member's connections. */
  readonly #typedAt = new Map<string, number>();
  /** How many there were when presence was last sent. */
  #toldCount = 0;
  /** When as much may be sent again as was sent last. */
  #notBefore = -Infinity;
  readonly #news: Timer;
  readonly #grace: Timer;
  readonly #held: Timer;
  readonly #typingTimer: Timer;

  /** @param onNews called when {@linkcode takeLines} should be @param sharing absent: no other process has members */
  constructor(room: string, clock: Clock, onNews: () => void, sharing?: Sharing) {
    this.#room = room;
    this.#clock = clock;
    this.#onNews = onNews;
    this.#sharing = sharing;
    this.#news = new Timer(clock);
    this.#grace = new Timer(clock);
    this.#held = new Timer(clock);
    this.#typingTimer = new Timer(clock);
  }

  /** How many members there are. */
  get count(): number {
    return this.#roster.count;
  }

  get list(): MemberList {
    const memberCount = this.count;
    return { memberCount, members: memberCount <= limits.MEMBERS_LISTED ? this.#roster.list() : undefined };
  }

  /** Whether a member whose id can be proven has a name, in any case. */
  hasProven(name: string): boolean {
    return this.#roster.hasProven(name);
  }

  /** A connection of `id` came, or has another name. */
  note(id: string, connection: object, name: string): void {
    this.#change(id, () => this.#roster.note(id, connection, name, this.#clock.now()));
  }

  leave(id: string, connection: object): void {
    this.#change(id, () => this.#roster.leave(id, connection, this.#clock.elapsed()));
  }

  /** A member is typing; sent at most once in `TYPING_MS` for all of its connections. */
  typing(id: string): void {
    if (this.#noteTyping(id)) this.#sharing?.tellTyping(this.#room, id);
  }

  /** What this process holds of the room for the others. */
  *leases(): Iterable<Lease> {
    for (const id of this.#roster.idsHere()) yield { room: this.#room, id, ...this.#roster.here(id)! };
  }

  /** Another process has somebody in the room, or has not any more. */
  hear({ id, holder, name, atMs, leftMs }: HeldLease): void {
    if (leftMs === undefined) this.#roster.hold(id, holder, { name, atMs });
    else this.#roster.letGo(id, holder, this.#clock.elapsed() + Math.min(leftMs, limits.PRESENCE_GRACE_MS));
    if (this.#roster.changed || leftMs !== undefined) this.#planNews();
  }

  /** A member is typing who is connected to another process. */
  hearTyping(id: string): void {
    this.#noteTyping(id);
  }

  /** Other processes are over. @param isOver whether one is */
  lose(isOver: (holder: string) => boolean): void {
    this.#roster.lose(isOver);
    if (this.#roster.changed) this.#planNews();
  }

  #change(id: string, change: () => void): void {
    const before = this.#roster.here(id);
    change();
    const here = this.#roster.here(id);
    if (here !== before) {
      const gone = { ...before!, leftMs: limits.PRESENCE_GRACE_MS };
      this.#sharing?.tell({ room: this.#room, id, ...here ?? gone });
    }
    this.#planNews();
  }

  /** @returns whether that is to be told */
  #noteTyping(id: string): boolean {
    const now = this.#clock.elapsed();
    for (const [other, at] of this.#typedAt) {
      if (now - at < limits.TYPING_MS) break;
      this.#typedAt.delete(other);
    }
    if (this.#typedAt.has(id) || this.#typing.size >= limits.TYPING_TOLD) return false;
    this.#typedAt.set(id, now);
    this.#typing.add(id);
    const waitMs = Math.min(this.#perMemberMs, limits.TYPING_MS);
    if (waitMs < limits.PRESENCE_DELAY_MS) this.#onNews();
    else this.#typingTimer.set(waitMs, this.#onNews);
    return true;
  }

  /** The changes since the last call, as lines to send. */
  takeLines(): string[] {
    // The usual case, once for each message in a small room.
    if (this.#typing.size === 0 && !this.#roster.changed) return [];
    const lines = Array.from(this.#typing, (id) => encode({ type: "typing", room: this.#room, id }));
    this.#typing.clear();
    if (!this.#roster.changed) return lines;
    const presence = this.#takePresence();
    if (presence !== undefined) lines.push(presence);
    this.#planRest();
    return lines;
  }

  #takePresence(): string | undefined {
    const now = this.#clock.elapsed();
    const { count: memberCount } = this.#roster;
    // A crowd is counted, not listed: to name each member to each would cost the square of its size.
    // Once it has shrunk, nobody knows who is left: everybody is listed again.
    const isCrowd = memberCount > limits.MEMBERS_LISTED;
    if (!isCrowd && now < this.#notBefore) return undefined;
    const change = this.#roster.takeChanges(now);
    if (change === undefined) return undefined;
    if (isCrowd && memberCount === this.#toldCount) return undefined;
    const wasCrowd = this.#toldCount > limits.MEMBERS_LISTED;
    const listed = wasCrowd || isCrowd ? { joins: [], leaves: [], ...this.list } : change;
    this.#toldCount = memberCount;
    const line = encode({ type: "presence", room: this.#room, ...listed, memberCount });
    this.#notBefore = now + line.length * memberCount / limits.PRESENCE_BYTES_PER_S * 1000;
    return line;
  }

  stop(): void {
    for (const timer of [this.#news, this.#grace, this.#held, this.#typingTimer]) timer.stop();
  }

  /** How long presence waits if no message takes it along: a frame for each member costs something. */
  get #perMemberMs(): number {
    return this.#roster.count * limits.PRESENCE_DELAY_PER_MEMBER_MS;
  }

  #planNews(): void {
    const waitMs = this.#notBefore - this.#clock.elapsed();
    this.#news.set(Math.max(limits.PRESENCE_DELAY_MS, this.#perMemberMs, waitMs), () => {
      this.#roster.expire(this.#clock.elapsed());
      this.#onNews();
      const { nextDue } = this.#roster;
      if (nextDue !== undefined) this.#planNewsAt(nextDue, this.#grace);
    });
  }

  /** Plans the next sending: of everything, or of names that were held back. */
  #planRest(): void {
    if (!this.#roster.changed) return;
    if (this.#roster.heldUntil === undefined) this.#planNews();
    else this.#planNewsAt(this.#roster.heldUntil, this.#held);
  }

  #planNewsAt(at: number, timer: Timer): void {
    timer.set(Math.max(at - this.#clock.elapsed(), 1), () => this.#planNews());
  }
}
