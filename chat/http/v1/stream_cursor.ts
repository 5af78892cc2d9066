/**
 * The cursor of the Durable Streams protocol: a number that a client sends back with its next request, so that no two requests of a client that
 * waits have the same address. Nothing here is kept by caches, but clients expect it, and a proxy may be set up wrongly.
 *
 * @module
 */

/** It counts intervals of this length. */
const INTERVAL_MS = 20_000;
const COUNTED_FROM_MS = Date.UTC(2024, 9, 9);
/** How far it jumps at most if the client has that of now already: an hour. */
const JUMP = 180;

/** @param known the client's, as it came */
export function cursorAfter(known: string | null, nowMs: number): string {
  const current = Math.floor((nowMs - COUNTED_FROM_MS) / INTERVAL_MS);
  const theirs = /^\d{1,15}$/.test(known ?? "") ? Number(known) : -1;
  return String(theirs < current ? current : theirs + 1 + Math.floor(Math.random() * JUMP));
}
