/**
 * The policy of an open room as this process knows it, and whose membership ends by it. It learns of each change from the room's tail, in
 * order, or earlier by reading: what is read or stored by an older policy is decided again.
 *
 * @module
 */

import { isRoomChange, type StoredEvent, type StoredRoomChange } from "../event/event.ts";
import type { Condition, MessageLog } from "../log/message_log.ts";
import { isGranted } from "../policy/grants.ts";
import { type Action, type Actor, hiddenFrom, outranks, permit, type RoomDenial, termsFor } from "../policy/permit.ts";
import { RoomPolicy } from "../policy/room_policy.ts";
import type { Joined } from "../wire/lines.ts";
import { isReservedRoom } from "../wire/names.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Membership } from "./membership.ts";

export interface RoomAccessParts {
  readonly name: string;
  readonly log: MessageLog;
  /** By the clock, in milliseconds since the epoch. */
  now(): number;
  memberships(): Iterable<Membership>;
  readonly arrivals: Arrivals;
  /** Called for each membership that ends or may do something else now. */
  onChanged(membership: Membership): void;
}

export class RoomAccess {
  policy: RoomPolicy = new RoomPolicy();
  readonly #parts: RoomAccessParts;
  /** What the tail has brought before the changes in front of it were known: taken behind them. As few as come while they are read. */
  #early: StoredRoomChange[] | undefined = [];
  /** Whether the room had been changed in the life of the store before this one. */
  #wasChanged = false;
  /** Those who may write later, by themselves, and when the first of them may, in milliseconds since the epoch. No more than are in the room. */
  readonly #waiting = new Set<Membership>();
  #nextMs = Infinity;

  constructor(parts: RoomAccessParts) {
    this.#parts = parts;
  }

