/**
 * The command by which an owner erases a room: every message in it is deleted, by an event as by a `delete`, and then everybody is out. It goes on when
 * its connection ends, as the erasure of a person does; if the process ends first, the room is archived by then, and the same command does the rest.
 *
 * @module
 */

import type { NewEvent, RoomSettings } from "../event/event.ts";
import { PAGE_MESSAGES } from "../limits.ts";
import type { Appended, MessageLog, Refused } from "../log/message_log.ts";
import { messagesOf } from "../log/whole.ts";
import type { Denied } from "../policy/permit.ts";
import { appendAll } from "../room/traces.ts";
import { answerFailed, decideAndAppend } from "./append.ts";
import { forgetPagesAndTakeTurns } from "./deletions.ts";
import type { Handlers } from "./handler.ts";

export const destroyCommands: Handlers<"destroy"> = {
  async destroy(chat, caller, { ref, room, nonce }) {
    const { log, rooms } = chat;
    const { session, outbox } = caller;
    const { access } = rooms.get(room)!;
    const { id, name } = session;
    const onPart = forgetPagesAndTakeTurns(chat, caller);
    const append = (event: NewEvent, decide = () => access.permit(session, "settings")) => {
      // Also what other owners wrote.
      const condition = () => ({ policy: access.policy.version, terms: { moderates: () => true } });
      return decideAndAppend(access, decide, () => log.append(room, event, condition()));
    };
    const set = (set: Partial<RoomSettings>, nonce?: string): NewEvent => ({ kind: "settings", id, name, nonce, set });

    const steps = async (): Promise<Appended | Refused | Denied> => {
      const closed = access.policy.settings.archived ? undefined : await append(set({ archived: true }));
      if (closed !== undefined && !("seq" in closed)) return closed;
      for await (const targets of messagesIn(log, room)) {
        const { failed } = await appendAll(targets.map((target) => ({ kind: "delete", id, name, target })), append);
        if (failed !== undefined) return failed;
        await onPart(room);
      }
      const over = { archived: true, erased: true, title: "", topic: "" } as const;
      // Another owner may have taken it out again, and somebody written in it.
      return await append(
        set(over, nonce),
        () =>
          access.permit(session, "settings") ?? (access.policy.settings.archived ? undefined : { code: "not_allowed" }),
      );
    };
    const answer = await steps();
    if (!("seq" in answer)) return answerFailed(caller, ref, answer);
    const { epoch, seq, ts } = answer;
    outbox.send({ type: "ok", ref, epoch, seq, ts, durability: log.durability });
  },
};

/** The numbers of the messages in a room that are not deleted, a page at a time. */
async function* messagesIn(log: MessageLog, room: string): AsyncGenerator<number[]> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const { events } = await log.read(room, { after, limit: PAGE_MESSAGES, messagesOnly: true });
    yield messagesOf(events).filter(({ deleted }) => !deleted).map(({ seq }) => seq);
    after = events.at(-1)?.seq;
  }
}
