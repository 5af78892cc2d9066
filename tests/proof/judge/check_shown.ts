/**
 * Judges what a client shows: each message once, with no gap but those that it was told of, and in the end everything, each
 * message as the store has it.
 *
 * @module
 */

import { ownOf } from "./check_commands.ts";
import { key, stateOf } from "./entries.ts";
import {
  type ClientEvent,
  type ClientLog,
  type Entry,
  type Evidence,
  isMessage,
  type Message,
  type Position,
  type StoredRoom,
  type Violation,
} from "./evidence.ts";
import type { Ledger } from "./ledger.ts";

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
export function checkShown(evidence: Evidence, ledger: Ledger, blame: Blame): void {
  for (const log of evidence.clients) {
    const blameIt: Blame = (violation) => blame({ client: log.name, ...violation });
    const told: Told[] = [...evidence.holes ?? []];
    const live = new Map<string, Position>();
    const delivered = new Delivered();
    const last = new Map<string, Shows>();
    for (const event of log.events) {
      if (event.type === "opened") live.clear();
      else if (event.type === "message") live.get(event.room)!.seq = event.message.seq;
      else if (event.type === "change") live.get(event.room)!.seq = event.change.seq;
      else if (event.type === "joined" || event.type === "reset") hear(event, told, live);
      if (event.type === "message" || event.type === "missed") delivered.take(event, live.get(event.room)!.epoch);
      else if (event.type === "joined" || event.type === "history") delivered.takePage(event);
      else if (event.type === "shows") {
        checkScreen(event, log, told, delivered, ledger, blameIt);
        last.set(event.room, event);
      }
    }
    if (!evidence.settled) continue;
    for (const shows of last.values()) {
      checkComplete(shows, log, evidence, blameIt);
      if (log.changes) checkTrue(shows, log, evidence, ledger, blameIt);
    }
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
  const last = event.type === "reset" ? undefined : event.messages.at(-1)?.seq;
  const end = event.type === "reset" ? event.head : event.recovered ? last ?? event.after!.seq : event.seq;
  const to = event.type === "reset" ? event.head : (event.messages[0]?.seq ?? event.seq + 1) - 1;
  if (before?.epoch === epoch) told.push({ room, epoch, from: before.seq + 1, to });
  // It had missed an event and asked to join again when a reset came: for the client, the reset leads on from where it was.
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

  takePage({ room, epoch, messages }: { room: string; epoch: string; messages: Entry[] }): void {
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
  ledger: Ledger,
  blame: Blame,
): void {
  const epochs = new Set<string>();
  const nonces = new Set<string>();
  let before: Message & { epoch: string } | undefined;
  for (const message of messages) {
    const { epoch, seq, nonce } = message;
    if (before?.epoch !== epoch) {
      if (epochs.has(epoch)) {
        blame({ promise: 3, what: `${seq} of ${room} is shown after another epoch`, room, seq, at });
      }
    } else if (seq <= before.seq) {
      blame({ promise: 2, what: `${seq} of ${room} is shown after ${before.seq}`, room, seq, at });
    } else {
      const between = ledger.life(room, epoch).between(before.seq, seq);
      if (!between.every((seq) => (full && delivered.has(room, epoch, seq)) || isKnown(told, room, epoch, seq))) {
        const what = `${seq} of ${room} is shown after ${before.seq}, and nothing was said of what lies between`;
        blame({ promise: 5, what, room, seq, at });
      }
    }
    if (isTwice(room, message, id, nonces, unsent, ledger)) {
      blame({ promise: 2, what: `${nonce} in ${room} is shown twice`, room, seq, nonce, at });
    }
    epochs.add(epoch);
    before = message;
  }
}

function isTwice(
  room: string,
  { epoch, seq, id: author, nonce }: Message & { epoch: string },
  own: string,
  seen: Set<string>,
  unsent: string[],
  ledger: Ledger,
): boolean {
  if (nonce === undefined) return false;
  if (author === own && unsent.includes(nonce)) return true;
  // Once a message is trimmed, its nonce is free for another.
  const isOne = ledger.contentsOf(room, author, nonce).length < 2;
  const mark = key(epoch, author, nonce, isOne ? "" : seq);
  const isSeen = seen.has(mark);
  seen.add(mark);
  return isSeen;
}

function isKnown(told: Told[], room: string, epoch: string, seq: number): boolean {
  return told.some((gap) => gap.room === room && (gap.epoch ?? epoch) === epoch && gap.from <= seq && seq <= gap.to);
}

/** In the end the newest message is shown, and nothing is to be sent any more. */
function checkComplete(
  { room, messages, unsent, at }: Shows,
  { changes }: ClientLog,
  { store }: Evidence,
  blame: Blame,
): void {
  for (const nonce of unsent) blame({ promise: 4, what: `${nonce} in ${room} is still to be sent`, room, nonce, at });
  const [shown, stored] = [messages.at(-1), store[room]];
  const newest = stored?.entries.findLast((entry) => !changes || isMessage(entry))?.seq;
  if (stored === undefined || newest === undefined) return;
  if (shown?.epoch === stored.epoch && shown.seq === newest) return;
  const what = `the last message shown of ${room} is ${shown?.seq} (${shown?.epoch}), not ${newest} (${stored.epoch})`;
  blame({ promise: 4, what, room, seq: newest, at });
}

/** In the end every message that is shown, and that the store has, is as the store has it. */
function checkTrue(
  { room, messages, at }: Shows,
  { id }: ClientLog,
  { store }: Evidence,
  ledger: Ledger,
  blame: Blame,
): void {
  const stored = store[room];
  if (stored === undefined) return;
  const entries = new Map(stored.entries.map((entry) => [entry.seq, entry]));
  for (const message of messages) {
    const { epoch, seq } = message;
    const kept = entries.get(seq);
    if (epoch !== stored.epoch || kept === undefined || !isMessage(kept)) continue;
    // What the store has lost nobody can be told any more.
    if (ledger.hasHole(room, seq, seq)) continue;
    const [is, must] = [screenOf(message, message.reactions), screenOf(kept, ownIn(stored, kept, id))];
    if (is === must) continue;
    blame({ promise: 4, what: `${seq} of ${room} is shown as ${is}, and it is ${must}`, room, seq, at });
  }
}

/** A message as a person sees it, in a sentence. */
function screenOf(message: Message, reactions: Message["reactions"] = []): string {
  const own = reactions.filter(({ mine }) => mine).map(({ emoji }) => emoji).sort();
  return `${stateOf({ ...message, reactions })}, own ${own.join()}, to ${message.reply ?? "nothing"}`;
}

/** The reactions to a message as one reader is to see them. */
function ownIn({ reactors }: StoredRoom, { seq, reactions = [] }: Message, id: string): Message["reactions"] {
  return reactions.map(({ emoji, count }) => {
    const mine = reactors.some((one) => one.target === seq && one.emoji === emoji && one.ids.includes(id));
    return { emoji, count, mine };
  });
}

/** What was written is stored, once. */
function checkSaid({ id, events }: ClientLog, { store }: Evidence, blame: Blame): void {
  const texts = new Map<string, string>();
  for (const event of events) {
    if (event.type === "sent" && event.kind === undefined) texts.set(`${event.room} ${event.nonce}`, event.text ?? "");
  }
  const delivered = new Set(
    ownOf({ id, events }).flatMap(({ room, entry }) => {
      const text = texts.get(`${room} ${entry.nonce}`);
      return isMessage(entry) ? [`${room} ${entry.text}`, `${room} ${text}`] : [];
    }),
  );
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
    const isIt = (entry: Entry) =>
      entry.id === id && isMessage(entry) && (entry.text === text || texts.get(`${room} ${entry.nonce}`) === text);
    const places = store[room]?.entries.filter(isIt) ?? [];
    if (places.length < 2) continue;
    blame({ promise: 2, what: `“${text.slice(0, 60)}” is stored twice`, room, seq: places[1]!.seq, at });
  }
}
