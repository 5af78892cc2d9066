/**
 * The verdict on rooms that belong to somebody: nothing that stands behind the change by which somebody was sent out reaches them, nothing of theirs is
 * stored behind it, and nobody else lacks anything.
 *
 * @module
 */

import { Model, type ModelEvent, type Person } from "../../../policy/model.ts";
import type { OwnedClient } from "./client.ts";
import type { Membership, Seen } from "./membership.ts";

/** An event as it is stored. */
type Stored = ModelEvent & {
  nonce?: string;
  target?: number;
  emoji?: string;
  on?: boolean;
  text?: string;
  reply?: number;
};

export type Blame = (what: string) => void;

/** A room's whole history, and what the room was after each event. */
class Life {
  readonly events: readonly Stored[];
  readonly #models: Model[] = [new Model()];
  readonly #byNonce = new Map<string, Stored>();

  constructor(events: readonly Stored[]) {
    this.events = events;
    for (const event of events) {
      const before = this.#models.at(-1)!;
      const changesRoom = event.kind === "member" || event.kind === "settings";
      const model = changesRoom ? new Model(before) : before;
      if (changesRoom) model.take(event);
      this.#models.push(model);
      // A plain client's text is its own nonce.
      this.#byNonce.set(event.nonce !== undefined && /^</.test(event.nonce) ? event.nonce : event.text ?? "", event);
    }
  }

  /** What the room was once it had this many events. */
  at(seq: number): Model {
    return this.#models[Math.min(seq, this.events.length)]!;
  }

  placeOf(nonce: string): number {
    return this.#byNonce.get(nonce)?.seq ?? 0;
  }

  /** The first event behind a place that ends somebody's membership. */
  endAfter(person: Person, seq: number): number {
    for (const event of this.events.slice(seq)) {
      const isKicked = event.kind === "member" && event.member === person.id && event.kick;
      if (isKicked || this.at(event.seq).read(person) !== undefined) return event.seq;
    }
    return Infinity;
  }

  /** Whether somebody might read the room at some moment from one to another. */
  couldRead(person: Person, from: number, to: number): boolean {
    for (let seq = from; seq <= Math.min(to, this.events.length); seq++) {
      if (this.at(seq).read(person) === undefined) return true;
    }
    return false;
  }

  /** Where a membership may end: behind any of the moments at which it may have been decided on. */
  endsOf(person: Person, { joined: { seq: from, head } }: Membership): number[] {
    const ends = new Set<number>();
    for (let seq = from; seq <= Math.min(head, this.events.length); seq++) {
      if (this.at(seq).read(person) === undefined) ends.add(this.endAfter(person, seq));
    }
    return [...ends];
  }

  reactedAt(target: number, emoji: string, id: string): number {
    return this.events.find((event) =>
      event.kind === "react" && event.target === target && event.emoji === emoji && event.id === id && event.on
    )?.seq ?? 0;
  }
}

/**
 * Puts the newest events of a room in the place of the moments that the evidence has. An event is stored no earlier than its time says, so that one of a
 * later time was not there.
 */
export function placesAt(membership: Membership, events: readonly { seq: number; ts: number }[]): void {
  const newest = (at: number) => Number.isFinite(at) ? events.findLast(({ ts }) => ts <= at)?.seq ?? 0 : at;
  membership.joined.head = newest(membership.joined.head);
  for (const seen of membership.seen) seen.head = newest(seen.head);
}

/** @param eventsOf gives everything that a room has had */
export function judge(
  clients: readonly OwnedClient[],
  people: ReadonlyMap<string, Person>,
  rooms: readonly string[],
  eventsOf: (room: string) => readonly unknown[],
  blame: Blame,
): void {
  const lives = new Map(rooms.map((room) => [room, new Life(eventsOf(room) as Stored[])]));
  for (const [room, life] of lives) checkStored(room, life, clients, people, blame);
  for (const client of clients) {
    const person = people.get(client.plan.id)!;
    for (const membership of client.memberships) {
      checkSeen(membership, lives.get(membership.room)!, person, blame);
    }
    for (const [room, life] of lives) checkEnd(room, life, client, person, blame);
  }
}

