/**
 * Judges the run of events that one client saw, by itself: contiguous, except where it was told otherwise, and what it was told of
 * that is true.
 *
 * @module
 */

import { mayFollow } from "./check_commands.ts";
import {
  type ClientEvent,
  type ClientLog,
  type Entry,
  type Evidence,
  isMessage,
  type Position,
  type Violation,
} from "./evidence.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";

type Blame = (violation: Violation) => void;
type Joined = Extract<ClientEvent, { type: "joined" }>;
type HistoryPage = Extract<ClientEvent, { type: "history" }>;

/** Where the messages and the events that are kept of a room begin. */
type Bounds = { first: number; floor: number };

/** How long before a client is told of a reset the room may have been read, in milliseconds. */
const RESET_MS = 15_000;

/** Judges the stream of a `chat.v1` client. */
export function checkStream(log: ClientLog, evidence: Evidence, ledger: Ledger, blame: Blame): void {
  new Stream(log, evidence, ledger, blame).check();
}

class Stream {
  readonly #log: ClientLog;
  readonly #evidence: Evidence;
  readonly #ledger: Ledger;
  readonly #blame: Blame;
  /** Where each joined room is on the present connection, and since when it has been under that epoch. */
  readonly #live = new Map<string, Position & { ts: number; since: number }>();
  /** Where each room is, over all connections. */
  readonly #reached = new Map<string, Position>();

  constructor(log: ClientLog, evidence: Evidence, ledger: Ledger, blame: Blame) {
    this.#log = log;
    this.#evidence = evidence;
    this.#ledger = ledger;
    this.#blame = (violation) => blame({ client: log.name, ...violation });
  }

  check(): void {
    for (const event of this.#log.events) {
      if (event.type === "opened") this.#live.clear();
      else if (event.type === "left") this.#leave(event.room);
      else if (event.type === "joined") this.#join(event);
      else if (event.type === "message") this.#take(event.room, event.message, event.at);
      else if (event.type === "change") this.#take(event.room, event.change, event.at);
      else if (event.type === "reset") this.#reset(event);
      else if (event.type === "pong") this.#checkHeads(event);
      else if (event.type === "history") this.#checkPage(event);
    }
    if (this.#evidence.settled) this.#checkComplete();
  }

  #join(event: Joined): void {
    const { room, after, epoch, seq, recovered, messages, at } = event;
    const life = this.#ledger.life(room, epoch);
    this.#checkRun(life, messages, at, "a joined", recovered, false);
    const first = messages[0]?.seq ?? (recovered && after ? after.seq : seq) + 1;
    const last = messages.at(-1)?.seq ?? first - 1;
    if (last > seq) {
      this.#blame({ promise: 5, what: `a joined brought ${last} and said that ${seq} is the newest`, room, at });
    }
    this.#checkBounds(event, life);
    if (recovered) this.#checkRecovered(event, first);
    else this.#checkUnrecovered(event, life, first, last);
    const end = recovered ? last : seq;
    // The page may have only messages, and end before the last event: that one's time is not known.
    this.#place(room, { epoch, seq: end }, last === end ? messages.at(-1)?.ts ?? 0 : 0, at);
  }

  /** Where a joined says that the room begins, and how many messages it says there have been. */
  #checkBounds({ room, seq, first, floor, ordinal, askedAt, at }: Joined, life: Life): void {
    if (!this.#log.changes) return;
    // As it was at some moment while the client waited.
    const possible = this.#boundsBetween(life, askedAt, at);
    if (!possible.some((bounds) => bounds.first === first && bounds.floor === floor)) {
      const due = possible.map((bounds) => `${bounds.first} and ${bounds.floor}`).join(" or ");
      const what = `a joined said that messages are kept from ${first} and events above ${floor}: it was ${due}`;
      this.#blame({ promise: 5, what, room, at });
    }
    if (!life.isKnown(seq) || ordinal === life.count(1, seq)) return;
    const what = `a joined said that there were ${ordinal} messages up to ${seq}: it was ${life.count(1, seq)}`;
    this.#blame({ promise: 5, what, room, seq, at });
  }

