/**
 * The log as a newcomer may read it: where the owner of a private room says so, a room begins for each member with its place. All that is
 * read for one reader is read by this, so that no way in can forget it.
 *
 * @module
 */

import type { MessageLog, Page } from "../log/message_log.ts";

/** A log that is read for one reader. */
export type Readable = Pick<MessageLog, "read">;

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
