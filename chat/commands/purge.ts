/** The command by which a moderator deletes all that one id has written lately in a room: each message as by a `delete`. @module */

import type { NewEvent } from "../event/event.ts";
import { PURGE_MESSAGES } from "../limits.ts";
import type { Appended, MessageLog, Refused } from "../log/message_log.ts";
import { permitPurge, type RoomDenial } from "../policy/permit.ts";
import { appendAll, tracesOf } from "../room/traces.ts";
import type { Access } from "../room/access.ts";
import { answerRefused, appendAllowed } from "./append.ts";
import { answerDenied } from "./denied.ts";
import { afterPart } from "./erase.ts";
import type { Caller, Chat, Handlers } from "./handler.ts";

export const purgeCommands: Handlers<"purge"> = {
  async purge(chat, caller, { ref, room, id, sinceMs }) {
    const { log, clock, rooms } = chat;
    if (log.people === undefined) {
      return caller.refuse(
        { code: "unsupported", message: "This server's store cannot find what one id has written" },
        ref,
      );
    }
    const permit = ({ policy }: Access) => permitPurge(caller.session, id, policy, clock.now());
    const denial = permit(rooms.get(room)!.access);
    if (denial !== undefined) return answerDenied(caller, ref, denial);

    const since = clock.now() - sinceMs;
    const deleting = new Deleting(chat, caller, room, permit);
    const onPart = afterPart(chat, caller);
    for await (const { messages, next } of tracesOf(log.people, room, id, await lastBefore(log, room, since))) {
      const refused = await deleting.remove(messages.filter(({ ts }) => ts >= since).map(({ seq }) => seq));
      await onPart(room);
      if (deleting.denial !== undefined) return answerDenied(caller, ref, deleting.denial);
      if (refused !== undefined) return answerRefused(caller, ref, refused);
      if (deleting.count < PURGE_MESSAGES || next === undefined) continue;
      return caller.outbox.send({ type: "ok", ref, deleted: deleting.count, more: true });
    }
    caller.outbox.send({ type: "ok", ref, deleted: deleting.count });
  },
};

/** Deletes messages of a room in somebody's name, as long as the room lets it. */
class Deleting {
  count = 0;
  /** Why it may not any more. */
  denial: RoomDenial | undefined;
  readonly #append: (event: NewEvent) => Promise<Appended | Refused>;
  readonly #author: { id: string; name: string };

  constructor(chat: Chat, caller: Caller, room: string, permit: (access: Access) => RoomDenial | undefined) {
    const { id, name } = caller.session;
    this.#author = { id, name };
    this.#append = async (event) => {
      const answer = await appendAllowed(chat, caller, { room, event, permit });
      if (!("denied" in answer)) return answer;
      this.denial = answer.denied;
      return { refused: "not_allowed" };
    };
  }

  async remove(targets: number[]) {
    const events = targets.map((target): NewEvent => ({ kind: "delete", ...this.#author, target }));
    const { count, refused } = await appendAll(events, this.#append);
    this.count += count;
    return refused;
  }
}

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
