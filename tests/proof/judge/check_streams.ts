/**
 * Judges the messages that one client saw, by themselves: a contiguous run, except where it was told otherwise.
 *
 * @module
 */

import { mayFollow } from "./check_messages.ts";
import type { ClientEvent, ClientLog, Evidence, Message, Position, Violation } from "./evidence.ts";
import type { Ledger } from "./ledger.ts";

type Blame = (violation: Violation) => void;
type Joined = Extract<ClientEvent, { type: "joined" }>;

/** Judges every client's stream. */
export function checkStreams(evidence: Evidence, ledger: Ledger, blame: Blame): void {
  for (const log of evidence.clients) {
    if (log.dialect === "plain") checkPlain(log, evidence, ledger, blame);
    else new Stream(log, evidence, blame).check();
  }
}

/** One `chat.v1` client. */
class Stream {
  readonly #log: ClientLog;
  readonly #evidence: Evidence;
  readonly #blame: Blame;
  /** Where each joined room is on the present connection. */
  readonly #live = new Map<string, Position & { ts: number }>();
  /** Where each room is, over all connections. */
  readonly #reached = new Map<string, Position>();

  constructor(log: ClientLog, evidence: Evidence, blame: Blame) {
    this.#log = log;
    this.#evidence = evidence;
    this.#blame = (violation) => blame({ client: log.name, ...violation });
  }

  check(): void {
    for (const event of this.#log.events) {
      if (event.type === "opened") this.#live.clear();
      else if (event.type === "left") this.#leave(event.room);
      else if (event.type === "joined") this.#join(event);
      else if (event.type === "message") this.#take(event.room, event.message, event.at);
      else if (event.type === "reset") this.#reset(event);
      else if (event.type === "pong") this.#checkHeads(event);
      else if (event.type === "history") {
        this.#checkRun(event.room, event.messages, event.at, "a page of history", true);
        this.#checkPage(event);
      }
    }
    if (this.#evidence.settled) this.#checkComplete();
  }

  #join(event: Joined): void {
    const { room, after, epoch, seq, recovered, messages, at } = event;
    this.#checkRun(room, messages, at, "a joined", false);
    const first = messages[0]?.seq ?? (recovered && after ? after.seq : seq) + 1;
    const last = messages.at(-1)?.seq ?? first - 1;
    if (last > seq) {
      this.#blame({ promise: 5, what: `a joined brought ${last} and said that ${seq} is the newest`, room, at });
    }
    if (recovered) this.#checkRecovered(event, first);
    else this.#checkUnrecovered(event, first, last);
    this.#place(room, { epoch, seq: last }, messages.at(-1)?.ts ?? 0);
  }

