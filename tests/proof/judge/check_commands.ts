/**
 * Judges the fate of each command that was to be stored: kept if it was acknowledged, once, in its author's order, and refused only for a
 * reason. A command is known by its nonce and its content: a nonce that is used for another content makes another command, which is refused.
 *
 * @module
 */

import { key, markOf, mayBe, shown } from "./entries.ts";
import {
  type ClientEvent,
  type ClientLog,
  type Content,
  type Entry,
  type Evidence,
  isMessage,
  type Loss,
  numberIn,
  type StoredRoom,
  type Violation,
} from "./evidence.ts";
import type { Ledger } from "./ledger.ts";

type Blame = (violation: Violation) => void;
type Acked = Extract<ClientEvent, { type: "acked" }>;

/** Judges every command. */
export function checkCommands(evidence: Evidence, ledger: Ledger, blame: Blame): void {
  const places = new Map<string, Entry>();
  for (const [room, { entries }] of Object.entries(evidence.store)) {
    for (const entry of entries) places.set(key(room, entry.seq), entry);
  }
  for (const log of evidence.clients) {
    const blameIt: Blame = (violation) => blame({ client: log.name, ...violation });
    checkAcks(log, evidence, places, ledger, blameIt);
    for (const [room, stored] of Object.entries(evidence.store)) checkOrder(log, room, stored, ledger, blameIt);
    checkReuses(log, evidence, ledger, blameIt);
    if (evidence.settled) checkAllAnswered(log, blameIt);
  }
  checkAuthors(evidence, ledger, blame);
  checkMeant(evidence, ledger, blame);
}

/** Everything that was acknowledged is where its acknowledgement said. */
function checkAcks(
  { id, events }: ClientLog,
  { store, losses, durability }: Evidence,
  places: Map<string, Entry>,
  ledger: Ledger,
  blame: Blame,
): void {
  let opened = 0;
  for (const event of events) {
    if (event.type === "opened") opened = event.at;
    if (event.type !== "acked") continue;
    const { room, nonce, epoch, seq, at } = event;
    if (event.durability !== durability) {
      blame({ promise: 1, what: `an ack said ${event.durability}; this store is ${durability}`, room, seq, nonce, at });
    }
    // That there was nothing to do is judged with the message's state.
    if (event.unchanged) continue;
    const stored = store[room];
    const kept = places.get(key(room, seq));
    const isTrimmed = stored !== undefined && seq < (event.kind === undefined ? stored.first : stored.floor + 1);
    const isOfThisLife = stored?.epoch === epoch;
    if (kept !== undefined && isOf(kept, id, event)) {
      if (!isOfThisLife || kept.ts === event.ts) continue;
      blame({ promise: 6, what: `${seq} was acked with the time ${event.ts}: it has ${kept.ts}`, room, seq, at });
    } else if (!isTrimmed && (isOfThisLife || !losses.some((loss) => excuses(loss, event, opened)))) {
      const elsewhere = stored?.entries.find((entry) => isOf(entry, id, event))?.seq;
      const where = elsewhere !== undefined
        ? `it is at ${elsewhere}`
        : kept === undefined
        ? "nothing is there"
        : `there is ${shown(kept)}`;
      blame({ promise: 1, what: `${nonce} was acked as ${seq} of ${room}, and ${where}`, room, seq, nonce, at });
    } else {
      // The store that had it is gone, or has trimmed it; what clients saw in it is not.
      const other = ledger.life(room, epoch).entries.get(seq);
      if (other === undefined || isOf(other, id, event)) continue;
      const what = `${nonce} was acked as ${seq} of ${room}, and members were sent ${shown(other)}`;
      blame({ promise: 1, what, room, seq, nonce, at });
    }
  }
}

/** A reply can be on its way when the store is replaced; on a connection made afterwards it cannot. */
function excuses({ from, to }: Loss, { at }: Acked, opened: number): boolean {
  return at >= from && opened <= to;
}

/** Whether an event is what a command asked for, as far as it can be told: a text may have been changed since. */
function isOf(entry: Entry, id: string, command: Content & { nonce?: string }): boolean {
  if (entry.id !== id || entry.nonce !== command.nonce || entry.kind !== command.kind) return false;
  if (!isMessage(entry)) {
    return (command.target ?? entry.target) === entry.target && entry.emoji === command.emoji &&
      entry.on === command.on;
  }
  const isChanged = entry.deleted || (entry.version ?? 0) > 0;
  return entry.reply === command.reply && (isChanged || entry.text === command.text);
}

/**
 * An author's events keep their order. Not bound is one that was refused for a time, that an earlier life of the store had, or that had
 * nothing to do at first: what its author had already sent behind it may have passed it, until it is acknowledged.
 */
