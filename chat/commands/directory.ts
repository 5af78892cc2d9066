/** The command that lists rooms: those that anybody may join, and one's own. @module */

import { PAGE_ROOMS } from "../limits.ts";
import { answerUnsupported, type Handlers } from "./handler.ts";

export const directoryCommands: Handlers<"rooms"> = {
  async rooms({ log, rooms, turns, clock }, caller, { ref, query, mine, after }) {
    if (log.rooms === undefined) return answerUnsupported(caller, ref, "cannot list its rooms");
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      if (caller.closed) return;
      const reader = { id: caller.session.id, now: clock.now() };
      const found = await log.rooms!({ reader, query, mine, after, limit: PAGE_ROOMS + 1 });
      const page = found.slice(0, PAGE_ROOMS);
      const members = await rooms.membersOf(page.map(({ room }) => room));
      const listed = page.map((one, index) => ({ ...one, members: members[index]! }));
      caller.outbox.send({ type: "rooms", ref, rooms: listed, more: found.length > PAGE_ROOMS });
    });
  },
};
