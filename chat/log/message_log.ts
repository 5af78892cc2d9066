/**
 * The promises of a room's log. `store.ts` has those of the store under it.
 *
 * A room is an append-only log of events, messages and changes of messages, numbered by `seq` 1, 2, 3… without gaps. The log
 * is also the bus: everything that a room's members are sent comes from the log's tail, so one process and several see the same order.
 * `event/` says what an event does.
 *
 * @module
 */

import type { Cancel } from "../base/clock.ts";
import type { EventRefusal, NewEvent, StoredEvent, StoredRoomChange, Terms } from "../event/event.ts";
import type { DirectoryRange, DirectoryRoom } from "./directory.ts";
import type { Bots } from "./bots.ts";
import type { Identities } from "./identities.ts";
import type { Invites } from "./invites.ts";
import type { Leases } from "./leases.ts";
import type { People } from "./people.ts";
import type { Reports } from "./reports.ts";
import type { Signals } from "./signals.ts";

/**
 * How safely an acknowledged message is stored. `fsync`: it survives power loss. `os`: it survives `kill -9` of every
 * process of ours and of the store, but not power loss. `memory`: it is lost when the process that holds it ends.
 */
export type Durability = "fsync" | "os" | "memory";

/** The result of an append. */
export interface Appended {
  /** The log's epoch at the time. */
  epoch: string;
  /** The event's number: its first one, if it was appended before; the last change of its target, if it would have changed nothing. */
  seq: number;
  /** When it was (first) stored, in milliseconds since the epoch. */
  ts: number;
  /** Whether the event was already there, so that nothing was stored. */
  duplicate: boolean;
  /** Its target is so already: nothing was stored, its nonce neither. */
  unchanged?: true;
  /** The event as it goes to everybody now, if it was stored. */
  event?: StoredEvent;
  /** By how many milliseconds the event is earlier than the one before it, if it is. */
  fellMs?: number;
}

/**
 * Why an event was not stored. `nonce_used`: its author used its nonce for another content. `store_full`:
 * the store holds as much as it may; see `space.ts`. `stale`: the room itself has changed since the event was allowed. `uninvited`:
 * {@linkcode Condition.invite} does not let it in. The others are decided in `event/`.
 */
export type Refusal = "nonce_used" | "store_full" | "stale" | "uninvited" | "room_exists" | EventRefusal;

/** The result of a refused append. It is an answer and not an error: the store works, and nothing was stored. */
export interface Refused {
  /** Why. */
  refused: Refusal;
  /** With `slow_mode`: how long its author waits, in milliseconds. */
  retryAfterMs?: number;
}

/**
 * Where a room's log begins and ends. `seq` counts on from `head` for ever: it does not start again when events
 * are trimmed. A store that lost events (restored from a copy, restarted empty) has another `epoch`; positions under
 * different epochs cannot be compared.
 *
 * A room has two lower bounds, because messages and changes are kept by different rules: otherwise a storm of reactions
 * would push all messages out.
 */
export interface RoomState {
  /** The name of this life of the store. */
  epoch: string;
  /** The oldest message still kept; `head + 1` if none is. */
  first: number;
  /** The newest event; 0 if there was never one. */
  head: number;
  /** Above it every event is kept. */
  floor: number;
  /** How many messages the room has had, removed ones included. */
  messageCount: number;
  /** The last change of the room itself; absent if there was never one. */
  policy?: number;
}

/** The changes of a room itself, and the state of the room at that same instant. They are kept when others are trimmed. */
export interface RoomChanges extends RoomState {
  /** By rising `seq`. */
  changes: StoredRoomChange[];
}

/**
 * Which events to read. With `after`: the oldest ones with `seq > after`, changes included. With `before`: the newest messages with
 * `seq < before`. With neither: the newest messages. Never both.
 */
export interface Range {
  /** A `seq`. */
  after?: number;
  /** A `seq`. */
  before?: number;
  /** How many at most; 0 reads only the {@linkcode RoomState}. */
  limit: number;
  /** With `after`: leave changes out. */
  messagesOnly?: boolean;
  /** Only this message and those that answer it. Not with `after`. */
  thread?: number;
  /** Only the messages with these numbers, as far as they are kept. With nothing else but a `limit`, a `reader` and a `beginning`. */
  only?: number[];
  /**
   * With `only`: that no more of each text is needed than its first so many characters, and nothing else that its author wrote. A store that
   * can read less reads less.
   */
  beginning?: number;
  /** The id for whom it is read: the messages say which reactions are `mine`. */
  reader?: string;
}

/**
 * Events by rising `seq`, messages in their current state, and the state of the room at that same instant. What was read with `after` is
 * without gaps, unless the store has lost some events (see `whole.ts`) or only messages were asked for. If `after` is below `floor`,
 * it begins above `floor`.
 */
export interface Page extends RoomState {
  /** By rising `seq`. */
  events: StoredEvent[];
  /**
   * How many messages the room has had before this page: up to `after`, or before the first of the page. It is too high if
   * `after` is below the messages that are kept. Without meaning for a `thread` and for `only`.
   */
  passed: number;
}

/** Whose reactions to read: those with one emoji at one message. */
export interface ReactorsRange {
  /** The message. */
  target: number;
  /** The emoji. */
  emoji: string;
  /** Only the ids behind this one. */
  after?: string;
  /** How many at most. */
  limit: number;
}

