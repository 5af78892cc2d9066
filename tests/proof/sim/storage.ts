/**
 * What all servers of a simulation share: the data, and the state of the way to it. It sees every commit, and keeps
 * what the store loses or removes as evidence.
 *
 * @module
 */

import { isMessage, type NewMessage, type StoredEvent } from "../../../chat/event/event.ts";
import type { Appended, Refused } from "../../../chat/log/message_log.ts";
import type { Entry } from "../../../chat/log/store.ts";
import { AHEAD_MS } from "../../../chat/log/time_stamp.ts";
import type {
  ClientEvent,
  ClientLog,
  Entry as Told,
  Hole,
  Loss,
  Position,
  StoredRoom,
  Trim,
  Violation,
} from "../judge/evidence.ts";
import { SharedLeases } from "../../lib/shared_leases.ts";
import { Database } from "./database.ts";
import type { Scenario } from "./scenario.ts";
import { KEEP_DAYS } from "./server.ts";
import { fairWeather, type SimStore, type StoreSite, type Weather } from "./sim_store.ts";
import { BEGINNING, type VirtualTime } from "./virtual_time.ts";

export class Storage implements StoreSite {
  readonly time: VirtualTime;
  readonly database = new Database();
  readonly weather: Weather;
  /** The weather when nothing is wrong. */
  readonly fair: Weather;
  readonly handles = new Set<SimStore>();
  readonly leases: SharedLeases | undefined;
  readonly latencyMs: number;
  readonly readMs: number;
  readonly overtaking: boolean;
  readonly parts: boolean;
  readonly losses: Loss[] = [];
  readonly holes: Hole[] = [];
  readonly trims: Trim[] = [];
  /** What was written by another program. */
  readonly outside: ClientLog = { name: "outside", id: "outside", dialect: "plain", room: "", events: [] };
  stored = 0;
  readonly #blame: (violation: Violation) => void;
  /** When each event was stored, or first found to be, by room, author, nonce and place. */
  readonly #storedAt = new Map<string, number>();
  /** What lay in the holes. */
  readonly #lost: { room: string; event: StoredEvent }[] = [];

  constructor(
    time: VirtualTime,
    { storeMs, readMs, overtaking, parts, hints, sharesPresence }: Scenario,
    blame: (violation: Violation) => void,
  ) {
    this.time = time;
    this.latencyMs = storeMs;
    this.readMs = readMs;
    this.overtaking = overtaking;
    this.parts = parts;
    this.leases = sharesPresence ? new SharedLeases(() => time.now) : undefined;
    this.fair = fairWeather(hints);
    this.weather = { ...this.fair };
    this.#blame = blame;
  }

  /** The newest place of a room. */
  head(room: string): Position {
    const { epoch, head } = this.database.read(room, { limit: 0 });
    return { epoch, seq: head };
  }

  committed(entries: readonly Entry[], results: readonly (Appended | Refused)[], now: number): void {
    results.forEach((result, index) => {
      if ("refused" in result) return;
      const { room, event: { id, nonce = "" } } = entries[index]!;
      const { epoch, seq, ts, duplicate } = result;
      if (result.unchanged) return;
      if (!duplicate && (ts < now || ts - now > AHEAD_MS)) {
        this.#blame({ promise: 6, what: `${seq} of ${room} was stored at ${now} and has the time ${ts}` });
      }
      const mark = key(room, id, nonce, epoch, seq);
      if (!this.#storedAt.has(mark)) this.#storedAt.set(mark, this.time.step);
      if (!duplicate) this.stored++;
    });
  }

  /** No message of a run is old enough to be removed. */
  expired(room: string, seqs: number[]): void {
    const what = `messages of ${room} are to be removed, though they are not ${KEEP_DAYS} days old`;
    this.#blame({ promise: 1, what, room, seq: seqs[0] });
  }

  /** An acknowledgement was not sent before its event was stored. @param sentAt the step in which the server sent it */
  checkAcked(id: string, event: ClientEvent, sentAt: number): void {
    if (event.type !== "acked" || event.unchanged) return;
    const { room, nonce, epoch, seq } = event;
    const storedAt = this.#storedAt.get(key(room, id, nonce, epoch, seq));
    if (storedAt !== undefined && storedAt <= sentAt) return;
    const when = storedAt === undefined ? "and not" : "before it was";
    const what = `${nonce} was acknowledged as ${seq} of ${room} (epoch ${epoch}) ${when} stored`;
    this.#blame({ promise: 1, what, client: id, room, seq, nonce });
  }

  /** Removes the messages of a room that are older than one number, and the changes that are older than another. */
  trim(room: string, messagesFrom: number, changesFrom: number): void {
    const gone = [...this.database.trim(room, messagesFrom), ...this.database.trimChanges(room, changesFrom)];
    // Clients may have seen them: so the checker has to know them.
    const { epoch, first, floor, head } = this.database.read(room, { limit: 0 });
    this.trims.push({ at: this.time.now, room, epoch, first, floor, head, entries: gone.map(told) });
  }

  /** Loses the events of a room from one number to another. */
  lose(room: string, from: number, to: number): void {
    this.holes.push({ room, from, to });
    this.#lost.push(...this.database.lose(room, from, to).map((event) => ({ room, event })));
  }

  /** Makes up messages of another program. */
  compose(room: string, count: number, filling: number): NewMessage[] {
    const { events } = this.outside;
    return Array.from({ length: count }, () => {
      const text = `outside ${events.length + 1} ${"x".repeat(filling)}`;
      events.push({ at: this.time.now, type: "sent", room, text });
      return { id: "outside", name: "Client #outside", text };
    });
  }

  /** Another program, which shares the store, writes messages. */
  write(room: string, messages: NewMessage[]): void {
    const entries = messages.map((event) => ({ room, event }));
    const now = BEGINNING + this.time.now;
    const results = this.database.commit(entries, { ts: now, day: this.database.day });
    this.committed(entries, results, now);
    for (const handle of this.handles) handle.tell(entries, results);
  }

  /** All that it holds. */
  rooms(): Record<string, StoredRoom> {
    return Object.fromEntries(this.database.rooms.map((room) => {
      const { epoch, first, head, floor } = this.database.read(room, { limit: 0 });
      // What it held is evidence though it has lost it: clients may have seen it, and must not have seen anything else there.
      const lost = this.#lost.filter((one) => one.room === room).map(({ event }) => event)
        .filter((event) => event.seq > floor || isMessage(event) && event.seq >= first);
      const events = [...this.database.all(room), ...lost].sort((one, other) => one.seq - other.seq);
      const reactors = events.filter(isMessage).flatMap(({ seq, reactions = [] }) =>
        reactions.map(({ emoji }) => ({ target: seq, emoji, ids: this.#reactors(room, seq, emoji) }))
      );
      return [room, { epoch, first, head, floor, entries: events.map(told), reactors }];
    }));
  }

  #reactors(room: string, target: number, emoji: string): string[] {
    return this.database.reactors(room, { target, emoji, limit: Infinity });
  }
}

/** An event as evidence. */
function told(event: StoredEvent): Told {
  const { ordinal: _, ...entry } = event as StoredEvent & { ordinal?: number };
  return entry as Told;
}

function key(...parts: (string | number)[]): string {
  return parts.join("\0");
}