function checkOrder(
  { id, events }: ClientLog,
  room: string,
  { epoch, entries }: StoredRoom,
  ledger: Ledger,
  blame: Blame,
): void {
  const life = ledger.life(room, epoch);
  const seqs = new Map<string, number>();
  for (const { seq, id: author, nonce } of entries) {
    const content = author === id ? ledger.contentOf(life, seq) : undefined;
    if (content !== undefined) seqs.set(nameOf({ ...content, nonce }), seq);
  }
  const refused = new Set<string>();
  for (const event of events) {
    const isBound = event.type === "acked" && event.epoch === epoch && !event.unchanged;
    if ((event.type !== "acked" && event.type !== "refused") || isBound) continue;
    if (event.room === room) refused.add(nameOf(event));
  }
  const begun = new Set<string>();
  let bound = 0;
  for (const event of events) {
    // A plain client's texts on an earlier connection may still be under way.
    if (event.type === "opened" && begun.size > 0 && begun.has("\0plain")) bound = 0;
    if (event.type === "sent" && event.room === room) {
      const name = nameOf(event);
      const seq = seqs.get(name);
      if (event.nonce === undefined) begun.add("\0plain");
      if (seq === undefined || begun.has(name)) continue;
      begun.add(name);
      if (seq < bound) {
        const what = `${event.nonce ?? name} is ${seq} of ${room}; what ${id} had sent before is ${bound}`;
        blame({ promise: 3, what, room, seq, nonce: event.nonce, at: event.at });
      }
      if (!refused.has(name)) bound = Math.max(bound, seq);
    } else if (event.type === "acked" && !event.unchanged && event.room === room && event.epoch === epoch) {
      bound = Math.max(bound, seqs.get(nameOf(event)) ?? 0);
    }
  }
}

/** What tells two commands of an author apart. */
export function nameOf({ nonce, ...content }: Content & { nonce?: string }): string {
  return nonce === undefined ? content.text ?? "" : `${nonce}\0${markOf(content)}`;
}

/** What is refused because its nonce was used: only where that is so, and nothing of it is stored. */
function checkReuses({ id, events }: ClientLog, { store, losses }: Evidence, ledger: Ledger, blame: Blame): void {
  for (const event of events) {
    if (event.type !== "refused" || event.code !== "nonce_used") continue;
    const { room, nonce, at } = event;
    if (ledger.contentsOf(room, id, nonce).length < 2) {
      blame({ promise: 2, what: `${nonce} was refused as used, and it was not`, room, nonce, at });
    }
    const { epoch = "", entries = [] } = store[room] ?? {};
    const stored = entries.find((entry) => {
      const content = isOf(entry, id, event) ? ledger.contentOf(ledger.life(room, epoch), entry.seq) : undefined;
      return content !== undefined && markOf(content) === markOf(event);
    });
    if (stored !== undefined && losses.length === 0) {
      blame({ promise: 2, what: `${shown(stored)} was refused, and it is stored`, room, seq: stored.seq, nonce, at });
    }
  }
}

/** A command without an answer. */
interface Open {
  violation: Violation;
  /** Its event, by which its author may learn that it is stored. */
  event: string;
}

/** Once everything works again, everything that was sent is answered. */
function checkAllAnswered({ id, events }: ClientLog, blame: Blame): void {
  const open = new Map<string, Open>();
  const epochs = new Map<string, string>();
  /** What was acknowledged in the life under which its author had the room, or refused: if it is sent once more, that needs no answer. */
  const done = new Set<string>();
  /** The life of the store in which each was acknowledged: the room may come to it only later. */
  const lives = new Map<string, { room: string; epoch: string }>();
  /** What was refused for a time, or has lost its connection: its author may learn from the event itself that it is stored. */
  const unsure = new Set<string>();
  const came = new Set(ownOf({ id, events }).map(({ room, entry }) => eventOf(room, entry)));
  for (const event of events) {
    if (event.type === "joined" || event.type === "reset") {
      epochs.set(event.room, event.epoch);
      for (const [name, { room, epoch }] of lives) {
        if (room !== event.room || epoch !== event.epoch) continue;
        done.add(name);
        open.delete(name);
      }
    }
    if (event.type !== "sent" && event.type !== "acked" && event.type !== "refused") continue;
    const { room, nonce, at } = event;
    const name = `${room}\0${nameOf(event)}`;
    if (event.type === "acked") lives.set(name, event);
    if (event.type === "sent" && nonce !== undefined && !done.has(name)) {
      const violation = { promise: 4, what: `${nonce} in ${room} was never answered`, room, nonce, at };
      open.set(name, { violation, event: eventOf(room, event) });
    } else if (event.type === "acked" || (event.type === "refused" && event.final)) open.delete(name);
    const isOver = event.type === "acked" ? event.epoch === epochs.get(room) : event.type === "refused" && event.final;
    if (isOver) done.add(name);
    if (event.type === "refused" && !event.final) unsure.add(name);
    else unsure.delete(name);
  }
  for (const [name, { violation, event }] of open) if (!unsure.has(name) || !came.has(event)) blame(violation);
}

function eventOf(room: string, { kind, nonce = "" }: Content & { nonce?: string }): string {
  return key(room, kind ?? "message", nonce);
}

