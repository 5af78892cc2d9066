/**
 * What the bench asks of the attackers and the victim, and what they tell it: as JSON, the specification as an argument, what
 * happened as lines on standard output.
 *
 * @module
 */

import type { Latency } from "../load/spec.ts";

/** What each of many sockets does over and over, as fast as its limits allow. */
export type Habit = "ping" | "publish" | "join" | "history" | "resume";
/** What one socket does that keeps to no limit. */
export type Flood = "pongs" | "fragments" | "commands";

/** One attack. */
export type Attack =
  | { kind: "habits"; sockets: number; habits: Habit[] }
  | { kind: "flood"; flood: Flood }
  | { kind: "renames"; members: number; perSecond: number }
  | { kind: "stall"; clients: number; perSecond: number; stallMs: number }
  | { kind: "crowd"; members: number; perSecond: number }
  | { kind: "strangers"; peers: number; abuse: string };

/** What the attackers are to do. */
export interface AttackSpec {
  /** The port of 127.0.0.1 that the server listens on. */
  port: number;
  attack: Attack;
  /** Rooms `hall-0` and up, each filled with messages. */
  halls: number;
  /** How long to go on once all are connected. */
  ms: number;
}

/** What the attackers saw. */
export interface AttackResult {
  seconds: number;
  /** Bytes that came from the server. */
  bytes: number;
  /** Frames that came from the server. */
  frames: number;
  /** Commands and messages sent. */
  sent: number;
  /** Commands refused with `rate_limited`. */
  refused: number;
  /** Connections that the server ended, of how many. */
  closed: number;
  sockets: number;
  /** How long one of them lasted at most, where they do nothing but last. */
  lastedMs?: number;
}

/** What the victim is to do. */
export interface VictimSpec {
  port: number;
  /** How long to measure. */
  ms: number;
}

/** What the victim saw. */
export interface VictimResult {
  /** From the sending of a message to its receipt by the other socket of the room. */
  latency: Latency;
  sent: number;
  received: number;
}

/** A line of either's output. */
export type AttackEvent =
  | { event: "ready" }
  | { event: "stall"; ms: number }
  | { event: "attack"; result: AttackResult }
  | { event: "victim"; result: VictimResult };
