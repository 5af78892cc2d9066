/**
 * A room as this process sees it: its memberships here. They get every message from the log, by one of two ways: the log's tail
 * brings the new messages, which the fan-out encodes once and sends to all; a membership that is not at the tail catches up.
 *
 * @module
 */

import type { Live } from "../dialect/dialect.ts";
import { erases } from "../event/kinds.ts";
import * as limits from "../limits.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { type MessageLog, type RoomState, StoreUnavailableError, type Subscription } from "../log/message_log.ts";
import type { After, HistoryPage, Joined, Position } from "../wire/lines.ts";
import { isReservedRoom } from "../wire/names.ts";
import type { Beginning, Place } from "../wire/offset.ts";
import type { RoomDenial } from "../policy/permit.ts";
import { RoomAccess, type RoomAccessParts } from "./access.ts";
import { CatchUp } from "./catch_up.ts";
import { FanOut } from "./fan_out.ts";
import { type Found, readFrom, stepFrom } from "./following.ts";
import { Farewells } from "./farewells.ts";
import { Membership, type Recipient } from "./membership.ts";
import { type ReadFor, readFor } from "./newcomer.ts";
import { type PageAsked, readHistory } from "./pages.ts";
import type { RoomEvents, RoomParts } from "./parts.ts";
import { withPinned } from "./pinned.ts";
import { Presence } from "./presence.ts";
import { readStart } from "./start.ts";

export class Room {
  readonly name: string;
  /** Resolves once it follows its log. Rejects with a {@linkcode StoreUnavailableError}. */
  readonly opened: Promise<void>;
  readonly presence: Presence;
  readonly catchUp: CatchUp;
  readonly access: RoomAccess;
  readonly #log: MessageLog;
  readonly #report: ReportTrouble;
  readonly #now: () => number;
  readonly #memberships = new Map<Recipient, Membership>();
  /** Those that are here for one thing, and are sent nothing but its answer. They keep the room open. */
  readonly #visitors = new Set<Recipient>();
  readonly #farewells: Farewells;
  readonly #fanOut: FanOut;
  #subscription: Subscription | undefined;
  /** What is under way for somebody who is to come in: it keeps the room open. */
  #joining = 0;
  #closed = false;

