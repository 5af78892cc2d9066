/**
 * What a proof has to judge by: what each client did and saw, in its own words, and what the store holds in the end.
 * Plain data, so that real processes and a simulation can be judged by one checker; it shares no types with the server.
 *
 * @module
 */

/** A place in a room's log. */
export interface Position {
  epoch: string;
  seq: number;
}

/** The reactions to a message with one emoji; `mine` where the reader's own is among them. */
export interface Reactions {
  emoji: string;
  count: number;
  mine?: boolean;
}

/** A message as it is told and as it is stored: in the state in which its event number `rev` left it. */
export interface Message {
  kind?: undefined;
  seq: number;
  id: string;
  name: string;
  text: string;
  ts: number;
  nonce?: string;
  /** The last change in it; absent if there was none. */
  rev?: number;
  /** The number of its edits; absent means 0. */
  version?: number;
  deleted?: boolean;
  reactions?: Reactions[];
  reply?: number;
  /** How many messages answer it; absent means 0. */
  replies?: number;
  mentions?: string[];
}

/** A change of a message. An edit that is told again has its target's later text, or none if that is deleted. */
export interface Change {
  kind: "edit" | "delete" | "react";
  seq: number;
  id: string;
  name: string;
  ts: number;
  nonce?: string;
  target: number;
  text?: string;
  version?: number;
  mentions?: string[];
  deleted?: boolean;
  emoji?: string;
  on?: boolean;
}

/** What has a place in a room's log. */
export type Entry = Message | Change;

export function isMessage(entry: Entry): entry is Message {
  return entry.kind === undefined;
}

/** The last event that changed a message. */
export function revOf({ rev, seq }: Message): number {
  return rev ?? seq;
}

/** What a command with a nonce asks for: without a `kind`, to publish a message. */
export interface Content {
  kind?: Change["kind"];
  text?: string;
  reply?: number;
  mentions?: string[];
  target?: number;
  targetNonce?: string;
  version?: number;
  emoji?: string;
  on?: boolean;
}

/** The number by which a command, or what came of it, names another message. */
export function numberIn({ kind, target, reply }: Pick<Content, "kind" | "target" | "reply">): number | undefined {
  return kind === undefined ? reply : target;
}

/** Something that a client did, or that happened to it. `at` is in milliseconds, on one clock for all clients. */
export type ClientEvent =
  & { at: number }
  & (
    /** A connection stands. What follows, until the next one, is about it. */
    | { type: "opened" }
    /** It is over, or was given up. */
    | { type: "closed"; why: string }
    /** The reply to a join. `after` and `askedAt` are what the client asked for, and when. */
    | {
      type: "joined";
      room: string;
      askedAt: number;
      after?: Position & { ordinal?: number };
      epoch: string;
      seq: number;
      /** As far as the client's dialect has them. */
      first?: number;
      floor?: number;
      ordinal?: number;
      recovered: boolean;
      missed?: number;
      messages: Entry[];
      refs?: Message[];
    }
    /** A `message` push. */
    | { type: "message"; room: string; message: Message }
    /** A `change` push. */
    | { type: "change"; room: string; change: Change }
    /** A line on a plain socket. */
    | { type: "text"; text: string }
    | { type: "reset"; room: string; epoch: string; first: number; head: number }
    | {
      type: "history";
      room: string;
      askedAt: number;
      before?: number;
      after?: number;
      epoch: string;
      /** Every message of these is in it. */
      from: number;
      to: number;
      messages: Message[];
      refs?: Message[];
      more: boolean;
    }
    /** The ids whose reaction stands, up to the bound of a page. */
    | { type: "reactors"; room: string; askedAt: number; target: number; emoji: string; ids: string[]; more: boolean }
    /** The reply to a ping: up to where this connection has been sent everything. */
    | { type: "pong"; heads: Record<string, Position> }
    /**
     * A command went out, for the first time or again; of a plain client, a text, which has no nonce. `epoch`: in which its author means the number
     * that it has.
     */
    | { type: "sent"; room: string; nonce?: string; epoch?: string } & Content
    /** Its `ok`; `unchanged` if there was nothing to do. */
    | {
      type: "acked";
      room: string;
      nonce: string;
      epoch: string;
      seq: number;
      ts: number;
      durability: string;
      unchanged?: boolean;
    } & Content
    /** Its `error`. Where it is final the client has given it up, under that nonce. */
    | { type: "refused"; room: string; nonce: string; code: string; final: boolean } & Content
    /**
     * What a client holds, or shows on its screen, and what it says is still to be sent.
     * A screen that is full has let go of some messages.
     */
    | { type: "shows"; room: string; messages: (Message & { epoch: string })[]; unsent: string[]; full: boolean }
    /** Of a client with a screen: somebody wrote a message there. */
    | { type: "said"; room: string; text: string }
    /** Of such a client, too: what its wire delivered last was kept from it. */
    | { type: "missed"; room: string; seq: number }
    /** The `ok` of a `leave`. */
    | { type: "left"; room: string }
    /** What was seen to be wrong with one line by itself: the promise that it breaks, and how. */
    | { type: "wrong"; promise: number; what: string }
  );

