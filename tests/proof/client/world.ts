/**
 * The world that a client of the proof needs, real or simulated; and the client as the run sees it.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";
import type { ClientLog, Position } from "../judge/evidence.ts";

/** The events of a connection. */
export interface Listener {
  opened(): void;
  frame(text: string): void;
  closed(code: number, reason: string): void;
}

/** The client's end of a connection. */
export interface Connection {
  send(frame: string): void;
  /** Gives it up: the client hears nothing more of it, and the server learns of that when the network lets it. */
  close(why: string): void;
}

/** Opens a connection to some server. Calls the listener only after it has returned, and `closed` if there is no server. */
export type Dial = (listener: Listener) => Connection;

/** The world as one client has it. Times are in milliseconds. */
export interface World {
  readonly dial: Dial;
  readonly random: Random;
  readonly patience: Patience;
  now(): number;
  after(ms: number, run: () => void): void;
}

/** How long a client waits, in milliseconds: less than the protocol advises, so that a run has room for many faults. */
export interface Patience {
  /** For a connection to stand. */
  connectMs: number;
  /** Between pings. */
  pingMs: number;
  /** For a pong. */
  pongMs: number;
  /** At most, before it connects again: first, and after many failures. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** Before it publishes again what was stored in another life of the store than the room's. */
  againMs: number;
}

export interface Identity {
  /** What stories call it. */
  name: string;
  id: string;
  /** The secret that the id was made from, if it was. */
  key?: string;
  /** Whether it says that it understands changes. */
  changes: boolean;
  /** The rooms that it joins; of a plain client, one. */
  rooms: readonly string[];
  /** Commands that it has under way at most. */
  window: number;
}

/** Something that a client does, or that happens to it. A client passes over what it has no use for. */
export interface Act {
  type:
    | "say"
    | "reply"
    | "edit"
    | "delete"
    | "react"
    | "change before it is acknowledged"
    | "meddle"
    | "reuse nonce"
    | "ask history"
    | "ask who reacted"
    | "rejoin"
    | "look"
    // Only the page does the rest. The last two happen to it behind its wire: it must notice.
    | "reload"
    | "open another tab instead"
    | "leave"
    | "come back"
    | "miss a message"
    | "get a message twice";
  room: string;
  /** Makes a message long. */
  filling?: string;
}

/** A client as the run sees it. */
export interface Participant {
  readonly log: ClientLog;
  readonly rooms: readonly string[];
  start(): void;
  act(act: Act): void;
  /** Leaves, never to return. */
  stop(): void;
  /** Whether it may still send the command with this nonce. */
  keeps(nonce: string): boolean;
  /** How many of its commands in a room have no answer yet. */
  waiting(room: string): number;
  /** The last event that it has of a room. */
  position(room: string): Position | undefined;
  /** What it lacks, in words; nothing if all is well. @param head gives the newest place of a room */
  unfinished(head: (room: string) => Position): string[];
}
