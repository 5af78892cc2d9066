/**
 * A room as this process sees it: its members here, and what they have been sent. Whatever a member gets comes from the
 * log. Its tail brings the new messages, which are encoded once and sent to all; a member that is not at the tail (it
 * resumes, or reads slowly) is served from the log until it is.
 *
 * @module
 */

import { Awareness } from "./awareness.ts";
import { Batch } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { failPoint } from "./fail_points.ts";
import * as limits from "./limits.ts";
import {
  type MessageLog,
  type Page,
  type ReportTrouble,
  type RoomState,
  type StoredMessage,
  StoreUnavailableError,
  type Subscription,
} from "./log/message_log.ts";
import { Pace } from "./pace.ts";
import { CloseCode, type MemberInfo } from "./protocol.ts";

/** A position in a room, as a client gives it. */
export interface Position {
  /** The life of the store under which `seq` counts. */
  epoch: string;
  /** The last message before the position. */
  seq: number;
}

/** What a `joined` says of where the member begins. */
export interface Joined extends Position {
  /** Whether everything after the asked-for position follows. */
  recovered: boolean;
  /** Where it does not and the number is known: how many messages are left out. */
  missed?: number;
  /** How many members there are. */
  memberCount: number;
  /** All of them, unless there are too many to list. */
  members?: MemberInfo[];
  /** The first messages, by rising `seq`. */
  messages: StoredMessage[];
}

/** A connection in the room. */
interface Member {
  connection: Connection;
  /** The last message that it was sent, and the epoch under which that counts. */
  cursor: number;
  epoch: string;
  /** Served from the log at present, and so passed over by the fan-out. */
  catchingUp: boolean;
  /** It was passed over when presence went out, and needs the whole list. */
  missedPresence: boolean;
}

/**
 * How far apart fan-outs begin. A send costs about 2 µs here and 6 to 10 more in the kernel once we have returned, which a run
 * cannot see: the factor stands for both, and leaves other rooms their turn.
 */
const FANOUT_PERIOD = { factor: 12, mostMs: limits.FANOUT_DELAY_MS };

/** See the module. */
export class Room {
  /** What it is called. */
  readonly name: string;
  readonly #log: MessageLog;
  readonly #clock: Clock;
  readonly #report: ReportTrouble;
  readonly #pace: Pace;
  readonly #awareness: Awareness;
  readonly #members = new Map<Connection, Member>();
  /** Members that were too far behind to be sent more, to be looked at again. */
  readonly #lagging = new Set<Member>();
  #subscription: Subscription | undefined;
  #epoch = "";
  /** The tail's messages that have not gone out yet. */
  #pending: StoredMessage[] = [];
  /** Joins under way: they keep the room open. */
  #joining = 0;
  /** The last message that went out, or that members began after. */
  #flushed = 0;

  private constructor(name: string, log: MessageLog, clock: Clock, report: ReportTrouble) {
    this.name = name;
    this.#log = log;
    this.#clock = clock;
    this.#report = report;
    this.#pace = new Pace(clock, FANOUT_PERIOD, () => this.#fanOut());
    this.#awareness = new Awareness(name, clock, () => this.#pace.request());
  }

