/**
 * The log as a newcomer may read it: where the owner of a private room says so, a room begins for each member with its place. All that is
 * read for one reader is read by this, so that no way in can forget it.
 *
 * @module
 */

import { DECIDE_TRIES } from "../limits.ts";
import { type MessageLog, type Page, StoreUnavailableError } from "../log/message_log.ts";
import type { Actor } from "../policy/permit.ts";

/** A log that is read for one reader. */
export type Readable = Pick<MessageLog, "read">;

/** Reads something. @param hidden the last event that the reader may not read; 0 if there is none */
export type ReadFor<Found> = (log: Readable, hidden: number) => Promise<Found>;

/** The part of a room's access that reading needs. */
interface Reading {
  hiddenFrom(actor: Actor): number;
  meet(version: number): Promise<void>;
}

/** Reads something for somebody, and learns of every change of the room that there was by then: so it is what they may read now. */
export async function readFor<Found extends { policy: number }>(
  actor: Actor,
  log: Readable,
  access: Reading,
  read: ReadFor<Found>,
): Promise<Found> {
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const hidden = access.hiddenFrom(actor);
    const found = await read(readableFrom(log, hidden), hidden);
    await access.meet(found.policy);
    if (access.hiddenFrom(actor) === hidden) return found;
  }
  throw new StoreUnavailableError("Cannot read: who may read what in the room changes faster than that");
}

/** @param hidden the last event of the room that the reader may not read; 0 if there is none */
export function readableFrom(log: Readable, hidden: number): Readable {
  if (hidden === 0) return log;
  return {
    async read(room, { after, ...range }) {
      const from = after === undefined ? undefined : Math.max(after, hidden);
      const page = withoutHidden(await log.read(room, { ...range, after: from }), hidden);
      if (range.only !== undefined || page.first > hidden + 1) return page;
      // What follows what is hidden need not be a message.
      const { events: [oldest] } = await log.read(room, { after: hidden, limit: 1, messagesOnly: true });
      return { ...page, first: oldest?.seq ?? page.head + 1 };
    },
  };
}

/** A page of a room as if nothing up to there were kept. */
export function withoutHidden(page: Page, hidden: number): Page {
  if (hidden === 0) return page;
  const { first, floor, events } = page;
  return {
    ...page,
    first: Math.max(first, hidden + 1),
    floor: Math.max(floor, hidden),
    events: events.filter(({ seq }) => seq > hidden),
  };
}