/** The events of its own that came to a client. */
export function ownOf({ id, events }: Pick<ClientLog, "id" | "events">): { room: string; entry: Entry }[] {
  return events.flatMap((event) => {
    const entries = event.type === "message"
      ? [event.message]
      : event.type === "change"
      ? [event.change]
      : event.type === "joined" || event.type === "history"
      ? event.messages
      : [];
    return entries.filter((entry) => entry.id === id).map((entry) => ({
      room: (event as { room: string }).room,
      entry,
    }));
  });
}

/**
 * Whether one time may come after another in a room: it does not fall, but where clocks were set wrong, and then by more than the
 * minute within which the earlier time is repeated.
 */
export function mayFollow(before: number, ts: number, clocksJump: boolean): boolean {
  return ts >= before || (clocksJump && before - ts > 60_000);
}

/** Nothing is in the store that its author did not send, or that is there twice, or out of the order of time. */
function checkAuthors({ clients, store, clocksJump = false }: Evidence, ledger: Ledger, blame: Blame): void {
  const plain = new Set<string>();
  for (const { id, events } of clients) {
    for (const event of events) {
      if (event.type === "sent" && event.nonce === undefined) plain.add(key(event.room, id, event.text ?? ""));
    }
  }
  for (const [room, { entries, first, floor, head }] of Object.entries(store)) {
    const nonces = new Map<string, Entry>();
    let before: Entry | undefined;
    for (const entry of entries) {
      const { seq, id, nonce, ts } = entry;
      const isSent = nonce === undefined
        ? plain.has(key(room, id, (entry as { text?: string }).text ?? ""))
        : ledger.contentsOf(room, id, nonce).some((content) => isOf(entry, id, { ...content, nonce }));
      if (!isSent) {
        blame({ promise: 6, what: `the store has ${shown(entry)}, which ${id} never sent`, room, seq, nonce });
      }
      const mark = nonce ?? (entry as { text?: string }).text ?? "";
      const other = nonces.get(key(id, mark));
      if (other !== undefined) {
        const what = isSame(other, entry)
          ? `the store has ${shown(entry)} twice`
          : `the store has ${shown(entry)} and ${shown(other)}`;
        blame({ promise: 2, what, room, seq, nonce });
      }
      nonces.set(key(id, mark), entry);
      const due = Math.max(before?.seq ?? 0, floor) + 1;
      if (seq > due || (seq < due && !(isMessage(entry) && seq <= floor && seq > (before?.seq ?? 0)))) {
        blame({ promise: 5, what: `the store has ${seq} after ${before?.seq ?? due - 1}`, room, seq });
      }
      if (before?.seq === seq - 1 && !mayFollow(before.ts, ts, clocksJump)) {
        blame({ promise: 6, what: `the time of ${seq} fell`, room, seq });
      }
      before = entry;
    }
    // What it has lost there it may count or not.
    const messages = entries.filter(isMessage).map(({ seq }) => seq);
    const begins = [messages[0], messages.find((seq) => !ledger.hasHole(room, seq, seq))];
    if (!begins.some((seq) => first === (seq ?? head + 1))) {
      const what = `the store says the first message of ${room} is ${first}, and it is ${begins[0] ?? "none"}`;
      blame({ promise: 5, what, room, seq: first });
    }
    const end = Math.max(before?.seq ?? 0, floor);
    if (end === head) continue;
    blame({ promise: 5, what: `the store says ${room} ends at ${head}, and ends at ${end}`, room, seq: head });
  }
}

/** A number means the message that had it in the epoch in which its author read it, and no other one. */
function checkMeant({ clients }: Evidence, ledger: Ledger, blame: Blame): void {
  const numbered = new Map<string, (Content & { epoch: string })[]>();
  for (const { id, events } of clients) {
    for (const event of events) {
      if (event.type !== "sent" || event.nonce === undefined || event.epoch === undefined) continue;
      const mark = key(event.room, id, event.nonce);
      numbered.set(mark, [...numbered.get(mark) ?? [], { ...event, epoch: event.epoch }]);
    }
  }
  for (const { room, entries } of ledger.lives) {
    for (const entry of entries.values()) {
      const found = entries.get(numberIn(entry) ?? 0);
      if (found === undefined || entry.nonce === undefined) continue;
      const asked = numbered.get(key(room, entry.id, entry.nonce))?.filter((content) => mayBe(content, entry)) ?? [];
      const meant = asked.map(({ epoch }) => ledger.life(room, epoch).entries.get(found.seq));
      if (meant.length === 0 || meant.some((one) => one === undefined || isSameMessage(one, found))) continue;
      const what = `${shown(entry)} is of ${shown(found)}, and its author meant ${shown(meant[0]!)}`;
      blame({ promise: 6, what, room, seq: entry.seq, nonce: entry.nonce });
    }
  }
}

/** Whether it is one message in two lives, in each of which it may have another state. */
function isSameMessage(one: Entry, other: Entry): boolean {
  return one.id === other.id && one.nonce === other.nonce && (one.nonce !== undefined || one.ts === other.ts);
}

function isSame(one: Entry, other: Entry): boolean {
  return one.kind === other.kind && (isMessage(one) ? one.text === (other as { text?: string }).text : true);
}
