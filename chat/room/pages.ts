/** Pages of a room's events, as one client is sent them in a reply. @module */

import { isMessage, type StoredEvent, type StoredMessage } from "../event/event.ts";
import { shown } from "../event/kinds.ts";
import { PAGE_MESSAGES, QUOTE_CHARACTERS, QUOTES, REPLY_CHARACTERS } from "../limits.ts";
import type { Page, Range } from "../log/message_log.ts";
import { messagesOf } from "../log/whole.ts";
import type { HistoryPage, Quote } from "../wire/lines.ts";
import type { Recipient } from "./membership.ts";
import type { Readable } from "./newcomer.ts";
import { newestPortion, portion } from "./portion.ts";

export type PageAsked = Pick<Range, "before" | "after" | "limit" | "thread">;

/** Reads a page of history. */
export async function readHistory(
  log: Readable,
  room: string,
  asked: PageAsked,
  reader: Recipient,
): Promise<HistoryPage & { policy: number }> {
  const { before, after, limit, thread } = asked;
  if (after !== undefined) return readOn(log, room, { after, limit }, reader);
  const page = await readNewest(log, room, asked, reader);
  const { epoch, first, head, policy = 0 } = page;
  const events = newestPortion(page.events, REPLY_CHARACTERS);
  const quotes = await readQuotes(log, room, epoch, events, reader);
  const from = events[0]?.seq;
  // A thread's page that is not full has all of it, wherever it begins; a room's has all that is kept if it begins there.
  const isCut = thread === undefined || events.length < page.events.length || events.length === limit;
  const more = from !== undefined && from > (thread ?? first) && isCut;
  const to = before === undefined ? head : Math.min(before - 1, head);
  return { epoch, from: more ? from : 1, to, messages: events.map(shown), more, policy, ...quotes };
}

/** Reads the page of history that follows a place. */
async function readOn(
  log: Readable,
  room: string,
  asked: OnAsked,
  reader: Recipient,
): Promise<HistoryPage & { policy: number }> {
  const page = await readOldest(log, room, asked, reader);
  const { epoch, head, messageCount, policy = 0 } = page;
  const events = portion(page.events, REPLY_CHARACTERS);
  const quotes = await readQuotes(log, room, epoch, events, reader);
  const last = events.at(-1);
  // Among messages only, changes may follow the last one.
  const isCut = last !== undefined && last.seq < head;
  const more = isCut && !(reader.outbox.dialect.knowsChanges && isMessage(last) && last.ordinal === messageCount);
  const from = Math.min(asked.after, head) + 1;
  const next = events.find(isMessage);
  const ordinal = next?.ordinal !== undefined ? next.ordinal - 1 : more ? undefined : messageCount;
  return { epoch, from, to: more ? last.seq : head, messages: events.map(shown), ordinal, more, policy, ...quotes };
}

type OnAsked = Required<Pick<Range, "after" | "limit">>;

/** Reads the oldest messages behind a place. As with {@linkcode readNewest}, a client that does not know changes gets them, too. */
async function readOldest(log: Readable, room: string, range: OnAsked, reader: Recipient): Promise<Page> {
  const { session, outbox } = reader;
  const messagesOnly = () => log.read(room, { ...range, messagesOnly: true, reader: session.id });
  if (outbox.dialect.knowsChanges) return await messagesOnly();
  const run = await log.read(room, range);
  if (range.after >= run.floor) return run;
  // Below `floor` only messages are kept: they are a page of their own.
  const page = await messagesOnly();
  const events = page.events.filter(({ seq }) => seq <= run.floor);
  return events.length === 0 || page.epoch !== run.epoch ? run : { ...page, events };
}

/** Reads the newest messages up to a place. A client that does not know changes gets them too, so that it meets no hole. */
export function readNewest(log: Readable, room: string, range: PageAsked, reader: Recipient): Promise<Page> {
  const { session, outbox } = reader;
  if (outbox.dialect.knowsChanges || range.thread !== undefined) {
    return log.read(room, { ...range, reader: session.id });
  }
  return readRun(log, room, range);
}

async function readRun(log: Readable, room: string, asked: PageAsked): Promise<Page> {
  const { before = Infinity, limit } = asked;
  const { epoch, head, floor, messageCount } = await log.read(room, { limit: 0 });
  const last = Math.min(before - 1, head);
  const after = Math.max(last - limit, floor);
  // Below `floor` only messages are kept. Of what came meanwhile such a page would lack the changes.
  if (after >= last) {
    const page = await log.read(room, asked);
    return page.epoch === epoch && Math.min(before - 1, page.head) === last ? page : readRun(log, room, asked);
  }
  const page = await log.read(room, { after, limit: limit + PAGE_MESSAGES });
  // Of what lay above `floor` and was trimmed meanwhile, it has nothing.
  if (page.epoch !== epoch || page.floor > after) return readRun(log, room, asked);
  const events = page.events.filter(({ seq }) => seq < before).slice(-limit);
  // What came between the two reads belongs to the newest, too; of more than that, the page is of the moment at which it ends. One that ends
  // earlier lacks what the store has lost, and is of now.
  if (before <= head || page.events.length < limit + PAGE_MESSAGES) return { ...page, events };
  return { ...page, head: events.at(-1)?.seq ?? page.head, messageCount: countOf(page.events) ?? messageCount, events };
}

/** How many messages a room has had up to the newest of some. */
function countOf(events: StoredEvent[]): number | undefined {
  return messagesOf(events).at(-1)?.ordinal;
}

/**
 * Reads the messages that some events answer and that are not among them.
 *
 * @param epoch the one under which the events were read
 * @returns nothing if there are none; with the last change of the room itself, because they may be of a later moment than the events
 */
export async function readQuotes(
  log: Readable,
  room: string,
  epoch: string,
  events: StoredEvent[],
  { outbox }: Recipient,
): Promise<{ refs: Quote[]; policy: number } | undefined> {
  if (!outbox.dialect.knowsChanges) return undefined;
  const here = new Set(events.map(({ seq }) => seq));
  const answered = messagesOf(events).flatMap(({ reply }) => reply === undefined || here.has(reply) ? [] : [reply]);
  // Of too many, those that the newest messages answer.
  const only = [...new Set(answered.reverse())].slice(0, QUOTES);
  return only.length === 0 ? undefined : await quotesOf(log, room, epoch, only);
}

/** Reads the beginnings of messages. @returns as {@linkcode readQuotes}; nothing under another epoch, where the same numbers are other messages */
export async function quotesOf(
  log: Readable,
  room: string,
  epoch: string,
  only: number[],
): Promise<{ refs: Quote[]; policy: number } | undefined> {
  const page = await log.read(room, { only, limit: only.length, beginning: QUOTE_CHARACTERS });
  return page.epoch === epoch ? { refs: messagesOf(page.events).map(quoteOf), policy: page.policy ?? 0 } : undefined;
}

/** As much of a message as is shown elsewhere. */
export function quoteOf({ seq, id, name, text, ts, rev, deleted }: StoredMessage): Quote {
  return { seq, id, name, text: beginningOf(text), ts, rev, deleted };
}

/** Cut between characters, never within one. */
function beginningOf(text: string): string {
  let end = 0;
  for (let n = 0; n < QUOTE_CHARACTERS && end < text.length; n++) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