/** A follower of a room's tail. All but `meet` are called synchronously and must not throw. */
export interface TailListener {
  /** Where it begins, before any other call: the first batch starts at `state.head + 1`. */
  begin(state: RoomState): void;
  /**
   * The next batch was read, so that its messages are as later events have made them. Among these may be changes of the room itself, the last of which is
   * `policy`: somebody whom one of them sent out may not see what came behind it. The batch waits; if it rejects, it is read again later.
   */
  meet?(policy: number | undefined): Promise<void>;
  /** The next events: rising, without gaps, each once. Never empty. */
  batch(events: StoredEvent[]): void;
  /**
   * The run is broken: the store has another epoch, or events were trimmed before they could be delivered. The next
   * batch starts at `state.head + 1`.
   */
  reset(state: RoomState): void;
}

/** What is kept: a log gives it, and so does the store under it. */
export interface Contents {
  /**
   * Reads a page; sees every append that has resolved. A `range.after` below `floor` gives a page that starts above it: the
   * caller compares.
   *
   * @throws {StoreUnavailableError} if the store does not answer.
   */
  read(room: string, range: Range): Promise<Page>;

  /**
   * Reads the ids whose reaction stands, in an order that does not change: so those behind the last id of one answer are the next ones.
   * None if the message is not kept, or deleted.
   *
   * @throws {StoreUnavailableError} if the store does not answer.
   */
  reactors(room: string, range: ReactorsRange): Promise<string[]>;

  /**
   * Lists rooms. Absent if the store cannot.
   *
   * @throws {StoreUnavailableError} if the store does not answer.
   */
  rooms?(range: DirectoryRange): Promise<DirectoryRoom[]>;

  /**
   * Gives 32 bytes that stand for a row of texts in this store, and that nobody can find who has not its key. Absent if it cannot list rooms.
   *
   * @param row begins with what they are for
   */
  secretFor?(row: string[]): Uint8Array;

  /** Finds and erases what one person has left. Absent if the store cannot. */
  readonly people?: People;

  /** What is kept of ids. Absent if the store cannot keep anything. */
  readonly identities?: Identities;

  /** Programs that have an id of their own. Absent if the store cannot keep any. */
  readonly bots?: Bots;

  /** The invitations of rooms. Absent if the store cannot keep any. */
  readonly invites?: Invites;

  /** The reports of messages. Absent if the store cannot keep any. */
  readonly reports?: Reports;

  /** The members of the rooms on other processes. Absent if there are none, or the store cannot say. */
  readonly leases?: Leases;

  /** The quick way to other processes. Absent if there is none. */
  readonly signals?: Signals;

  /**
   * Reads the changes of the room itself.
   *
   * @param after only those with a greater `seq`
   * @throws {StoreUnavailableError} if the store does not answer.
   */
  roomChanges(room: string, after?: number): Promise<RoomChanges>;
}

/** A log of many rooms. One suite checks its contract for every store. */
export interface MessageLog extends Contents {
  /** How safely a resolved {@linkcode append} is stored. */
  readonly durability: Durability;

  /**
   * Stores an event at the end of a room, and what it changes, at once.
   *
   * Resolves once the event has reached {@linkcode durability}, never before. Appends made one after the other by one
   * caller to one room get rising `seq` in that order. Idempotent by room, id and nonce for as long as the event
   * is kept: a repeat resolves with the first one's `seq` and `ts`; another content under the same nonce is refused. Appends
   * that arrive while a commit is under way share the next one.
   *
   * @param condition what must still be so; absent: it is stored in any case
   * @throws {StoreUnavailableError} if it is not known to be stored. It may be, or be later: repeat with the same nonce.
   */
  append(room: string, event: NewEvent, condition?: Condition): Promise<Appended | Refused>;

  /**
   * Follows a room from its present end: every event that is appended after it begins, in order, once,
   * from whichever process appended it. An outage of the store delays batches and loses none. A room has one subscriber at
   * a time: others would have to wait whenever that one pauses. They {@linkcode read} the room, each from a position of its own.
   *
   * @throws {StoreUnavailableError} if the store does not answer.
   * @throws {Error} if the room has a subscriber.
   */
  subscribe(room: string, listener: TailListener): Promise<Subscription>;

  /** Lets what was appended finish, ends every subscription, releases the store. A second call does nothing. */
  close(): Promise<void>;
}

/** A tail being followed. */
export interface Subscription {
  /** No call to the listener comes after this one. */
  readonly cancel: Cancel;
  /**
   * Asks for no more batches: later messages stay in the log meanwhile. A batch that is being read may still come.
   */
  pause(): void;
  /** Asks for batches again, from where the last one ended. */
  resume(): void;
}

/** What must still be so where an event is stored. */
export interface Condition {
  /**
   * The last change of the room itself that was known then; 0 if there was none. The event is stored only if there is no later one, else
   * refused as `stale`.
   */
  policy: number;
  /** The life of the store in which the number that the event has means a message: in another it is refused as `no_such_message`. */
  epoch?: string;
  /** It is stored only as the first event of the room, else refused as `room_exists`. */
  first?: true;
  /** It uses up one use of this invitation of the room, else it is refused as `uninvited`. A repeat uses up none. */
  invite?: string;
  /** What of the policy is compared there. */
  terms?: Terms;
}

/** The store cannot do it now. The fate of appends under way is unknown. Its message is fit for an operator's log. */
export class StoreUnavailableError extends Error {
  /** The error's name. */
  override name = "StoreUnavailableError";
}
