/**
 * Where a reader goes on that wants everything from a place on, however long ago that was.
 *
 * A room may keep older messages than changes. So that a reader misses none of them, it is sent those messages first, as they are now. Changes that
 * come meanwhile are kept, or the reader is told to begin again.
 *
 * @module
 */

import { Batch, Outgoing } from "../dialect/batch.ts";
import type { Live } from "../dialect/dialect.ts";
import type { StoredEvent } from "../event/event.ts";
import { FANOUT_CHARACTERS, PAGE_MESSAGES } from "../limits.ts";
import type { Page } from "../log/message_log.ts";
import { isWhole } from "../log/whole.ts";
import type { Beginning, Place } from "../wire/offset.ts";
import type { Readable } from "./newcomer.ts";
import { portion } from "./portion.ts";

/** A reader's place, and the first of what follows it. */
export interface Found extends Place {
  /** The oldest message that the room keeps. */
  first: number;
  /** The newest event. */
  head: number;
  policy: number;
  /** Nothing if not all that follows the place is kept. */
  batch?: Batch;
}

/** @throws {StoreUnavailableError} if the log cannot be read */
export async function readFrom(log: Readable, room: string, from: Beginning): Promise<Found> {
  if (from === "now") {
    const page = await log.read(room, { limit: 0 });
    return foundRun(room, page, { epoch: page.epoch, seq: page.head });
  }
  if (from === "start") {
    const page = await log.read(room, { after: 0, limit: PAGE_MESSAGES });
    const { epoch, first, floor } = page;
    if (first > floor) return foundRun(room, page, { epoch, seq: floor });
    return readOld(log, room, { epoch, seq: first - 1, below: floor });
  }
  if (isAmongOld(from)) return readOld(log, room, from);
  const page = await log.read(room, { after: from.seq, limit: PAGE_MESSAGES });
  return foundRun(room, page, from);
}

/** What follows for a reader that is sent what was found. */
interface Step {
  /** Where it reads on at once: it is among old messages still, or there was nothing to send. */
  next?: Place;
  /** Whether anything is sent, now or in the next step. */
  more: boolean;
  /** Whether it is sent what comes. One that wants a page, and has one, is not. */
  stays: boolean;
}

export function stepFrom({ batch }: Found, live: Live | undefined): Step {
  if (batch === undefined) return { more: false, stays: false };
  const { epoch, last: seq, below, head, empty } = batch;
  const place = { epoch, seq, below };
  const goesOn = empty ? seq < head : live === "sse" && isAmongOld(place);
  if (goesOn) return { next: place, more: true, stays: false };
  return { more: !empty, stays: live === "sse" || live === "long-poll" && empty };
}

/** Whether older messages follow a place, and not yet every event. */
function isAmongOld(place: Place): place is Required<Place> {
  return place.seq < (place.below ?? 0);
}

function foundRun(room: string, page: Page, place: Place): Found {
  const { epoch, floor, head, events } = page;
  const isKept = place.epoch === epoch && place.seq >= floor && place.seq <= head;
  if (!isKept || !isWhole(page, place.seq, PAGE_MESSAGES)) return foundIn(page, place);
  const some = portion(events, FANOUT_CHARACTERS);
  const last = some.at(-1)?.seq ?? place.seq;
  return { ...foundIn(page, place), batch: new Batch(epoch, outgoing(room, some), [], { head, last }) };
}

async function readOld(log: Readable, room: string, place: Required<Place>): Promise<Found> {
  const page = await log.read(room, { after: place.seq, limit: PAGE_MESSAGES, messagesOnly: true });
  const { epoch, floor, head, events } = page;
  const { below } = place;
  // Some of the changes that came since the reader began are not kept any more.
  if (place.epoch !== epoch || below < floor || below > head) return foundIn(page, place);
  const old = events.filter(({ seq }) => seq <= below);
  const some = portion(old, FANOUT_CHARACTERS);
  const isLast = some.length === old.length && (old.length < events.length || events.length < PAGE_MESSAGES);
  const last = isLast ? below : some.at(-1)!.seq;
  return { ...foundIn(page, place), batch: new Batch(epoch, outgoing(room, some), [], { head, last, below }) };
}

function foundIn({ first, head, policy = 0 }: Page, place: Place): Found {
  return { ...place, first, head, policy };
}

function outgoing(room: string, events: StoredEvent[]): Outgoing[] {
  return events.map((event) => new Outgoing(room, event));
}
