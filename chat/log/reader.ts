/** Reads rooms from the store, and tells the operator when it cannot be read, or has lost part of a room. @module */

import type { Clock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { DAMAGED_ROOMS } from "./bounds.ts";
import { incident } from "./incident.ts";
import type { Page, Range } from "./message_log.ts";
import type { Store } from "./store.ts";
import { isWhole, isWholeBefore } from "./whole.ts";

export type Read = (room: string, range: Range) => Promise<Page>;

export function readerOf(store: Store, clock: Clock, report: ReportTrouble): Read {
  const trouble = incident(
    report,
    "The store cannot be read: clients that join or ask for history are told to try again",
    "The store can be read again",
    clock,
  );
  /** Rooms that were reported to have lost messages: each is reported once. */
  const damaged = new Set<string>();
  return async (room, range) => {
    const page = await store.read(room, range).catch((error) => {
      trouble.begin(error);
      throw error;
    });
    trouble.end();
    if (!isAsDue(range, page) && !damaged.has(room)) {
      if (damaged.size < DAMAGED_ROOMS) damaged.add(room);
      report(describeDamage(room, range, page));
    }
    return page;
  };
}

/** Whether a page has every message that was asked for and is kept. */
function isAsDue({ after, before = Infinity, limit, messagesOnly, thread, only }: Range, page: Page): boolean {
  if (thread !== undefined || only !== undefined) return true;
  if (after === undefined) return isWholeBefore(page, before, limit);
  // What is below was removed on purpose.
  return messagesOnly || after < page.floor || isWhole(page, after, limit);
}

function describeDamage(room: string, { after, before = Infinity, limit }: Range, page: Page): string {
  const { first, head, events } = page;
  const asked = after === undefined ? `from ${first} to ${Math.min(before - 1, head)}` : `after ${after} up to ${head}`;
  const found = events.length === 0 ? "none" : `${events[0]!.seq} to ${events.at(-1)!.seq}`;
  return `The store has lost messages of the room ${room}: of those ${asked} it gave ${found}, ${events.length} of them ` +
    `where at most ${limit} were asked for. Clients are told that messages are missing`;
}