/** Each event was allowed by what the room was right before it. */
function checkStored(
  room: string,
  life: Life,
  clients: readonly OwnedClient[],
  people: ReadonlyMap<string, Person>,
  blame: Blame,
): void {
  for (const event of life.events) {
    const person = people.get(event.id);
    if (person === undefined || event.owner !== undefined || event.between !== undefined) continue;
    const denial = denialOf(event, life, person);
    if (denial !== undefined) {
      blame(`${event.kind ?? "message"} ${event.seq} of ${room} is stored by ${event.id}: ${denial}`);
    }
    const client = clients.find(({ sent }) => event.nonce !== undefined && sent.has(event.nonce));
    const membership = client?.sent.get(event.nonce!);
    if (membership === undefined) continue;
    const end = Math.max(...life.endsOf(person, membership), 0);
    if (event.seq > end) blame(`${event.seq} of ${room} is stored by ${event.id}, who was sent out by ${end}`);
  }
}

function denialOf(event: Stored, life: Life, person: Person): string | undefined {
  const model = life.at(event.seq - 1);
  if (event.kind === "member") return model.place(person, event);
  if (event.kind === "settings") return model.set(person, event.set);
  if (event.kind !== "delete") return model.write(person);
  const author = life.events[event.target! - 1]!.id;
  return model.read(person) ?? (model.erase(person, author) ? undefined : "not_allowed");
}

function checkSeen(membership: Membership, life: Life, person: Person, blame: Blame): void {
  const { client, room, removed, seen, next } = membership;
  const ends = life.endsOf(person, membership);
  if (ends.length === 0) return blame(`${client} was let into ${room} at ${membership.joined.seq}, and might not`);
  const end = Math.max(...ends);
  for (const line of seen) {
    const state = stateOf(line, life);
    const isPush = line.type === "message" || line.type === "change" || line.type === "text";
    const isOpen = isPush ? state <= end : life.couldRead(person, state, line.head);
    if (!isOpen) {
      blame(`${client} got ${line.type} ${line.seq ?? ""} of ${room} with ${state}, and was sent out by ${end}`);
    }
  }
  if (removed === undefined) return;
  if (!ends.includes(removed.seq)) blame(`${client} was told that ${removed.seq} sent it out of ${room}, not ${ends}`);
  if (next > removed.seq + 1) blame(`${client} got ${next - 1} of ${room}, and was sent out by ${removed.seq}`);
  // What was changed later is not shown any more: it gets that when it comes back.
  const isChanged = life.events.some(({ kind, target, reply, seq }) =>
    seq > removed.seq ? isWithin(target ?? reply ?? 0, next, removed.seq) : seq >= next && kind === "edit"
  );
  if (next <= removed.seq && !isChanged) {
    blame(`${client} lacks ${next} of ${room}, and was sent out by ${removed.seq}`);
  }
}

function isWithin(seq: number, from: number, to: number): boolean {
  return seq >= from && seq <= to;
}

/** The newest event whose effect a line shows. */
function stateOf({ seq = 0, type, rev, marks, reactors }: Seen, life: Life): number {
  const reacted = reactors?.ids.map((id) => life.reactedAt(reactors.target, reactors.emoji, id)) ?? [];
  const own = type === "joined" || type === "message" || type === "change" ? seq : 0;
  return Math.max(own, rev, ...marks.map((mark) => life.placeOf(mark)), ...reacted);
}

/** In the end everybody who may has everything, and nobody else is there. */
function checkEnd(room: string, life: Life, client: OwnedClient, person: Person, blame: Blame): void {
  const { plan: { name, dialect, rooms } } = client;
  const head = life.events.length;
  const membership = client.membership(room);
  const may = life.at(head).read(person) === undefined;
  if (dialect === "plain") {
    if (room !== rooms[0]) return;
    // It is promised nothing that came while it was away, and is away whenever it wrote what it may not.
    if (!may && membership !== undefined && membership.seen.length > 0) blame(`${name} is still in ${room}`);
    return;
  }
  if (may && membership === undefined) blame(`${name} is not let into ${room}: ${client.refusals.get(room)}`);
  if (may && membership !== undefined && membership.next !== head + 1) {
    blame(`${name} has ${room} up to ${membership.next - 1} of ${head}`);
  }
  if (!may && membership !== undefined) blame(`${name} is still in ${room}`);
  for (const command of client.unanswered) blame(`${name} got no answer to ${command}`);
}
