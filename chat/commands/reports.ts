/** The commands by which messages are reported to those who moderate a room. Nobody is told by whom. @module */

import { PAGE_REPORTS, QUOTE_CHARACTERS } from "../limits.ts";
import { isOver } from "../log/epoch.ts";
import type { Reports } from "../log/reports.ts";
import { messagesOf } from "../log/whole.ts";
import { readableFrom } from "../room/newcomer.ts";
import type { Recipient } from "../room/membership.ts";
import { quoteOf } from "../room/pages.ts";
import type { ListedReport } from "../wire/lines.ts";
import { answerRefused } from "./append.ts";
import { answerDenied, answerTooOften, deniedNow } from "./denied.ts";
import { answerUnsupported, type Caller, type Chat, type Handlers } from "./handler.ts";
import { missing } from "./target.ts";

const NO_REPORTS = "cannot keep reports";

export const reportCommands: Handlers<"report" | "reports" | "resolve"> = {
  async report(chat, caller, { ref, room, target, epoch, reason = "" }) {
    const { log, rooms, quota, clock } = chat;
    if (log.reports === undefined) return answerUnsupported(caller, ref, NO_REPORTS);
    const refused = await missing(chat, caller, room, target, epoch);
    const denial = await deniedNow(chat, caller, room, "read");
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    // Nobody moderates the room of two people: nobody would read it.
    if (rooms.get(room)!.access.policy.between !== undefined) return answerDenied(caller, ref, { code: "not_allowed" });
    if (refused !== undefined) return answerRefused(caller, ref, refused);
    const { id, network } = caller.session;
    const retryAfterMs = quota?.reportMs(id, network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "reports", retryAfterMs);
    await log.reports.add(room, { target, by: id, reason }, clock.now());
    await answerAndTell(chat, log.reports, caller, ref, room);
  },

  async reports(chat, caller, { ref, room, before = Number.MAX_SAFE_INTEGER }) {
    const { log: { reports }, rooms, turns } = chat;
    if (reports === undefined) return answerUnsupported(caller, ref, NO_REPORTS);
    const denial = rooms.get(room)?.access.permit(caller.session, "delete-any");
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const found = await reports.list(room, before, PAGE_REPORTS + 1);
      const listed = await withMessages(chat, caller, room, found.slice(0, PAGE_REPORTS));
      const count = await reports.count(room);
      const denial = await deniedNow(chat, caller, room, "delete-any");
      if (denial !== undefined) return answerDenied(caller, ref, denial);
      const more = found.length > PAGE_REPORTS;
      caller.outbox.send({ type: "reports", ref, room, count, reports: listed, more });
    });
  },

  async resolve(chat, caller, { ref, room, target, epoch }) {
    const { reports } = chat.log;
    if (reports === undefined) return answerUnsupported(caller, ref, NO_REPORTS);
    const { epoch: present } = await chat.log.read(room, { limit: 0 });
    if (isOver(epoch, present)) return answerRefused(caller, ref, "no_such_message");
    const denial = await deniedNow(chat, caller, room, "delete-any");
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    await reports.resolve(room, target);
    await answerAndTell(chat, reports, caller, ref, room);
  },
};

/** Answers, and tells those who moderate the room how many messages are reported now. */
async function answerAndTell(chat: Chat, reports: Reports, caller: Caller, ref: string, room: string) {
  const count = await reports.count(room);
  caller.outbox.send({ type: "ok", ref });
  for (const { outbox } of moderatorsOf(chat, room)) outbox.send({ type: "reported", room, count });
}

/** The connections of those who moderate a room by their places, in it or not, and of those in it who do so for the operator. */
function moderatorsOf({ rooms, clients }: Chat, room: string): Iterable<Recipient> {
  const open = rooms.get(room);
  if (open === undefined) return [];
  const { access, moderators } = open;
  const placed = access.policy.moderators.flatMap((id) => Array.from(clients.of(id)));
  return new Set([...moderators, ...placed.filter(({ session }) => access.isModerator(session))]);
}

/** Reports with what their messages are now, as far as the reader may read them. */
async function withMessages(
  { log, rooms }: Chat,
  { session }: Caller,
  room: string,
  reports: ListedReport[],
): Promise<ListedReport[]> {
  const only = reports.map(({ target }) => target);
  if (only.length === 0) return [];
  const readable = readableFrom(log, rooms.get(room)?.access.hiddenFrom(session) ?? 0);
  const { events } = await readable.read(room, { only, limit: only.length, beginning: QUOTE_CHARACTERS });
  const quotes = new Map(messagesOf(events).map((message) => [message.seq, quoteOf(message)]));
  return reports.map((report) => ({ ...report, message: quotes.get(report.target) }));
}