  #checkRecovered({ room, after, epoch, at }: Joined, first: number): void {
    if (after === undefined || after.epoch !== epoch) {
      return this.#blame({ promise: 5, what: "recovered, and there was nothing to recover", room, at });
    }
    if (first !== after.seq + 1) {
      const what = `recovered after ${after.seq}, and the first event is ${first}`;
      this.#blame({ promise: first > after.seq ? 5 : 2, what, room, seq: first, at });
    }
  }

  #checkUnrecovered({ room, after, epoch, seq, missed, at }: Joined, life: Life, first: number, last: number): void {
    if (last !== seq && (this.#isDense || life.count(last + 1, seq) > 0)) {
      this.#blame({ promise: 5, what: `the newest messages end with ${last}, the room with ${seq}`, room, at });
    }
    if (after === undefined || after.epoch !== epoch) {
      if (missed === undefined) return;
      return this.#blame({ promise: 5, what: `${missed} said to be missing, and nobody can know`, room, at });
    }
    if (after.seq > seq) {
      const what = `the room ends at ${seq} under the epoch under which ${after.seq} was seen`;
      return this.#blame({ promise: 5, what, room, seq: after.seq, at });
    }
    const isDue = missed === undefined ? after.ordinal === undefined : missed === life.count(after.seq + 1, first - 1);
    // How many there had been when it left off, a store that has lost them cannot know.
    const canKnow = after.ordinal !== undefined || !this.#ledger.hasHole(room, 1, after.seq);
    if (life.isKnown(seq) && canKnow && !isDue) {
      const count = life.count(after.seq + 1, first - 1);
      const what = `${missed} said to be missing between ${after.seq} and ${first}: it is ${count}`;
      this.#blame({ promise: 5, what, room, seq: first, at });
    }
    if (!this.#mustReplay(life, after.seq, seq)) return;
    const what = `not recovered after ${after.seq}, though only ${seq - after.seq} events came since`;
    this.#blame({ promise: 5, what, room, seq: after.seq, at });
  }

  /** Whether everything between two places was kept, and is not too much. */
  #mustReplay(life: Life, after: number, seq: number): boolean {
    const { store, replay } = this.#evidence;
    const kept = store[life.room];
    if (this.#ledger.hasHole(life.room, after + 1, seq)) return false;
    if (kept !== undefined && kept.epoch === life.epoch && kept.floor > after) return false;
    const messages = life.isKnown(seq) ? life.count(after + 1, seq) : seq - after;
    const changes = seq - after - (life.isKnown(seq) ? messages : 0);
    return messages <= replay.messages && changes <= replay.changes;
  }

  #leave(room: string): void {
    this.#live.delete(room);
    this.#reached.delete(room);
  }

  #reset({ room, epoch, first, head, at }: Extract<ClientEvent, { type: "reset" }>): void {
    const live = this.#live.get(room);
    this.#checkFirst(this.#ledger.life(room, epoch), first, live, at);
    const { losses, trims = [] } = this.#evidence;
    // A client that joined a new epoch before the room heard of it is told twice: so it is wrong only without a loss.
    const mayLack = losses.length > 0 || trims.some((trim) => trim.room === room) ||
      this.#ledger.hasHole(room, live?.seq ?? 0, Infinity);
    if (live?.epoch === epoch && !mayLack) {
      this.#blame({ promise: 5, what: `a reset at ${live.seq}, and nothing was lost`, room, seq: live.seq, at });
    }
    if (live?.epoch === epoch && live.seq > head) {
      const what = `a reset leads back from ${live.seq} to ${head} of ${room}, under the same epoch`;
      this.#blame({ promise: 2, what, room, seq: live.seq, at });
    }
    this.#place(room, { epoch, seq: head }, 0, at);
  }

  /** Where a reset says that the messages begin. If what came next was removed, it was read after that. */
  #checkFirst(life: Life, first: number, live: Position | undefined, at: number): void {
    const { room, epoch } = life;
    const isCut = live?.epoch === epoch && !this.#ledger.hasHole(room, live.seq, Infinity);
    const possible = this.#boundsBetween(life, at - RESET_MS, at).filter(({ floor }) => !isCut || floor > live.seq);
    if (possible.length === 0 || possible.some((bounds) => bounds.first === first)) return;
    const due = possible.map((bounds) => bounds.first).join(" or ");
    this.#blame({ promise: 5, what: `a reset said that messages are kept from ${first}: it was ${due}`, room, at });
  }

  #checkHeads({ heads, at }: Extract<ClientEvent, { type: "pong" }>): void {
    for (const [room, { epoch, seq }] of Object.entries(heads)) {
      const live = this.#live.get(room);
      if (live?.epoch === epoch && live.seq === seq) continue;
      const came = live === undefined ? "nothing came" : `${live.seq} (${live.epoch}) is the last that came`;
      const what = `a pong said that everything up to ${seq} (epoch ${epoch}) was sent, and ${came}`;
      this.#blame({ promise: 5, what, room, seq, at });
    }
  }

  /** A page of history has every message from where it says that it begins to where the next one begins. */
  #checkPage(
    { room, askedAt, before = Infinity, after = Infinity, epoch, from, to, messages, at }: HistoryPage,
  ): void {
    const life = this.#ledger.life(room, epoch);
    this.#checkRun(life, messages, at, "a page of history", false, true);
    const live = this.#live.get(room);
    // What came after it was asked for it need not have: that it has the newest of then is judged with what was acknowledged.
    const isCurrent = live?.epoch === epoch && live.since <= askedAt;
    const end = isCurrent && live.seq >= before - 1 ? before - 1 : to;
    const last = messages.at(-1)?.seq ?? from - 1;
    if (to < end && life.count(to + 1, end) > 0 && !this.#ledger.hasHole(room, to + 1, end)) {
      this.#blame({ promise: 5, what: `the page of history up to ${end} ends with ${to}`, room, seq: to + 1, at });
    }
    const begin = Math.max(Math.min(from, after + 1), this.#boundsAt(life, at).first);
    for (
      const [begins, ends] of [[begin, (messages[0]?.seq ?? to + 1) - 1], [Math.max(last + 1, begin), to]] as const
    ) {
      if (life.count(begins, ends) === 0 || this.#ledger.hasHole(room, begins, ends)) continue;
      const what = `a page of history from ${from} to ${to} lacks a message between ${begins} and ${ends}`;
      this.#blame({ promise: 5, what, room, seq: begins, at });
    }
  }

  #take(room: string, { seq, ts, kind }: Entry, at: number): void {
    const live = this.#live.get(room);
    if (live === undefined) {
      return this.#blame({ promise: 3, what: `event ${seq} of a room that was not joined`, room, seq, at });
    }
    if (kind !== undefined && !this.#log.changes) {
      this.#blame({ promise: 5, what: `event ${seq} came as a change, which it had not asked for`, room, seq, at });
    }
    if (seq <= live.seq) {
      this.#blame({ promise: 2, what: `event ${seq} after ${live.seq}`, room, seq, at });
    } else if (seq > live.seq + 1) {
      const what = `event ${seq} after ${live.seq}, and nothing was said of what lies between`;
      this.#blame({ promise: 5, what, room, seq: live.seq + 1, at });
    }
    if (!mayFollow(live.ts, ts, this.#evidence.clocksJump ?? false)) {
      this.#blame({ promise: 6, what: `the time of event ${seq} fell`, room, seq, at });
    }
    this.#place(room, { epoch: live.epoch, seq }, ts, at);
  }

  /** Whether pages, too, are to have a line for each event: for a client that does not understand changes. */
  get #isDense(): boolean {
    return !this.#log.changes;
  }

  /** @param isRun whether it has all events, and not only messages */
  #checkRun(life: Life, entries: Entry[], at: number, where: string, isRun: boolean, mayLack: boolean): void {
    const { room } = life;
    entries.forEach((entry, index) => {
      const { seq, ts } = entry;
      if (!isMessage(entry) && (!isRun || this.#isDense)) {
        this.#blame({ promise: 5, what: `${where} has ${seq}, which is no message`, room, seq, at });
      }
      const before = entries[index - 1];
      if (before === undefined) return;
      const isNext = seq === before.seq + 1 ||
        (seq > before.seq && !isRun && this.#mayPass(life, before.seq + 1, seq - 1, at));
      if (!isNext && !(mayLack && this.#ledger.hasHole(room, before.seq + 1, seq - 1))) {
        this.#blame({ promise: 5, what: `${where} has ${seq} after ${before.seq}`, room, seq, at });
      }
      // With others between them, times may have fallen and risen.
      if (seq === before.seq + 1 && !mayFollow(before.ts, ts, this.#evidence.clocksJump ?? false)) {
        this.#blame({ promise: 6, what: `in ${where}, the time of event ${seq} fell`, room, seq, at });
      }
    });
  }

  /** Whether a page may lack what lies between two messages: changes, if they are not told as messages or are not kept any more. */
  #mayPass(life: Life, from: number, to: number, at: number): boolean {
    const floor = this.#boundsAt(life, at).floor;
    return life.count(from, to) === 0 && (!this.#isDense || to <= floor);
  }

  /** Where a room began at a moment. */
  #boundsAt(life: Life, at: number): Bounds {
    return this.#boundsBetween(life, at, at).at(-1)!;
  }

  /** Where it began at one moment or another between these, the earliest first. */
  #boundsBetween({ room, epoch }: Life, from: number, to: number): Bounds[] {
    const trims = (this.#evidence.trims ?? []).filter((trim) => trim.room === room && trim.epoch === epoch);
    return [{ first: 1, floor: 0, at: -Infinity }, ...trims].filter((bounds, index, all) =>
      bounds.at <= to && (all[index + 1]?.at ?? Infinity) >= from
    );
  }

  #place(room: string, position: Position, ts: number, at: number): void {
    const live = this.#live.get(room);
    this.#live.set(room, { ...position, ts, since: live?.epoch === position.epoch ? live.since : at });
    this.#reached.set(room, position);
  }

  #checkComplete(): void {
    for (const [room, { epoch, seq }] of this.#reached) {
      const stored = this.#evidence.store[room];
      if (stored === undefined || (stored.epoch === epoch && stored.head === seq)) continue;
      const what = `in the end it has ${room} up to ${seq} (epoch ${epoch}); ` +
        `the store has it up to ${stored.head} (epoch ${stored.epoch})`;
      this.#blame({ promise: 4, what, room, seq: seq + 1 });
    }
  }
}
