/** What a commit has found, and what it will write: the rooms as they are after each of its events. @module */

import type { AnyStoredChange, Facts, NewEvent, StoredMessage, StoredRoomChange } from "../../event/event.ts";
import { targetOf } from "../../event/kinds.ts";
import type { Entry } from "../../log/store.ts";
import { isSlowed } from "../slow_mode.ts";

/** A room's row. */
export interface Room {
  /** 0 as long as it has none: a room begins with its first event. */
  id: number;
  name: string;
  first: number;
  head: number;
  floor: number;
  ts: number;
  messageCount: number;
  /** How many of these are gone. */
  removed: number;
  /** The day of the oldest that is kept; any, if none is. */
  oldestDay: number;
  /** The changes that are kept. */
  changes: number;
  /** The last change of the room itself; 0 if there is none. */
  policy: number;
}

/** What a nonce stands for. */
export interface Nonce {
  seq: number;
  ts: number;
  /** Makes it when it is asked for: most are needed only to be written. */
  fingerprint(): Uint8Array;
}

/** What a commit does to the lists of rooms, in the order of its events. */
export type ListStep =
  | { room: Room; change: StoredRoomChange; isUnused: boolean }
  | { room: Room; begins: true }
  | { takes: { room: Room; member: string }[] };

interface InRoom {
  room: Room;
}

export class Draft {
  readonly rooms = new Map<string, Room>();
  readonly nonces = new Map<string, Nonce>();
  readonly messages = new Map<string, StoredMessage>();
  /** The reactions that stand, of those that matter here. */
  readonly reacted = new Set<string>();
  readonly lastMs = new Map<string, number>();
  readonly invites = new Map<string, { uses: number; untilMs: number }>();

  // What is to be written. The rooms that have an event more; of messages, their last state is in `messages`.
  readonly grown = new Set<Room>();
  readonly addedMessages = new Map<string, InRoom & { day: number }>();
  readonly changedMessages = new Map<string, InRoom>();
  readonly changes: (InRoom & { change: AnyStoredChange })[] = [];
  readonly addedNonces: (InRoom & Nonce & { author: string; nonce: string })[] = [];
  readonly reactions = new Map<string, InRoom & { target: number; author: string; emoji: string; on: boolean }>();
  /** Messages of which no reaction stays. */
  readonly unreacted: (InRoom & { target: number })[] = [];
  readonly roomChanges: (InRoom & { change: StoredRoomChange })[] = [];
  readonly lastMessages = new Map<string, InRoom & { author: string; ts: number; day: number }>();
  readonly usedInvites = new Map<string, InRoom & { invite: string; uses: number }>();
  readonly lists: ListStep[] = [];

  /** A room, or what it is before its first event. */
  room(name: string): Room {
    let room = this.rooms.get(name);
    if (room === undefined) this.rooms.set(name, room = newRoom(name));
    return room;
  }

  // Names of rooms have no spaces; anything else may have.

  key(room: string, author: string, rest = ""): string {
    return `${room} ${author.length} ${author}${rest}`;
  }

  at(room: string, seq: number): string {
    return `${room} ${seq}`;
  }

  reaction(room: string, target: number, author: string, emoji: string): string {
    return this.key(room, author, `${target} ${emoji}`);
  }

  /** The number of the message that an event changes or answers. */
  targetSeq(room: string, event: NewEvent): number | undefined {
    const target = targetOf(event);
    return typeof target === "string" ? this.nonces.get(this.key(room, event.id, target))?.seq : target;
  }

  factsOf(entry: Entry): Facts {
    const { room, event, condition } = entry;
    const lastMs = isSlowed(entry) ? this.lastMs.get(this.key(room, event.id)) : undefined;
    const seq = this.targetSeq(room, event);
    const target = seq === undefined ? undefined : this.messages.get(this.at(room, seq));
    const facts: Facts = { ...condition?.terms, lastMs, target };
    if (target === undefined || event.kind !== "react") return facts;
    return { ...facts, reacted: this.reacted.has(this.reaction(room, target.seq, event.id, event.emoji)) };
  }
}

function newRoom(name: string): Room {
  return {
    id: 0,
    name,
    first: 1,
    head: 0,
    floor: 0,
    ts: 0,
    messageCount: 0,
    removed: 0,
    oldestDay: 0,
    changes: 0,
    policy: 0,
  };
}