  constructor(parts: RoomParts & RoomEvents & Pick<RoomAccessParts, "arrivals">) {
    const { name, log, clock, onRemoved, onMayChange } = parts;
    this.name = name;
    this.#log = log;
    this.#report = parts.report;
    this.#now = () => clock.now();
    this.presence = new Presence(name, clock, () => this.#fanOut.pace.request(), parts.sharing);
    this.#farewells = new Farewells(this.#memberships, clock);
    this.#fanOut = new FanOut({
      ...parts,
      memberships: this.#memberships,
      takeExtras: () => this.presence.takeLines(),
      onBehind: (membership) => this.catchUp.serve(membership),
      onCongestion: (congested) => congested ? this.#subscription?.pause() : this.#subscription?.resume(),
    });
    this.access = new RoomAccess({
      name,
      log,
      arrivals: parts.arrivals,
      now: this.#now,
      memberships: () => this.#memberships.values(),
      onChanged: (membership) => {
        if (membership.end === undefined) onMayChange(membership.connection);
        else this.catchUp.serve(membership);
      },
    });
    this.catchUp = new CatchUp({
      ...parts,
      fanOut: this.#fanOut,
      presence: this.presence,
      access: this.access,
      onEnded: ({ connection, end }) => {
        this.leave(connection);
        onRemoved(connection, end!);
      },
    });
    this.opened = this.#follow();
  }

  async #follow(): Promise<void> {
    let isPolicyKnown = false;
    const subscription = await this.#log.subscribe(this.name, {
      begin: (state) => {
        isPolicyKnown = (state.policy ?? 0) === 0 && !isReservedRoom(this.name);
        if (isPolicyKnown) this.access.begin();
        this.#fanOut.reset(state);
      },
      meet: (policy) => this.access.meet(policy),
      batch: (events) => {
        // Erased by another process, perhaps, or by an append of which nobody here was told that it was stored.
        if (events.some(erases)) this.catchUp.forgetPages();
        this.access.take(events);
        this.#fanOut.take(events);
      },
      reset: (state) => this.#reset(state),
    });
    try {
      // A room that there is not must take as long as one that is hidden.
      if (!isPolicyKnown) await this.access.refresh();
    } catch (error) {
      subscription.cancel();
      throw error;
    }
    if (this.#closed) return subscription.cancel();
    // Not earlier: it would be idle, and closed under those who wait for it.
    this.#subscription = subscription;
  }

  /** Resolves once it is known who may come in. @throws {StoreUnavailableError} if the log cannot be read */
  ready(): Promise<void> {
    return this.keepOpen(() => this.access.ready());
  }

  /**
   * Does something with the room, once that is open. It stays so, though nobody is in it, until that is done and for what is done at once
   * behind it.
   *
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  async keepOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#joining++;
    try {
      await this.opened;
      return await work();
    } finally {
      this.#joining--;
    }
  }

  /** Whether nobody is in it or about to be. */
  get idle(): boolean {
    return this.#subscription !== undefined && this.#memberships.size === 0 && this.#visitors.size === 0 &&
      this.#joining === 0;
  }

  /** Whether nobody is in it, and nobody ever wrote in it. */
  get isNew(): boolean {
    return this.#memberships.size === 0 && this.#fanOut.head === 0;
  }

  get full(): boolean {
    return this.#memberships.size >= limits.CONNECTIONS_PER_ROOM;
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.cancel();
    this.#fanOut.pace.stop();
    this.presence.stop();
    this.#farewells.stop();
  }

  /** Lets a connection in that wants the messages from now on. @returns why it may not come in */
  enter(connection: Recipient): RoomDenial | undefined {
    const denial = this.mayRead(connection);
    if (denial === undefined) this.#letIn(connection, { epoch: this.#fanOut.epoch, seq: this.#fanOut.head });
    return denial;
  }

  /** Lets somebody in, who may read it, for one thing: nobody is told. */
  visit(visitor: Recipient): void {
    this.#visitors.add(visitor);
    this.access.came(visitor.session, this.#now());
  }

  /**
   * Lets a connection in that asks for the messages it missed. Calls `answer` with where it begins, before anything else is sent
   * to it.
   *
   * @returns why it may not come in
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  join(
    connection: Recipient,
    after: After | undefined,
    answer: (joined: Joined) => void,
  ): Promise<RoomDenial | undefined> {
    return this.#hold(connection, async () => {
      const { policy: _, pinned, ...start } = await this.keepOpen(() =>
        this.#read(connection, async (log, hidden) => {
          const start = await readStart(log, this.name, after, connection, hidden);
          await this.access.meet(start.policy);
          return await withPinned(log, this.name, start, this.access.policy, connection);
        })
      );
      if (connection.closed) return;
      const denial = this.mayRead(connection);
      if (denial !== undefined) return denial;
      const last = start.recovered ? start.messages.at(-1)?.seq : undefined;
      const membership = this.#letIn(connection, { epoch: start.epoch, seq: last ?? start.seq });
      answer({ ...start, ...this.presence.list, ...this.access.told(connection.session, pinned) });
      this.catchUp.serve(membership);
      return undefined;
    });
  }

  /**
   * Sends a reader the next of what it wants from a place on, and lets it in once it is to be sent what comes. Calls `answer` with the
   * place before that.
   *
   * @returns why it may not read, or where it goes on reading
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  async follow(
    reader: Recipient,
    { from, live }: { from: Beginning; live?: Live },
    answer: (found: Found, more: boolean) => void,
  ): Promise<{ denial?: RoomDenial; next?: Place }> {
    const found = await this.keepOpen(() => this.#read(reader, (log) => readFrom(log, this.name, from)));
    if (reader.closed) return {};
    const denial = this.mayRead(reader);
    if (denial !== undefined) return { denial };
    const { next, more, stays } = stepFrom(found, live);
    answer(found, more);
    if (found.batch === undefined) return {};
    const membership = stays ? this.#letIn(reader, found) : new Membership(reader, found);
    membership.send(found.batch);
    if (stays) this.catchUp.serve(membership);
    return { next };
  }

  /**
   * Reads a page for a member.
   *
   * @returns why it may not read
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  history(
    connection: Recipient,
    asked: PageAsked,
    answer: (page: HistoryPage) => void,
  ): Promise<RoomDenial | undefined> {
    return this.#hold(connection, async () => {
      const { policy: _, ...page } = await this.#read(
        connection,
        (log) => readHistory(log, this.name, asked, connection),
      );
      const denial = this.denialOf(connection) ?? this.mayRead(connection);
      if (denial === undefined) answer(page);
      return denial;
    });
  }

  #read<Found extends { policy: number }>({ session }: Recipient, read: ReadFor<Found>): Promise<Found> {
    return readFor(session, this.#log, this.access, read);
  }

  /** Whether a connection may read the room now. @returns why not */
  mayRead({ session }: Recipient): RoomDenial | undefined {
    return this.access.permit(session, "read");
  }

  /** The connections here that moderate it. */
  get moderators(): Recipient[] {
    return Array.from(this.#memberships.keys()).filter((one) =>
      this.denialOf(one) === undefined && this.access.isModerator(one.session)
    );
  }

  /** Whether a connection that was in the room is out of it, or will be once it has been sent the rest. */
  denialOf(connection: Recipient): RoomDenial | undefined {
    if (this.#visitors.has(connection)) return this.mayRead(connection);
    const membership = this.#memberships.get(connection);
    return membership === undefined || membership.end !== undefined ? { code: "no_access" } : undefined;
  }

  /**
   * Holds back what is new for a member until it has its answer. A client drops a change of a message that it does not have: if it got the
   * message after that, as it was before, it would never know.
   */
  async #hold<Result>(connection: Recipient, answer: () => Promise<Result>): Promise<Result> {
    const membership = this.#memberships.get(connection);
    if (membership === undefined) return await answer();
    membership.held = true;
    try {
      return await answer();
    } finally {
      membership.held = false;
      this.catchUp.serve(membership);
    }
  }

  /** Lets a connection go. A second call does nothing. */
  leave(connection: Recipient): void {
    this.#visitors.delete(connection);
    const membership = this.#memberships.get(connection);
    if (membership === undefined) return;
    this.#memberships.delete(connection);
    membership.over = true;
    this.access.left(membership);
    if (connection.outbox.dialect.isUnseen) return;
    this.presence.leave(connection.session.id, connection);
    this.#farewells.leave(connection.session.id);
  }

  rename(connection: Recipient): void {
    this.presence.note(connection.session.id, connection, connection.session.name);
  }

  /** Up to where a connection has been sent everything. */
  position(connection: Recipient): Position {
    const membership = this.#memberships.get(connection);
    return { epoch: membership?.epoch ?? this.#fanOut.epoch, seq: membership?.cursor ?? 0 };
  }

  #letIn(connection: Recipient, position: Position): Membership {
    // It would never be sent anything.
    if (this.#closed) throw new StoreUnavailableError("Cannot come in: the room was closed meanwhile");
    this.leave(connection);
    const membership = new Membership(connection, position);
    membership.policy = this.access.policy.version;
    membership.cameMs = this.#now();
    this.#memberships.set(connection, membership);
    this.access.arrived(membership);
    if (!connection.outbox.dialect.isUnseen) {
      this.presence.note(connection.session.id, connection, connection.session.name);
    }
    return membership;
  }

  /** Called on every sweep: goes on with what the store could not give before. */
  sweep(): void {
    this.catchUp.serveLagging();
    this.access.tellWhoMayNow();
    this.#learn(this.access.ready());
  }

  #learn(learning: Promise<void>): void {
    learning.catch((error) => {
      if (!(error instanceof StoreUnavailableError)) {
        this.#report(`What the room ${this.name} is cannot be learned`, error);
      }
    });
  }

  /** The tail found that its run of messages is broken. */
  #reset(state: RoomState): void {
    if (state.epoch !== this.#fanOut.epoch) this.#learn(this.access.restart());
    this.#fanOut.reset(state);
    for (const membership of this.#memberships.values()) {
      // A membership that read under this epoch before the tail did may be further: the log has all that it lacks.
      if (membership.epoch === state.epoch) this.catchUp.serve(membership);
      else membership.reset(this.name, state);
    }
  }
}
