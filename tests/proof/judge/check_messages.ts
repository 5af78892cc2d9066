/**
 * Judges the fate of each message that was sent: kept if it was acknowledged, once, in its author's order, and as it was written.
 * A message is known by its nonce and its text: a nonce that is used for another text makes another message, which is refused.
 *
 * @module
 */

import type { ClientEvent, ClientLog, Evidence, Loss, Message, StoredRoom, Violation } from "./evidence.ts";
import { type Ledger, shown } from "./ledger.ts";

type Blame = (violation: Violation) => void;
type Acked = Extract<ClientEvent, { type: "acked" }>;

/** Judges every message. */
export function checkMessages(evidence: Evidence, ledger: Ledger, blame: Blame): void {
  for (const log of evidence.clients) {
    const blameIt: Blame = (violation) => blame({ client: log.name, ...violation });
    checkAcks(log, evidence, ledger, blameIt);
    for (const [room, stored] of Object.entries(evidence.store)) checkOrder(log, room, stored, blameIt);
    checkReuses(log, evidence, blameIt);
    if (evidence.settled) checkAllAnswered(log, blameIt);
  }
  checkAuthors(evidence, blame);
}

/** Every acknowledged message is where its acknowledgement said. */
function checkAcks(
  { id, events }: ClientLog,
  { store, losses, durability }: Evidence,
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
    const stored = store[room];
    const kept = stored?.messages[seq - stored.first];
    const isTrimmed = stored !== undefined && seq < stored.first;
    const isOfThisLife = stored?.epoch === epoch;
    if (kept?.id === id && isSame(kept, event)) {
      if (!isOfThisLife || kept.ts === event.ts) continue;
      blame({ promise: 6, what: `${seq} was acked with the time ${event.ts}: it has ${kept.ts}`, room, seq, at });
    } else if (!isTrimmed && (isOfThisLife || !losses.some((loss) => excuses(loss, event, opened)))) {
      const elsewhere = stored?.messages.find((message) => message.id === id && isSame(message, event))?.seq;
      const where = elsewhere !== undefined
        ? `it is at ${elsewhere}`
        : kept === undefined
        ? "nothing is there"
        : `there is ${shown(kept)}`;
      blame({
        promise: 1,
        what: `${nonce} was acked as ${seq} of ${room}, and ${where}`,
        room,
        seq,
        nonce,
        at,
      });
    } else {
      // The store that had it is gone, or has trimmed it; what clients saw in it is not.
      const other = ledger.at(room, { epoch, seq });
      if (other === undefined || (other.id === id && isSame(other, event))) continue;
      const what = `${nonce} was acked as ${seq} of ${room}, and members were sent ${shown(other)}`;
      blame({ promise: 1, what, room, seq, nonce, at });
    }
  }
}

/** A reply can be on its way when the store is replaced; on a connection made afterwards it cannot. */
function excuses({ from, to }: Loss, { at }: Acked, opened: number): boolean {
  return at >= from && opened <= to;
}

/**
 * An author's messages keep their order. Not bound is a message that was refused for a time, or that an earlier life of the
 * store had: what its author had already sent behind it may have passed it, until it is acknowledged.
 */
function checkOrder({ id, events }: ClientLog, room: string, { epoch, messages }: StoredRoom, blame: Blame): void {
  const seqs = new Map<string, number>();
  for (const message of messages) if (message.id === id) seqs.set(markOf(message), message.seq);
  const refused = new Set<string>();
  for (const event of events) {
    if (event.type !== "refused" && (event.type !== "acked" || event.epoch === epoch)) continue;
    if (event.room === room) refused.add(markOf(event));
  }
  const begun = new Set<string>();
  let bound = 0;
  for (const event of events) {
    // A plain client's texts on an earlier connection may still be under way.
    if (event.type === "opened" && begun.size > 0 && begun.has("\0plain")) bound = 0;
    if (event.type === "sent" && event.room === room) {
      const mark = markOf(event);
      const seq = seqs.get(mark);
      if (event.nonce === undefined) begun.add("\0plain");
      if (seq === undefined || begun.has(mark)) continue;
      begun.add(mark);
      if (seq < bound) {
        const what = `${event.nonce ?? mark} is ${seq} of ${room}; what ${id} had sent before is ${bound}`;
        blame({ promise: 3, what, room, seq, nonce: event.nonce, at: event.at });
      }
      if (!refused.has(mark)) bound = Math.max(bound, seq);
    } else if (event.type === "acked" && event.room === room && event.epoch === epoch) {
      bound = Math.max(bound, seqs.get(markOf(event)) ?? 0);
    }
  }
}

function markOf({ nonce, text }: { nonce?: string; text: string }): string {
  return nonce === undefined ? text : `${nonce}\0${text}`;
}

/** Whether two messages of one author are one. */
function isSame(one: { nonce?: string; text: string }, other: { nonce?: string; text: string }): boolean {
  return markOf(one) === markOf(other);
}

