/**
 * Tickets: a browser's `EventSource` sends no headers, and a token in an address would be kept in logs and histories for as long as it is good. So a page asks
 * for a ticket by its token, and puts that into the address: it is good for one stream, and for half a minute.
 *
 * @module
 */

import { type Clock, systemClock } from "../../base/clock.ts";
import { TICKET_MS, TICKETS } from "../../limits.ts";
import { type HttpOptions, HttpRefusal } from "../options.ts";
import { ask } from "./ask.ts";
import { json } from "./json.ts";
import type { RouteAsked } from "./route.ts";
import { readWho, type Who } from "./who.ts";

interface Ticket {
  who: Who;
  expiresAtMs: number;
}

/** Those of one server, from the oldest to the newest, at most {@linkcode TICKETS}. */
const made = new WeakMap<HttpOptions["manager"], Map<string, Ticket>>();

/** Makes a ticket for somebody whose proof is good. */
export async function makeTicket(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  await ask<"pong">(asked, options, () => ({ fields: { type: "ping" } }));
  const { manager, clock = systemClock } = options;
  const tickets = made.get(manager) ?? new Map<string, Ticket>();
  made.set(manager, tickets);
  forget(tickets, clock);
  const ticket = crypto.randomUUID();
  tickets.set(ticket, { who: readWho(asked, options), expiresAtMs: clock.elapsed() + TICKET_MS });
  return json(201, { ticket, expiresInMs: TICKET_MS });
}

/** Those that are over, and the oldest if there are too many. */
function forget(tickets: Map<string, Ticket>, clock: Clock): void {
  for (const [ticket, { expiresAtMs }] of tickets) {
    if (expiresAtMs > clock.elapsed() && tickets.size < TICKETS) break;
    tickets.delete(ticket);
  }
}

/**
 * Takes the ticket in an address: nobody can use it again.
 *
 * @returns for whom it was made; nothing if there is none
 * @throws {HttpRefusal} if it is not good any more
 */
export function takeTicket({ url }: RouteAsked, { manager, clock = systemClock }: HttpOptions): Who | undefined {
  const asked = url.searchParams.get("ticket");
  if (asked === null) return undefined;
  const tickets = made.get(manager);
  const ticket = tickets?.get(asked);
  tickets?.delete(asked);
  if (ticket !== undefined && ticket.expiresAtMs > clock.elapsed()) return ticket.who;
  const message = `The ticket was used, or is older than ${TICKET_MS / 1000} seconds: get another one`;
  throw new HttpRefusal(401, message, {}, { code: "bad_token" });
}
