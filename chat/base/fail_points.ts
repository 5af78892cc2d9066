/**
 * The steps a message passes between a socket and the members' sockets, named, so that a proof can stop, break or kill
 * the process exactly there. Random kills alone do not find a reply that is sent a moment too early: the moment is too
 * short to hit. Nothing in the service arms them; there is no setting that does.
 *
 * @module
 */

/** The steps of a message's path, in the order in which they are passed. */
export const FAIL_POINTS = [
  "frame received",
  "command decoded",
  "append queued",
  "before commit",
  "after commit",
  "before reply",
  "before fan-out",
  "during fan-out",
  "after fan-out",
] as const;

export type FailPoint = typeof FAIL_POINTS[number];

let armed: ((point: FailPoint) => void) | undefined;

/** Passes a step: does nothing unless {@linkcode armFailPoints} was called, whose hook may throw. */
export function failPoint(point: FailPoint): void {
  armed?.(point);
}

/** For proofs: calls `hook` at every step, or stops that if there is none. */
export function armFailPoints(hook?: (point: FailPoint) => void): void {
  armed = hook;
}
