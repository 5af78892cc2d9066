/** The command by which a moderator deletes all that one id has written lately in a room: each message as by a `delete`. @module */

import type { NewEvent } from "../event/event.ts";
import { PURGE_MESSAGES } from "../limits.ts";
import type { MessageLog } from "../log/message_log.ts";
import { permitPurge } from "../policy/permit.ts";
import { appendAll, tracesOf } from "../room/traces.ts";
import type { RoomAccess } from "../room/access.ts";
import { answerFailed, appendIfAllowed } from "./append.ts";
import { forgetPagesAndTakeTurns } from "./deletions.ts";
import { answerDenied } from "./denied.ts";
import { answerUnsupported, type Handlers } from "./handler.ts";

export const purgeCommands: Handlers<"purge"> = {
  async purge(chat, caller, { ref, room, id, sinceMs }) {
    const { log, clock, rooms } = chat;
    if (log.people === undefined) return answerUnsupported(caller, ref, "cannot find what one id has written");
    const permit = ({ policy }: RoomAccess) => permitPurge(caller.session, id, policy, clock.now());
    const denial = permit(rooms.get(room)!.access);
    if (denial !== undefined) return answerDenied(caller, ref, denial);

    const since = clock.now() - sinceMs;
    const by = { id: caller.session.id, name: caller.session.name };
    const append = (event: NewEvent) => appendIfAllowed(chat, caller, { room, event, permit });
    const onPart = forgetPagesAndTakeTurns(chat, caller);
    let deleted = 0;
    for await (const { messages, next } of tracesOf(log.people, room, id, await lastBefore(log, room, since))) {
      const late = messages.filter(({ ts }) => ts >= since);
      const { count, failed } = await appendAll(
        late.map(({ seq: target }) => ({ kind: "delete", ...by, target })),
        append,
      );
      deleted += count;
      await onPart(room);
      if (failed !== undefined) return answerFailed(caller, ref, failed);
      if (deleted < PURGE_MESSAGES || next === undefined) continue;
      return caller.outbox.send({ type: "ok", ref, deleted, more: true });
    }
    caller.outbox.send({ type: "ok", ref, deleted });
  },
};

/** The last number before the messages of a time and later, found by halves: times rise with the numbers, as far as the clock was right. */
async function lastBefore(log: MessageLog, room: string, time: number): Promise<number> {
  const { first, head } = await log.read(room, { limit: 0 });
  let [before, last] = [first - 1, head];
  while (before < last) {
    const middle = Math.ceil((before + last) / 2);
    const [newest] = (await log.read(room, { before: middle + 1, limit: 1 })).events;
    if (newest === undefined || newest.ts < time) before = middle;
    else last = newest.seq - 1;
  }
  return before;
}
