/** The commands that read what a room has kept. @module */

import { PAGE_MESSAGES, PAGE_REACTORS } from "../limits.ts";
import { answerDenied, deniedNow } from "./denied.ts";
import type { Handlers } from "./handler.ts";

export const readingCommands: Handlers<"history" | "reactors"> = {
  async history({ rooms, turns }, caller, { ref, room, before, after, limit = PAGE_MESSAGES, thread }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      const open = rooms.get(room);
      // It was sent out while this command waited.
      if (open === undefined) return answerDenied(caller, ref, { code: "no_access" });
      const denial = await open.history(caller, { before, after, limit, thread }, (page) => {
        caller.outbox.send({ type: "history", ref, room, ...page });
      });
      if (denial !== undefined) answerDenied(caller, ref, denial);
    });
  },

  async reactors(chat, caller, { ref, room, target, emoji, after }) {
    await caller.outbox.ready();
    await chat.turns.run(caller, async () => {
      if (caller.closed) return;
      const found = await chat.log.reactors(room, { target, emoji, after, limit: PAGE_REACTORS + 1 });
      const denial = await deniedNow(chat, caller, room, "read");
      if (denial !== undefined) return answerDenied(caller, ref, denial);
      // As of a message that is not kept.
      const ids = target <= chat.rooms.get(room)!.access.hiddenFrom(caller.session) ? [] : found;
      const more = ids.length > PAGE_REACTORS;
      caller.outbox.send({ type: "reactors", ref, room, target, emoji, ids: ids.slice(0, PAGE_REACTORS), more });
    });
  },
};
