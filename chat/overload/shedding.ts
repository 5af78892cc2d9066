/**
 * Chooses the connections that an overload closes: some of those for which most waits, or that send most over their rate. A client that
 * costs no more than an honest one is never closed.
 *
 * @module
 */

import { COMMAND_BURST, ENVELOPE_CHARACTERS, OUTBOX_HIGH_WATER_BYTES } from "../limits.ts";
import type { Connection } from "../socket/connection.ts";
import { CloseCode } from "../wire/close.ts";
import { SHED_SHARE, SHED_SPREAD_MS } from "./bounds.ts";

/** Closes the most expensive, and asks those that understand it to come back later. @returns how many it closed */
export function shed(connections: Iterable<Connection>): number {
  const dear = [...dearOnes(connections)].sort((one, other) => other.cost - one.cost);
  const closed = dear.slice(0, Math.ceil(dear.length * SHED_SHARE));
  for (const { connection } of closed) {
    connection.outbox.send({ type: "reconnect", afterMs: Math.round(Math.random() * SHED_SPREAD_MS) });
    connection.close(CloseCode.overloaded);
  }
  return closed.length;
}

/** Those that cost more than an honest client may: it has read most of what it was sent, and was not refused more than a burst. */
function* dearOnes(connections: Iterable<Connection>): Iterable<{ connection: Connection; cost: number }> {
  for (const connection of connections) {
    const [waiting, refused] = [connection.measureWaiting(), connection.limiter.refusedLately];
    if (waiting <= OUTBOX_HIGH_WATER_BYTES && refused <= COMMAND_BURST) continue;
    yield { connection, cost: waiting + refused * ENVELOPE_CHARACTERS };
  }
}