  /** Takes events that are stored, and ends the memberships of those who may not read what comes behind them. */
  take(events: Iterable<StoredEvent>): void {
    for (const event of events) {
      if (!isRoomChange(event)) continue;
      if (this.#early === undefined) this.#take(event as StoredRoomChange);
      else this.#early.push(event as StoredRoomChange);
    }
  }

  /** What the room has been until now is known: it was never changed, or that has been read. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.take(early);
  }

  /**
   * Learns of all changes up to one that a read or a commit has met.
   *
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  async meet(version: number | undefined): Promise<void> {
    if (version === undefined || version <= this.policy.version) return;
    await this.refresh();
  }

  /** Learns of all changes there are. @throws {StoreUnavailableError} if the log cannot be read */
  async refresh(): Promise<void> {
    const { log, name } = this.#parts;
    const { policy } = this;
    const { changes } = await log.roomChanges(name, policy.version);
    // Another life of the store has begun meanwhile.
    if (policy !== this.policy) return await this.refresh();
    if (this.#early === undefined) this.take(changes);
    else this.#begin(changes);
  }

  /** Resolves once it is known what the room is. @throws {StoreUnavailableError} if the log cannot be read */
  async ready(): Promise<void> {
    if (this.#early !== undefined) await this.refresh();
  }

  /** Another life of the store has other changes under the same numbers: they are read anew. @throws {StoreUnavailableError} if the log cannot be read */
  async restart(): Promise<void> {
    this.#wasChanged ||= this.policy.version > 0;
    this.policy = new RoomPolicy();
    this.#early = [];
    await this.refresh();
  }

  /** Takes what the room was changed by before anybody here knew of it, and only then looks at those who are here already. */
  #begin(changes: StoredRoomChange[]): void {
    const { policy } = this;
    for (const change of changes) policy.take(change);
    const mayDiffer = this.#wasChanged || policy.version > 0;
    this.#wasChanged = false;
    for (const membership of this.#parts.memberships()) {
      membership.policy = policy.version;
      if (mayDiffer) this.#look(membership, policy.version);
    }
    this.begin();
  }

  /** Whether somebody may do something here now. @returns why not */
  permit(actor: Actor, action: Action): RoomDenial | undefined {
    // A hidden room's, whether there is one or not.
    if (this.policy.version === 0 && isReservedRoom(this.#parts.name)) return { code: "no_access" };
    return permit(actor, action, this.policy, this.#parts.now(), this.#cameMs(actor));
  }

  /** When somebody may write who must wait, if that ends by itself, in milliseconds since the epoch. */
  writesAtMs(actor: Actor): number | undefined {
    return this.policy.version === 0 ? undefined : this.permit(actor, "publish")?.untilMs;
  }

  #cameMs({ id }: Actor): number | undefined {
    const { arrivals, name } = this.#parts;
    return this.policy.settings.newcomerDelayMs > 0 ? arrivals.of(name, id) : undefined;
  }

  /** Somebody has come in, at this time in milliseconds since the epoch: from then on it waits, where newcomers do. */
  came({ id }: Actor, atMs: number): void {
    const { arrivals, name } = this.#parts;
    if (this.policy.settings.newcomerDelayMs > 0) arrivals.note(name, id, atMs);
  }

  /** Somebody is in the room: it has come, and may have to wait before it may write. */
  arrived(membership: Membership): void {
    const { now } = this.#parts;
    const { session } = membership.connection;
    this.came(session, membership.cameMs);
    this.#waiting.delete(membership);
    const untilMs = this.writesAtMs(session);
    if (untilMs === undefined || untilMs <= now()) return;
    this.#waiting.add(membership);
    this.#nextMs = Math.min(this.#nextMs, untilMs);
  }

  /** Called when a membership is over. */
  left(membership: Membership): void {
    this.#waiting.delete(membership);
  }

  /** Called on every sweep: tells those whose mute or whose wait is over by itself. */
  tellWhoMayNow(): void {
    if (this.#parts.now() < this.#nextMs) return;
    const waiting = [...this.#waiting];
    this.#nextMs = Infinity;
    for (const membership of waiting) {
      this.arrived(membership);
      if (!this.#waiting.has(membership) && membership.end === undefined) this.#parts.onChanged(membership);
    }
  }

  /** Whether somebody moderates here, by its role and by its token. */
  isModerator(actor: Actor): boolean {
    return this.#isGrantedToModerate(actor) && this.permit(actor, "delete-any") === undefined;
  }

  #isGrantedToModerate({ grants }: Actor): boolean {
    return isGranted(grants, this.#parts.name, "moderate");
  }

  /** The last event that somebody who may read here may not read; 0 if there is none. */
  hiddenFrom(actor: Actor): number {
    return hiddenFrom(actor, this.policy);
  }

  /** What somebody who comes in is told of a room that was ever changed. @param pinned the message that is, if it is there */
  told(actor: Actor, pinned?: number): Pick<Joined, "settings" | "places" | "between"> {
    const { version, between } = this.policy;
    if (version === 0) return {};
    const settings = { ...this.policy.settings, pinned };
    const reader = this.permit(actor, "delete-any") === undefined ? undefined : actor.id;
    return { settings, places: this.policy.places(this.#parts.now(), reader), between };
  }

  /** What lets an event of somebody be stored as long as nothing has changed here. @param invite what it uses up */
  condition(actor: Actor, invite?: string): Condition {
    const { policy } = this;
    if (policy.version === 0 && !actor.operator) return UNCHANGED;
    const now = this.#parts.now();
    const mayModerate = this.#isGrantedToModerate(actor);
    return {
      invite,
      policy: policy.version,
      terms: {
        ...termsFor(actor, policy, now),
        moderates: mayModerate ? (author) => outranks(actor, author, policy, now) : undefined,
      },
    };
  }

  #take(event: StoredRoomChange): void {
    if (event.seq <= this.policy.version) return;
    this.policy.take(event);
    for (const membership of this.#parts.memberships()) {
      // It came in by a newer policy than the event's.
      if (membership.policy >= event.seq) continue;
      if (event.kind === "settings") this.#look(membership, event.seq);
      else if (membership.connection.session.id === event.member) this.#look(membership, event.seq, event.kick);
    }
  }

  /** Ends a membership behind a change of the room, if it may not read what comes then. */
  #look(membership: Membership, seq: number, isKicked = false): void {
    if (membership.end !== undefined) return;
    const denial = this.permit(membership.connection.session, "read");
    if (denial !== undefined || isKicked) {
      membership.end = { seq, code: denial?.code ?? "kicked", untilMs: denial?.untilMs };
    } else this.arrived(membership);
    this.#parts.onChanged(membership);
  }
}

const UNCHANGED: Condition = { policy: 0 };