  /**
   * Opens a room and follows its log.
   *
   * @param report called when something broke that should not
   * @throws {StoreUnavailableError} if the log cannot be followed
   */
  static async open(name: string, log: MessageLog, clock: Clock, report: ReportTrouble): Promise<Room> {
    const room = new Room(name, log, clock, report);
    room.#subscription = await log.subscribe(name, {
      batch: (messages) => room.#take(messages),
      reset: (state) => room.#reset(state),
    });
    // Unless a reset came first, which is newer.
    if (room.#epoch !== "") return room;
    room.#epoch = room.#subscription.state.epoch;
    room.#flushed = room.#subscription.state.head;
    return room;
  }

  /** Connections in it. */
  get size(): number {
    return this.#members.size;
  }

  /** Whether nobody is in it or about to be. */
  get idle(): boolean {
    return this.#members.size === 0 && this.#joining === 0;
  }

  /** Whether it takes another connection. */
  get full(): boolean {
    return this.#members.size >= limits.MEMBERS_PER_ROOM;
  }

  /** Ends it: nothing is sent any more. */
  close(): void {
    this.#subscription?.cancel();
    this.#pace.stop();
    this.#awareness.stop();
  }

  /** Lets a connection in that wants what is sent from now on. */
  enter(connection: Connection): void {
    this.#admit(connection, { epoch: this.#epoch, seq: this.#pending.at(-1)?.seq ?? this.#flushed });
  }

  /**
   * Lets a connection in that asks for what it missed. Calls `answer` with where it begins, before anything else is sent
   * to it.
   *
   * @throws {StoreUnavailableError} if the log cannot be read
   */
  async join(connection: Connection, after: Position | undefined, answer: (joined: Joined) => void): Promise<void> {
    this.#joining++;
    const start = await this.#readStart(after).finally(() => this.#joining--);
    if (connection.closed) return;
    const member = this.#admit(connection, { epoch: start.epoch, seq: start.messages.at(-1)?.seq ?? start.seq });
    answer({ ...start, ...this.#awareness.roster });
    this.#catchUp(member);
  }

  /** Lets a connection go. A second call does nothing. */
  leave(connection: Connection): void {
    const member = this.#members.get(connection);
    if (member === undefined) return;
    this.#members.delete(connection);
    this.#lagging.delete(member);
    this.#awareness.exit(connection.peer.id);
  }

  /** Says that a member is writing. */
  typing(id: string): void {
    this.#awareness.typing(id);
  }

  /** Says that a member has another name. */
  rename(id: string, name: string): void {
    this.#awareness.rename(id, name);
  }

  /** Up to where a connection has been sent everything. */
  position(connection: Connection): Position {
    const member = this.#members.get(connection);
    return { epoch: member?.epoch ?? this.#epoch, seq: member?.cursor ?? 0 };
  }

  /** To be called every now and then: goes on with members that were too far behind. */
  serveLagging(): void {
    for (const member of this.#lagging) {
      if (member.connection.outbox.full) continue;
      this.#lagging.delete(member);
      this.#catchUp(member);
    }
  }

  #admit(connection: Connection, { epoch, seq }: Position): Member {
    this.leave(connection);
    const member = { connection, cursor: seq, epoch, catchingUp: false, missedPresence: false };
    this.#members.set(connection, member);
    this.#awareness.enter(connection.peer.id, connection.name);
    return member;
  }

  // Where a member begins.

  async #readStart(after: Position | undefined): Promise<Omit<Joined, "memberCount" | "members">> {
    if (after !== undefined) {
      const page = await this.#log.read(this.name, { after: after.seq, limit: limits.PAGE_MESSAGES });
      if (canReplay(page, after)) {
        return { epoch: page.epoch, seq: page.head, recovered: true, messages: portion(page.messages) };
      }
    }
    const { epoch, head, messages } = await this.#log.read(this.name, { limit: limits.RECENT_MESSAGES });
    const comparable = after !== undefined && after.epoch === epoch && after.seq <= head;
    const missed = comparable ? (messages[0]?.seq ?? head + 1) - 1 - after.seq : undefined;
    return { epoch, seq: head, recovered: false, missed, messages };
  }

  // The tail.

  #take(messages: StoredMessage[]): void {
    if (this.#pending.length === 0) this.#pending = messages;
    else this.#pending = this.#pending.concat(messages);
    this.#pace.request();
  }

  #reset(state: RoomState): void {
    this.#epoch = state.epoch;
    this.#pending = [];
    this.#flushed = state.head;
    for (const member of this.#members.values()) {
      // Who has read under this epoch before the tail did may be further, and lacks nothing that the log cannot give.
      if (member.epoch === state.epoch) this.#catchUp(member);
      else this.#resetMember(member, state);
    }
  }

  #resetMember(member: Member, { epoch, first, head }: RoomState): void {
    member.cursor = head;
    member.epoch = epoch;
    if (isPlain(member)) return;
    member.connection.send({ type: "reset", room: this.name, epoch, first, head });
  }

  // The fan-out.

  async #fanOut(): Promise<void> {
    const messages = portion(this.#pending);
    this.#pending = this.#pending.slice(messages.length);
    if (this.#pending.length > 0) this.#pace.request();
    this.#flushed = messages.at(-1)?.seq ?? this.#flushed;
    const batch = new Batch(this.name, this.#epoch, messages, this.#awareness.takeLines());
    if (batch.empty) return;
    try {
      failPoint("before fan-out");
      let sends = 0;
      for (const member of this.#members.values()) {
        this.#deliver(member, batch);
        if (++sends % limits.FANOUT_SENDS === 0) await new Promise<void>((turn) => this.#clock.soon(turn));
        if (sends === 1) failPoint("during fan-out");
      }
      failPoint("after fan-out");
    } catch (error) {
      this.#report(`The fan-out of room ${this.name} broke: its members are served from the log`, error);
      for (const member of this.#members.values()) if (member.cursor < this.#flushed) this.#catchUp(member);
    }
  }

  #deliver(member: Member, batch: Batch): void {
    const { connection } = member;
    if (member.catchingUp || connection.closed || member.epoch !== batch.epoch) {
      member.missedPresence ||= batch.hasExtras;
    } else if (member.cursor < batch.first - 1 || connection.outbox.full) {
      // Nothing new until it has caught up: the log keeps it meanwhile.
      member.missedPresence ||= batch.hasExtras;
      this.#catchUp(member);
    } else {
      this.#send(member, batch);
    }
  }

  #send(member: Member, batch: Batch): void {
    const { connection, cursor } = member;
    const frames = isPlain(member) ? batch.plainFramesAfter(cursor) : batch.framesAfter(cursor);
    for (const frame of frames) connection.outbox.frame(frame);
    member.cursor = Math.max(cursor, batch.last);
  }

  /** Serves a member from the log until it is where the fan-out is, or has enough for now. */
  async #catchUp(member: Member): Promise<void> {
    if (member.catchingUp) return;
    member.catchingUp = true;
    try {
      while (this.#isBehind(member) && await hasRoom(member) && await this.#catchUpPage(member));
      if (member.missedPresence && !this.#isBehind(member) && await hasRoom(member)) this.#sendRoster(member);
    } catch (error) {
      // An outage of the store: the member is looked at again with those that lag.
      if (!(error instanceof StoreUnavailableError)) member.connection.fail(error);
    } finally {
      member.catchingUp = false;
      if (this.#isBehind(member) || this.#isIn(member) && member.missedPresence) this.#lagging.add(member);
    }
  }

  #sendRoster(member: Member): void {
    member.missedPresence = false;
    if (isPlain(member)) return;
    member.connection.send({ type: "presence", room: this.name, joins: [], leaves: [], ...this.#awareness.roster });
  }

  #isBehind(member: Member): boolean {
    return (member.cursor < this.#flushed || member.epoch !== this.#epoch) && this.#isIn(member);
  }

  #isIn(member: Member): boolean {
    return !member.connection.closed && this.#members.get(member.connection) === member;
  }

  /** @returns whether it may go on at once */
  async #catchUpPage(member: Member): Promise<boolean> {
    const { cursor, epoch } = member;
    const page = await this.#log.read(this.name, { after: cursor, limit: limits.PAGE_MESSAGES });
    if (!this.#isBehind(member)) return false;
    // A reset moved it meanwhile: the page does not begin where it is now.
    if (member.cursor !== cursor || member.epoch !== epoch) return true;
    // Of a newer epoch the room hears from its tail, and resets its members then.
    if (page.epoch !== this.#epoch) return false;
    // What it has not been sent is not kept any more, and in plain text nobody can be told of a gap.
    if (isPlain(member) && epoch === page.epoch && page.first > cursor + 1) member.connection.close(CloseCode.tooSlow);
    if (epoch !== page.epoch || page.first > cursor + 1) {
      this.#resetMember(member, { epoch: page.epoch, first: page.first, head: this.#flushed });
      return false;
    }
    this.#send(member, new Batch(this.name, page.epoch, portion(page.messages), []));
    return true;
  }
}

/** Whether more may be sent to a member: if not at once, then in a moment. Who takes longer is looked at now and then. */
async function hasRoom({ connection }: Member): Promise<boolean> {
  if (connection.outbox.full) await connection.pause();
  return !connection.outbox.full;
}

function isPlain({ connection }: Member): boolean {
  return connection.peer.dialect === "plain";
}

/** As many of the first messages as may be sent in one go, so that nobody who reads is found too slow. */
function portion(messages: StoredMessage[]): StoredMessage[] {
  let characters = 0;
  const beyond = messages.findIndex(({ text }, index) =>
    (characters += text.length) > limits.FANOUT_CHARACTERS && index > 0
  );
  return beyond === -1 ? messages : messages.slice(0, beyond);
}

/** Whether everything after a position can be sent. */
function canReplay(page: Page, after: Position): boolean {
  return page.epoch === after.epoch && after.seq <= page.head && page.first <= after.seq + 1 &&
    page.head - after.seq <= limits.REPLAY_MESSAGES;
}
