/**
 * What all servers of a simulation share: the data, and the state of the way to it. It sees every commit, and keeps
 * what the store loses or removes as evidence.
 *
 * @module
 */

import type { NewMessage, StoredMessage } from "../../../chat/event/event.ts";
import type { Appended, Entry, Refused } from "../../../chat/log/message_log.ts";
import { messagesOf } from "../../../chat/log/whole.ts";
import { AHEAD_MS } from "../../../chat/log/time_stamp.ts";
import type { ClientEvent, ClientLog, Hole, Loss, Position, StoredRoom, Violation } from "../judge/evidence.ts";
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
  readonly latencyMs: number;
  readonly overtaking: boolean;
  readonly parts: boolean;
  readonly losses: Loss[] = [];
  readonly holes: Hole[] = [];
  /** What was written by another program, and what was trimmed. */
  readonly outside: ClientLog = { name: "outside", id: "outside", dialect: "plain", room: "", events: [] };
  stored = 0;
  readonly #blame: (violation: Violation) => void;
  /** When each message was stored, or first found to be, by room, author, nonce and place. */
  readonly #storedAt = new Map<string, number>();
  /** What lay in the holes. */
  readonly #lost: { room: string; message: StoredMessage }[] = [];

  constructor(
    time: VirtualTime,
    { storeMs, overtaking, parts, hints }: Scenario,
    blame: (violation: Violation) => void,
  ) {
    this.time = time;
    this.latencyMs = storeMs;
    this.overtaking = overtaking;
    this.parts = parts;
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

  /** An acknowledgement was not sent before the message was stored. @param sentAt the step in which the server sent it */
  checkAcked(id: string, event: ClientEvent, sentAt: number): void {
    if (event.type !== "acked") return;
    const { room, nonce, epoch, seq } = event;
    const storedAt = this.#storedAt.get(key(room, id, nonce, epoch, seq));
    if (storedAt !== undefined && storedAt <= sentAt) return;
    const when = storedAt === undefined ? "and not" : "before it was";
    const what = `${nonce} was acknowledged as ${seq} of ${room} (epoch ${epoch}) ${when} stored`;
    this.#blame({ promise: 1, what, client: id, room, seq, nonce });
  }

  /** Removes the messages of a room that are older than `seq`. */
  trim(room: string, seq: number): void {
    // Clients may have seen them: so the checker has to know them.
    const { epoch, events } = this.database.read(room, { before: seq, limit: Infinity });
    const messages = messagesOf(events).map(({ ordinal: _, ...message }) => message);
    this.outside.events.push({ at: this.time.now, type: "history", room, epoch, messages });
    this.database.trim(room, seq);
  }

  /** Loses the messages of a room from one number to another. */
  lose(room: string, from: number, to: number): void {
    this.holes.push({ room, from, to });
    this.#lost.push(...this.database.lose(room, from, to).map((message) => ({ room, message })));
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
      const page = this.database.read(room, { limit: Infinity });
      // What it held is evidence though it has lost it: clients may have seen it, and must not have seen anything else there.
      const lost = this.#lost.filter((one) => one.room === room && one.message.seq >= page.first);
      const kept = messagesOf(page.events).map(({ ordinal: _, ...message }) => message);
      const messages = [...kept, ...lost.map(({ message }) => message)];
      return [room, { ...page, messages: messages.sort((one, other) => one.seq - other.seq) }];
    }));
  }
}

function key(...parts: (string | number)[]): string {
  return parts.join("\0");
}