  #checkRecovered({ room, after, epoch, at }: Joined, first: number): void {
    if (after === undefined || after.epoch !== epoch) {
      return this.#blame({ promise: 5, what: "recovered, and there was nothing to recover", room, at });
    }
    if (first !== after.seq + 1) {
      const what = `recovered after ${after.seq}, and the first message is ${first}`;
      this.#blame({ promise: first > after.seq ? 5 : 2, what, room, seq: first, at });
    }
  }

  #checkUnrecovered({ room, after, epoch, seq, missed, at }: Joined, first: number, last: number): void {
    if (last !== seq) {
      this.#blame({ promise: 5, what: `the newest messages end with ${last}, the room with ${seq}`, room, at });
    }
    if (after === undefined || after.epoch !== epoch) return;
    if (after.seq > seq) {
      const what = `the room ends at ${seq} under the epoch under which ${after.seq} was seen`;
      return this.#blame({ promise: 5, what, room, seq: after.seq, at });
    }
    const mayBeUnknown = missed === undefined && after.ordinal === undefined;
    if (!mayBeUnknown && missed !== first - 1 - after.seq) {
      const what = `${missed} said to be missing between ${after.seq} and ${first}`;
      this.#blame({ promise: 5, what, room, seq: first, at });
    }
    const kept = this.#evidence.store[room];
    const wasKept = (kept === undefined || kept.epoch !== epoch || kept.first <= after.seq + 1) &&
      !this.#hasHole(room, after.seq + 1, seq);
    if (wasKept && seq - after.seq <= this.#evidence.replay) {
      const what = `not recovered after ${after.seq}, though only ${seq - after.seq} messages came since`;
      this.#blame({ promise: 5, what, room, seq: after.seq, at });
    }
  }

  #leave(room: string): void {
    this.#live.delete(room);
    this.#reached.delete(room);
  }

  #reset({ room, epoch, head, at }: Extract<ClientEvent, { type: "reset" }>): void {
    const live = this.#live.get(room);
    // A client that joined a new epoch before the room heard of it is told twice: so it is wrong only without a loss.
    const mayLack = this.#evidence.losses.length > 0 || (this.#evidence.store[room]?.first ?? 1) > 1 ||
      this.#hasHole(room, live?.seq ?? 0, Infinity);
    if (live?.epoch === epoch && !mayLack) {
      this.#blame({ promise: 5, what: `a reset at ${live.seq}, and nothing was lost`, room, seq: live.seq, at });
    }
    if (live?.epoch === epoch && live.seq > head) {
      const what = `a reset leads back from ${live.seq} to ${head} of ${room}, under the same epoch`;
      this.#blame({ promise: 2, what, room, seq: live.seq, at });
    }
    this.#place(room, { epoch, seq: head }, 0);
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

  /** A page of history ends where the next one begins. */
  #checkPage({ room, before = 0, epoch, messages, at }: Extract<ClientEvent, { type: "history" }>): void {
    const live = this.#live.get(room);
    const last = messages.at(-1)?.seq;
    if (last === undefined || live?.epoch !== epoch || live.seq < before - 1) return;
    if (last >= before - 1 || this.#hasHole(room, last + 1, before - 1)) return;
    this.#blame({
      promise: 5,
      what: `the page of history before ${before} ends with ${last}`,
      room,
      seq: last + 1,
      at,
    });
  }

  #take(room: string, { seq, ts }: Message, at: number): void {
    const live = this.#live.get(room);
    if (live === undefined) {
      return this.#blame({ promise: 3, what: `message ${seq} of a room that was not joined`, room, seq, at });
    }
    if (seq <= live.seq) {
      this.#blame({ promise: 2, what: `message ${seq} after ${live.seq}`, room, seq, at });
    } else if (seq > live.seq + 1) {
      const what = `message ${seq} after ${live.seq}, and nothing was said of what lies between`;
      this.#blame({ promise: 5, what, room, seq: live.seq + 1, at });
    }
    if (!mayFollow(live.ts, ts, this.#evidence.clocksJump ?? false)) {
      this.#blame({ promise: 6, what: `the time of message ${seq} fell`, room, seq, at });
    }
    this.#place(room, { epoch: live.epoch, seq }, ts);
  }

  /** Whether the store lost some of a room's messages between these two. */
  #hasHole(room: string, from: number, to: number): boolean {
    return (this.#evidence.holes ?? []).some((hole) => hole.room === room && hole.from <= to && hole.to >= from);
  }

  #checkRun(room: string, messages: Message[], at: number, where: string, mayLack: boolean): void {
    messages.forEach(({ seq, ts }, index) => {
      const before = messages[index - 1];
      if (before === undefined) return;
      if (seq !== before.seq + 1 && !(mayLack && this.#hasHole(room, before.seq + 1, seq - 1))) {
        this.#blame({ promise: 5, what: `${where} has ${seq} after ${before.seq}`, room, seq, at });
      }
      if (!mayFollow(before.ts, ts, this.#evidence.clocksJump ?? false)) {
        this.#blame({ promise: 6, what: `in ${where}, the time of message ${seq} fell`, room, seq, at });
      }
    });
  }

  #place(room: string, position: Position, ts: number): void {
    this.#live.set(room, { ...position, ts });
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

/** A plain client is promised a contiguous run for as long as one connection lasts. */
function checkPlain(
  { name, room = "", events }: ClientLog,
  { losses }: Evidence,
  ledger: Ledger,
  blame: Blame,
): void {
  let candidates: Position[] | undefined;
  for (const event of events) {
    if (event.type === "opened") candidates = undefined;
    if (event.type !== "text") continue;
    const { at, text } = event;
    const [, id, said] = /^Client #(.+?) says: (.*)$/s.exec(text) ?? [];
    const places = id === undefined ? [] : ledger.placesOf(room, id, said!);
    const next = places.filter((place) =>
      candidates === undefined || candidates.some(({ epoch, seq }) => place.epoch === epoch && place.seq === seq + 1)
    );
    if (next.length === 0 && losses.length === 0) {
      const before = candidates === undefined ? "at first" : `after ${candidates.map(({ seq }) => seq).join(" or ")}`;
      const found = places.length === 0 ? "which nobody else knows" : `which is ${places[0]!.seq}`;
      const what = `“${text.slice(0, 60)}” came ${before}, ${found}`;
      blame({ promise: 3, what, client: name, room, seq: places[0]?.seq, at });
    }
    candidates = next.length > 0 ? next : places.length > 0 ? places : undefined;
  }
}