/** All that one client did and saw, in order. */
export interface ClientLog {
  /** What to call it in a story. */
  name: string;
  /** Its id: no other client of the run has it. */
  id: string;
  dialect: "chat.v1" | "plain";
  /** Whether it has said that it understands changes. To a client that has not, each of them is told as a message. */
  changes?: boolean;
  /** The room of a plain client. */
  room?: string;
  events: ClientEvent[];
}

/** What a store holds of a room. */
export interface StoredRoom {
  epoch: string;
  /** The oldest message, and the newest event. */
  first: number;
  head: number;
  /** Above it every event is kept. */
  floor: number;
  /** Everything that is kept, by rising number. */
  entries: Entry[];
  /** Whose reactions stand, by the message's number and the emoji. */
  reactors: { target: number; emoji: string; ids: string[] }[];
}

/** Events that a store removed on purpose, as they were then, where the room began from that moment on, and its newest event then. */
export interface Trim {
  at: number;
  room: string;
  epoch: string;
  entries: Entry[];
  first: number;
  floor: number;
  head: number;
}

/** A fault that made the store lose data, as planned: messages stored after `from` may be gone from `to` on. */
export interface Loss {
  /** The moment to which the store was put back; 0 where it was emptied. */
  from: number;
  /** The moment at which the changed store was in place. */
  to: number;
}

/** Events of a room that the store lost without knowing it. */
export interface Hole {
  room: string;
  /** The first and the last one. */
  from: number;
  to: number;
}

/** Something that the harness did, for stories. */
export interface Fault {
  at: number;
  what: string;
}

/** All that a verdict is based on. */
export interface Evidence {
  clients: ClientLog[];
  /** What the store holds at the end, read through the log, by the room's name. */
  store: Record<string, StoredRoom>;
  /** What every acknowledgement must have said. */
  durability: string;
  losses: Loss[];
  /** What the store lost within rooms, while it stayed in the same life. `store` has it all the same. Default: nothing. */
  holes?: Hole[];
  /** What it removed. Default: nothing. */
  trims?: Trim[];
  /** Processes that share the store; default 1. Each may find out about a loss, and give the store an epoch for it. */
  servers?: number;
  /** Whether clocks were set wrong, so that times of messages may fall. Default: they were not. */
  clocksJump?: boolean;
  faults: Fault[];
  /** Ends of server processes that nobody asked for, described. */
  unexpectedExits: string[];
  /** Whether all faults had ended and clients were given the time to get everything, so that they must have it. */
  settled: boolean;
  /** How many messages and changes at most a resume must replay. */
  replay: { messages: number; changes: number };
}

/** A broken promise. */
export interface Violation {
  /** Its number among the promises that `docs/proof.md` lists. */
  promise: number;
  /** What was seen, as a sentence. */
  what: string;
  /** Whom and what it is about, as far as it is about one. */
  client?: string;
  room?: string;
  seq?: number;
  nonce?: string;
  /** When it was seen, if it was at one moment. */
  at?: number;
}
