/** The command that shows how a room came to be as it is: the changes of the room itself, with the reasons that nobody else is told. @module */

import { PAGE_AUDIT } from "../limits.ts";
import { answerDenied, deniedNow } from "./denied.ts";
import type { Handlers } from "./handler.ts";

export const auditCommands: Handlers<"audit"> = {
  async audit(chat, caller, { ref, room, before = Infinity }) {
    const { log, rooms, turns } = chat;
    const denial = rooms.get(room)?.access.permit(caller.session, "delete-any");
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const earlier = (await log.roomChanges(room)).changes.filter(({ seq }) => seq < before);
      const denial = await deniedNow(chat, caller, room, "delete-any");
      if (denial !== undefined) return answerDenied(caller, ref, denial);
      const changes = earlier.slice(-PAGE_AUDIT).reverse();
      caller.outbox.send({ type: "audit", ref, room, changes, more: earlier.length > changes.length });
    });
  },
};
