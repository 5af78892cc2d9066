/**
 * Judges what a client with a screen shows: each message once, with no gap but those that it was told of, and in the end everything.
 * The ledger checks that each is the message that the store has at its place.
 *
 * @module
 */

import { ownOf } from "./check_messages.ts";
import type { ClientEvent, ClientLog, Evidence, Message, Position, Violation } from "./evidence.ts";

type Blame = (violation: Violation) => void;
type Shows = Extract<ClientEvent, { type: "shows" }>;

/** Messages that a client was told to be missing. */
interface Told {
  room: string;
  epoch?: string;
  from: number;
  to: number;
}

/** Judges every screen. */
export function checkShown(evidence: Evidence, blame: Blame): void {
  for (const log of evidence.clients) {
    const blameIt: Blame = (violation) => blame({ client: log.name, ...violation });
    const told: Told[] = [...evidence.holes ?? []];
    const live = new Map<string, Position>();
    const delivered = new Delivered();
    const last = new Map<string, Shows>();
    for (const event of log.events) {
      if (event.type === "opened") live.clear();
      else if (event.type === "message") live.get(event.room)!.seq = event.message.seq;
      else if (event.type === "joined" || event.type === "reset") hear(event, told, live);
      if (event.type === "message" || event.type === "missed") delivered.take(event, live.get(event.room)!.epoch);
      else if (event.type === "joined" || event.type === "history") delivered.takePage(event);
      else if (event.type === "shows") {
        checkScreen(event, log, told, delivered, blameIt);
        last.set(event.room, event);
      }
    }
    if (!evidence.settled) continue;
    for (const shows of last.values()) checkComplete(shows, evidence, blameIt);
    checkSaid(log, evidence, blameIt);
  }
}

function hear(
  event: Extract<ClientEvent, { type: "joined" | "reset" }>,
  told: Told[],
  live: Map<string, Position>,
): void {
  const { room, epoch } = event;
  const before = event.type === "reset" ? live.get(room) : event.recovered ? undefined : event.after;
  const end = event.type === "reset" ? event.head : event.messages.at(-1)?.seq ?? event.seq;
  const to = event.type === "reset" ? event.head : (event.messages[0]?.seq ?? event.seq + 1) - 1;
  if (before?.epoch === epoch) told.push({ room, epoch, from: before.seq + 1, to });
  // It had missed a message and asked to join again when a reset came: for the client, the reset leads on from where it was.
  const now = live.get(room)?.seq;
  const asked = event.type === "joined" && event.recovered ? event.after : undefined;
  if (asked?.epoch === epoch && told.some((gap) => gap.room === room && gap.epoch === epoch && gap.to === now)) {
    told.push({ room, epoch, from: asked.seq + 1, to: now! });
  }
  live.set(room, { epoch, seq: end });
}

/** The messages that the client was sent and did not miss: a full screen may have let go of them, for they can be fetched again. */
class Delivered {
  readonly #seqs = new Set<string>();

  take(event: Extract<ClientEvent, { type: "message" | "missed" }>, epoch: string): void {
    const { room } = event;
    if (event.type === "missed") this.#seqs.delete(`${room} ${epoch} ${event.seq}`);
    else this.#seqs.add(`${room} ${epoch} ${event.message.seq}`);
  }

  takePage({ room, epoch, messages }: { room: string; epoch: string; messages: Message[] }): void {
    for (const { seq } of messages) this.#seqs.add(`${room} ${epoch} ${seq}`);
  }

  has(room: string, epoch: string, seq: number): boolean {
    return this.#seqs.has(`${room} ${epoch} ${seq}`);
  }
}

function checkScreen(
  { room, messages, unsent, full, at }: Shows,
  { id }: ClientLog,
  told: Told[],
  delivered: Delivered,
  blame: Blame,
): void {
  const epochs = new Set<string>();
  const nonces = new Set<string>();
  let before: Message & { epoch: string } | undefined;
  for (const message of messages) {
    const { epoch, seq, nonce, text } = message;
    if (before?.epoch !== epoch) {
      if (epochs.has(epoch)) {
        blame({ promise: 3, what: `${seq} of ${room} is shown after another epoch`, room, seq, at });
      }
    } else if (seq <= before.seq) {
      blame({ promise: 2, what: `${seq} of ${room} is shown after ${before.seq}`, room, seq, at });
    } else if (!isKnown(told, full ? delivered : undefined, room, epoch, before.seq + 1, seq - 1)) {
      const what = `${seq} of ${room} is shown after ${before.seq}, and nothing was said of what lies between`;
      blame({ promise: 5, what, room, seq, at });
    }
    // With its text: once a message is trimmed, its nonce is free for another.
    const mark = `${epoch} ${message.id} ${nonce} ${text}`;
    if (nonce !== undefined && (nonces.has(mark) || (message.id === id && unsent.includes(nonce)))) {
      blame({ promise: 2, what: `${nonce} in ${room} is shown twice`, room, seq, nonce, at });
    }
    epochs.add(epoch);
    nonces.add(mark);
    before = message;
  }
}

function isKnown(
  told: Told[],
  delivered: Delivered | undefined,
  room: string,
  epoch: string,
  from: number,
  to: number,
): boolean {
  for (let seq = from; seq <= to; seq++) {
    const covers = (gap: Told) =>
      gap.room === room && (gap.epoch ?? epoch) === epoch && gap.from <= seq && seq <= gap.to;
    if (!delivered?.has(room, epoch, seq) && !told.some(covers)) return false;
  }
  return true;
}

/** In the end the newest message is shown, and nothing is to be sent any more. */
function checkComplete({ room, messages, unsent, at }: Shows, { store }: Evidence, blame: Blame): void {
  for (const nonce of unsent) blame({ promise: 4, what: `${nonce} in ${room} is still to be sent`, room, nonce, at });
  const [shown, stored] = [messages.at(-1), store[room]];
  if (stored === undefined || stored.head === 0) return;
  if (shown?.epoch === stored.epoch && shown.seq === stored.head) return;
  const what =
    `the last message shown of ${room} is ${shown?.seq} (${shown?.epoch}), not ${stored.head} (${stored.epoch})`;
  blame({ promise: 4, what, room, seq: stored.head, at });
}

/** What was written is stored, once. */
function checkSaid({ id, events }: ClientLog, { store }: Evidence, blame: Blame): void {
  const delivered = new Set(ownOf({ id, events }).map(({ room, message }) => `${room} ${message.text}`));
  // An acknowledgement counts only if the room is in the life of the store that it names, at that time or later.
  const lives = new Map<string, number>();
  const isLife = (event: ClientEvent) => event.type === "joined" || event.type === "reset";
  events.forEach((event, index) => isLife(event) && lives.set(`${event.room} ${event.epoch}`, index));
  const present = new Map<string, number>();
  events.forEach((event, index) => {
    if (isLife(event)) present.set(event.room, index);
    if (event.type !== "acked") return;
    const { room, epoch, text } = event;
    if (lives.get(`${room} ${epoch}`)! >= present.get(room)!) delivered.add(`${room} ${text}`);
  });
  for (const event of events) {
    if (event.type !== "said") continue;
    const { room, text, at } = event;
    if (!delivered.has(`${room} ${text}`)) {
      blame({ promise: 4, what: `“${text.slice(0, 60)}” was written, and is forgotten`, room, at });
    }
    const places = store[room]?.messages.filter((message) => message.id === id && message.text === text) ?? [];
    if (places.length < 2) continue;
    blame({ promise: 2, what: `“${text.slice(0, 60)}” is stored twice`, room, seq: places[1]!.seq, at });
  }
}
