/** The commands that bring a client into a room and out of it, and show that it is typing there. @module */

import { abilities, mayEnter } from "../policy/may.ts";
import type { Quota } from "../policy/quota.ts";
import type { Room } from "../room/room.ts";
import { answerDenied, answerTooMany } from "./denied.ts";
import type { Caller, Handlers } from "./handler.ts";

export const roomCommands: Handlers<"join" | "enter" | "leave" | "typing"> = {
  async join({ rooms, turns, quota }, caller, { ref, room: name, after }) {
    await caller.outbox.ready();
    await turns.run(caller, async () => {
      // A room opened for nobody, when all other connections have gone, too, would stay open until somebody comes.
      if (caller.closed) return;
      const room = rooms.open(name);
      await room.opened;
      await room.access.ready();
      const hidden = room.mayRead(caller);
      if (hidden !== undefined) return answerDenied(caller, ref, hidden);
      const denial = mayEnter(caller.session, room);
      if (denial !== undefined) return caller.refuse(denial, ref);
      if (refuseNew(quota, caller, room, ref)) return;
      const refused = await room.join(caller, after, (joined) => {
        caller.session.rooms.add(name);
        const may = abilities(caller.session, name, room.access);
        caller.outbox.send({ type: "joined", ref, room: name, ...joined, may });
      });
      if (refused !== undefined) answerDenied(caller, ref, refused);
    });
  },

  async enter({ rooms, quota }, caller, { ref, room: name }) {
    const room = rooms.open(name);
    await room.opened;
    await room.access.ready();
    if (caller.closed) return;
    const hidden = room.mayRead(caller);
    if (hidden !== undefined) return answerDenied(caller, ref, hidden);
    const denial = mayEnter(caller.session, room);
    if (denial !== undefined) return caller.refuse(denial, ref);
    if (refuseNew(quota, caller, room, ref)) return;
    const refused = room.enter(caller);
    if (refused !== undefined) return answerDenied(caller, ref, refused);
    caller.session.rooms.add(name);
  },

  leave({ rooms }, caller, { ref, room }) {
    rooms.leave(caller, room);
    caller.outbox.send({ type: "ok", ref });
  },

  typing({ rooms }, { session, outbox }, { ref, room }) {
    const open = rooms.get(room);
    if (open?.access.permit(session, "publish") === undefined) open?.presence.typing(session.id);
    if (ref !== undefined) outbox.send({ type: "ok", ref });
  },
};

/** @returns whether somebody was refused who would open one room too many */
function refuseNew(quota: Quota | undefined, caller: Caller, room: Room, ref: string): boolean {
  const retryAfterMs = room.isNew ? quota?.newRoomMs(caller.session.network) ?? 0 : 0;
  if (retryAfterMs > 0) answerTooMany(caller, ref, retryAfterMs);
  return retryAfterMs > 0;
}
