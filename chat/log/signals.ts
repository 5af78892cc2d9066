/** What processes that share a store tell each other at once, and at most once: nothing may depend on its arrival. @module */

import type { HeldLease } from "./leases.ts";

/**
 * Somebody is typing; or somebody came, goes, or has another name, which the leases tell as well: by that renewal, so that a signal which comes
 * after it was read is known to be old.
 */
export type Signal =
  | { type: "typing"; room: string; id: string }
  | { type: "lease"; lease: HeldLease; renewal: number };

/** The way from each process to all others of the same store. */
export interface Signals {
  /** Tells the other processes, or some of them, or none: never throws, and never waits. */
  send(signals: readonly Signal[]): void;
  /** Is called with what other processes send, from now on. There is one listener. */
  hear(take: (signal: Signal) => void): void;
}
