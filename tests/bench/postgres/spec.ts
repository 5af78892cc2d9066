/** What the bench of PostgreSQL asks of its speakers and what it gets back, as JSON: see `speaker.ts`. @module */

import type { Latency } from "../load/spec.ts";

export interface SpeakerSpec {
  /** As in `CHAT_STORE`. */
  url: string;
  /** Its own number: 0, 1, … */
  number: number;
  rooms: number;
  /** Messages that it appends each second. */
  perSecond: number;
  warmUpMs: number;
  measureMs: number;
  /** How long deliveries may still come after the last message was acknowledged. */
  drainMs: number;
}

/** What one process was given and told. */
export interface SpeakerResult {
  /** Messages of both that reached it, from the beginning on. */
  delivered: number;
  /** Times that it was given an event which does not continue its room. */
  disorders: number;
  /** From append to delivery, of what was appended in the measured time, by whichever process. */
  latency: Latency;
  /** The same, of the messages of others. */
  othersLatency: Latency;
  /** From append to acknowledgement, of its own. */
  ackLatency: Latency;
}

/** A line of its output. After `ready` and `sent` it waits for a line: behind `sent`, of how many messages there are in all. */
export type SpeakerEvent =
  | { event: "ready" }
  | { event: "sent"; acknowledged: number; failed: number }
  | { event: "result"; result: SpeakerResult };
