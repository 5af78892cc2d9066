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

/** A message, as it is told and as it is stored. */
export interface Message {
  seq: number;
  id: string;
  name: string;
  text: string;
  ts: number;
  nonce?: string;
}

/** Something that a client did, or that happened to it. `at` is in milliseconds, on one clock for all clients. */
export type ClientEvent =
  & { at: number }
  & (
    /** A connection stands. What follows, until the next one, is about it. */
    | { type: "opened" }
    /** It is over, or was given up. */
    | { type: "closed"; why: string }
    /** The reply to a join. `after` is what the client asked for. */
    | {
      type: "joined";
      room: string;
      after?: Position & { ordinal?: number };
      epoch: string;
      seq: number;
      recovered: boolean;
      missed?: number;
      messages: Message[];
    }
    /** A `message` push. */
    | { type: "message"; room: string; message: Message }
    /** A line on a plain socket. */
    | { type: "text"; text: string }
    | { type: "reset"; room: string; epoch: string; first: number; head: number }
    | { type: "history"; room: string; before?: number; epoch: string; messages: Message[] }
    /** The reply to a ping: up to where this connection has been sent everything. */
    | { type: "pong"; heads: Record<string, Position> }
    /** A `publish` went out, for the first time or again; of a plain client, a text, which has no nonce. */
    | { type: "sent"; room: string; nonce?: string; text: string }
    /** Its `ok`. */
    | {
      type: "acked";
      room: string;
      nonce: string;
      text: string;
      epoch: string;
      seq: number;
      ts: number;
      durability: string;
    }
    /** Its `error`. Where it is final the client has given the message up, under that nonce. */
    | { type: "refused"; room: string; nonce: string; text: string; code: string; final: boolean }
    /**
     * Of a client with a screen: somebody wrote a message there; and what it shows, with what it says is still to be sent.
     * A screen that is full has let go of some messages.
     */
    | { type: "said"; room: string; text: string }
    | { type: "shows"; room: string; messages: (Message & { epoch: string })[]; unsent: string[]; full: boolean }
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
  /** The room of a plain client. */
  room?: string;
  events: ClientEvent[];
}

/** What a store holds of a room. */
export interface StoredRoom {
  epoch: string;
  /** The first and the last `seq`. */
  first: number;
  head: number;
  /** Everything that is kept. */
  messages: Message[];
}

/** A fault that made the store lose data, as planned: messages stored after `from` may be gone from `to` on. */
export interface Loss {
  /** The moment to which the store was put back; 0 where it was emptied. */
  from: number;
  /** The moment at which the changed store was in place. */
  to: number;
}

/** Messages of a room that the store lost without knowing it. */
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
  /** Processes that share the store; default 1. Each may find out about a loss, and give the store an epoch for it. */
  servers?: number;
  /** Whether clocks were set wrong, so that times of messages may fall. Default: they were not. */
  clocksJump?: boolean;
  faults: Fault[];
  /** Ends of server processes that nobody asked for, described. */
  unexpectedExits: string[];
  /** Whether all faults had ended and clients were given the time to get everything, so that they must have it. */
  settled: boolean;
  /** How many messages at most a resume must replay. */
  replay: number;
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
