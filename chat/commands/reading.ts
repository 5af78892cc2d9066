/** The commands that read what a room has kept. @module */

import { PAGE_MESSAGES, PAGE_REACTORS } from "../limits.ts";
import { answerDenied } from "./denied.ts";
import type { Handlers } from "./handler.ts";

export const readingCommands: Handlers<"history" | "reactors"> = {
  async history({ rooms, turns }, caller, { ref, room, before, after, limit = PAGE_MESSAGES, thread }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      const denial = await rooms.get(room)?.history(caller, { before, after, limit, thread }, (page) => {
        caller.outbox.send({ type: "history", ref, room, ...page });
      });
      if (denial !== undefined) answerDenied(caller, ref, denial);
    });
  },

  async reactors({ log, rooms, turns }, caller, { ref, room, target, emoji, after }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const ids = await log.reactors(room, { target, emoji, after, limit: PAGE_REACTORS + 1 });
      const { access } = rooms.open(room);
      if (access.policy.version > 0) await access.refresh();
      const denial = access.permit(caller.session, "read");
      if (denial !== undefined) return answerDenied(caller, ref, denial);
      const more = ids.length > PAGE_REACTORS;
      caller.outbox.send({ type: "reactors", ref, room, target, emoji, ids: ids.slice(0, PAGE_REACTORS), more });
    });
  },
};
