/** Where a client begins in a room: behind its position if everything since can be replayed, else at the end. @module */

import { isMessage } from "../event/event.ts";
import { shown } from "../event/kinds.ts";
import * as limits from "../limits.ts";
import type { Page } from "../log/message_log.ts";
import { isWhole, newestRun } from "../log/whole.ts";
import type { After, Joined, MemberList } from "../wire/lines.ts";
import type { Recipient } from "./membership.ts";
import type { Readable } from "./newcomer.ts";
import { readNewest, readQuotes } from "./pages.ts";
import { newestPortion, portion } from "./portion.ts";

/** @property policy the last change of the room itself, as of this reply */
export type Start = Omit<Joined, keyof MemberList | "settings" | "places"> & { policy: number };

/**
 * @param hidden the last event that the reader may not read
 * @throws {StoreUnavailableError} if the log cannot be read
 */
export async function readStart(
  log: Readable,
  room: string,
  after: After | undefined,
  reader: Recipient,
  hidden = 0,
): Promise<Start> {
  const replay = after && await log.read(room, { after: after.seq, limit: limits.PAGE_MESSAGES });
  if (replay !== undefined && canReplay(replay, after!)) {
    const events = portion(replay.events, limits.REPLY_CHARACTERS);
    const quotes = await readQuotes(log, room, replay.epoch, events, reader);
    return { ...placeOf(replay), recovered: true, messages: events.map(shown), ...quotes };
  }
  const page = await readNewest(log, room, { limit: limits.RECENT_MESSAGES }, reader);
  const run = newestRun(page, !reader.outbox.dialect.knowsChanges);
  const events = newestPortion(run, limits.REPLY_CHARACTERS);
  const before = (events.find(isMessage)?.ordinal ?? page.messageCount + 1) - 1;
  const missed = replay && missedBy(after!, replay, page, before, hidden);
  const quotes = await readQuotes(log, room, page.epoch, events, reader);
  return { ...placeOf(page), recovered: false, missed, messages: events.map(shown), ...quotes };
}

function placeOf(
  { epoch, head, first, floor, messageCount, policy = 0 }: Page,
): Pick<Start, "epoch" | "seq" | "first" | "floor" | "ordinal" | "policy"> {
  return { epoch, seq: head, first, floor, ordinal: messageCount, policy };
}

function canReplay(page: Page, after: After): boolean {
  const messages = page.messageCount - page.passed;
  const changes = page.head - after.seq - messages;
  return page.epoch === after.epoch && after.seq <= page.head && isWhole(page, after.seq, limits.PAGE_MESSAGES) &&
    messages <= limits.REPLAY_MESSAGES && changes <= limits.REPLAY_CHANGES;
}

/**
 * How many messages lie between a position and the first message that is sent.
 *
 * @param before how many messages the room has had before that one
 * @param hidden the last event that the reader may not read
 * @returns nothing if it cannot be known
 */
function missedBy(
  after: After,
  replay: Page,
  { epoch, head }: Page,
  before: number,
  hidden: number,
): number | undefined {
  if (after.epoch !== epoch || after.seq > head) return undefined;
  // Of what it may not read it misses nothing: the replay begins behind that.
  const had = after.seq < hidden ? replay.passed : after.ordinal ?? ordinalAt(after.seq, replay);
  return had === undefined ? undefined : Math.max(before - had, 0);
}

/** How many messages the room had up to a position. Nobody knows if messages right behind it were removed. */
function ordinalAt(seq: number, { first, passed }: Page): number | undefined {
  if (seq === 0) return 0;
  return first <= seq + 1 || passed === 0 ? passed : undefined;
}
