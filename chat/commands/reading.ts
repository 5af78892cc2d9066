/** The commands that read what a room has kept. @module */

import { shown } from "../event/kinds.ts";
import { PAGE_MESSAGES, PAGE_REACTORS, REPLY_CHARACTERS } from "../limits.ts";
import { readNewest, readQuotes } from "../room/pages.ts";
import { newestPortion } from "../room/portion.ts";
import type { Handlers } from "./handler.ts";

export const readingCommands: Handlers<"history" | "reactors"> = {
  async history({ log, turns }, caller, { ref, room, before, limit = PAGE_MESSAGES, thread }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const page = await readNewest(log, room, { before, limit, thread }, caller);
      const events = newestPortion(page.events, REPLY_CHARACTERS);
      const refs = await readQuotes(log, room, page.epoch, events, caller);
      const from = events[0]?.seq;
      // A thread's page that is not full has all of it, wherever it begins; a room's has all that is kept if it begins there.
      const isCut = thread === undefined || events.length < page.events.length || page.events.length === limit;
      const more = from !== undefined && from > (thread ?? page.first) && isCut;
      caller.outbox.send({
        type: "history",
        ref,
        room,
        epoch: page.epoch,
        from: more ? from : 1,
        to: Math.min((before ?? Infinity) - 1, page.head),
        messages: events.map(shown),
        refs,
        more,
      });
    });
  },

  async reactors({ log, turns }, caller, { ref, room, target, emoji, after }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const ids = await log.reactors(room, { target, emoji, after, limit: PAGE_REACTORS + 1 });
      const more = ids.length > PAGE_REACTORS;
      caller.outbox.send({ type: "reactors", ref, room, target, emoji, ids: ids.slice(0, PAGE_REACTORS), more });
    });
  },
};