/** What is refused because its nonce was used: only where that is so, and nothing of it is stored. */
function checkReuses({ id, events }: ClientLog, { store, losses }: Evidence, blame: Blame): void {
  const texts = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.type === "sent" && event.nonce !== undefined) {
      const mark = `${event.room}\0${event.nonce}`;
      texts.set(mark, (texts.get(mark) ?? new Set()).add(event.text));
    }
    if (event.type !== "refused" || event.code !== "nonce_used") continue;
    const { room, nonce, at } = event;
    if (texts.get(`${room}\0${nonce}`)!.size < 2) {
      blame({ promise: 2, what: `${nonce} was refused as used, and it was not`, room, nonce, at });
    }
    const stored = store[room]?.messages.find((message) => message.id === id && isSame(message, event));
    if (stored !== undefined && losses.length === 0) {
      blame({ promise: 2, what: `${shown(stored)} was refused, and it is stored`, room, seq: stored.seq, nonce, at });
    }
  }
}

/** Once everything works again, everything that was sent is answered. */
function checkAllAnswered({ id, events }: ClientLog, blame: Blame): void {
  const open = new Map<string, Violation>();
  const epochs = new Map<string, string>();
  /** What was acknowledged in the life under which its author had the room: if it is sent once more, that needs no answer. */
  const done = new Set<string>();
  /** The life of the store in which each was acknowledged: the room may come to it only later. */
  const lives = new Map<string, { room: string; epoch: string }>();
  /** What was refused for a time, or has lost its connection: its author may learn from the message itself that it is stored. */
  const unsure = new Set<string>();
  const came = new Set(ownOf({ id, events }).map(({ room, message }) => `${room}\0${markOf(message)}`));
  for (const event of events) {
    if (event.type === "joined" || event.type === "reset") {
      epochs.set(event.room, event.epoch);
      for (const [mark, { room, epoch }] of lives) {
        if (room !== event.room || epoch !== event.epoch) continue;
        done.add(mark);
        open.delete(mark);
      }
    }
    if (event.type !== "sent" && event.type !== "acked" && event.type !== "refused") continue;
    const { room, nonce, at } = event;
    const mark = `${room}\0${markOf(event)}`;
    if (event.type === "acked") lives.set(mark, event);
    if (event.type === "sent" && nonce !== undefined && !done.has(mark)) {
      open.set(mark, { promise: 4, what: `${nonce} in ${room} was never answered`, room, nonce, at });
    } else if (event.type === "acked" || (event.type === "refused" && event.final)) open.delete(mark);
    if (event.type === "acked" && event.epoch === epochs.get(room)) done.add(mark);
    if (event.type === "refused" && !event.final) unsure.add(mark);
    else unsure.delete(mark);
  }
  for (const [mark, violation] of open) if (!unsure.has(mark) || !came.has(mark)) blame(violation);
}

/** The messages of its own that came to a client. */
export function ownOf({ id, events }: Pick<ClientLog, "id" | "events">): { room: string; message: Message }[] {
  return events.flatMap((event) => {
    if (event.type !== "message" && event.type !== "joined") return [];
    const messages = event.type === "message" ? [event.message] : event.messages;
    return messages.filter((message) => message.id === id).map((message) => ({ room: event.room, message }));
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
function checkAuthors({ clients, store, clocksJump = false }: Evidence, blame: Blame): void {
  const sent = new Map<string, Set<string>>();
  for (const { id, events } of clients) {
    const texts = new Set<string>();
    for (const event of events) if (event.type === "sent") texts.add(said(event.room, event));
    sent.set(id, texts);
  }
  for (const [room, { messages, first, head }] of Object.entries(store)) {
    const seen = new Set<string>();
    const nonces = new Map<string, Message>();
    let before: Message | undefined;
    for (const message of messages) {
      const { seq, id, nonce, ts } = message;
      const mark = `${id}\0${said(room, message)}`;
      if (!sent.get(id)?.has(said(room, message))) {
        blame({ promise: 6, what: `the store has ${shown(message)}, which ${id} never sent`, room, seq, nonce });
      }
      if (seen.has(mark)) blame({ promise: 2, what: `the store has ${shown(message)} twice`, room, seq, nonce });
      if (seq !== (before?.seq ?? first - 1) + 1) {
        blame({ promise: 5, what: `the store has ${seq} after ${before?.seq ?? first - 1}`, room, seq });
      }
      if (before !== undefined && !mayFollow(before.ts, ts, clocksJump)) {
        blame({ promise: 6, what: `the time of ${seq} fell`, room, seq });
      }
      seen.add(mark);
      const other = nonce === undefined ? undefined : nonces.get(`${id}\0${nonce}`);
      if (other !== undefined && !isSame(other, message)) {
        blame({ promise: 2, what: `the store has ${shown(message)} and ${shown(other)}`, room, seq, nonce });
      }
      if (nonce !== undefined) nonces.set(`${id}\0${nonce}`, message);
      before = message;
    }
    if ((before?.seq ?? first - 1) !== head) {
      blame({
        promise: 5,
        what: `the store says ${room} ends at ${head}, and ends at ${before?.seq}`,
        room,
        seq: head,
      });
    }
  }
}

function said(room: string, { nonce, text }: { nonce?: string; text: string }): string {
  return `${room}\0${nonce ?? ""}\0${text}`;
}
