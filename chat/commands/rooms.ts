/** The commands that bring a client into a room and out of it, and show that it is typing there. @module */

import { abilities, mayEnter, mayVisit } from "../policy/may.ts";
import type { Room } from "../room/room.ts";
import { CloseCode } from "../wire/close.ts";
import { answerDenied, answerTooOften } from "./denied.ts";
import type { Caller, Chat, Handlers } from "./handler.ts";

export const roomCommands: Handlers<"join" | "enter" | "visit" | "leave" | "typing"> = {
  async join(chat, caller, { ref, room: name, after }) {
    await caller.outbox.ready();
    await chat.turns.run(caller, async () => {
      const room = await openFor(chat, caller, ref, name);
      const denial = await room?.join(caller, after, (joined) => {
        caller.session.rooms.add(name);
        const may = abilities(caller.session, name, room.access);
        const until = room.access.writesAtMs(caller.session);
        caller.outbox.send({ type: "joined", ref, room: name, ...joined, may, until });
      });
      if (denial !== undefined) answerDenied(caller, ref, denial);
    });
  },

  async enter(chat, caller, { ref, room: name }) {
    const { id, proven } = caller.session;
    // Before it is asked, so that an id which is called back meanwhile is closed here, too.
    chat.clients.add(caller);
    // By the word of a proxy: there is no hello that could be refused.
    if (proven && (await chat.log.identities?.find(id))?.revoked) return caller.close(CloseCode.revoked);
    const room = await openFor(chat, caller, ref, name);
    if (room === undefined) return;
    const denial = room.enter(caller);
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    caller.session.rooms.add(name);
  },

  async visit(chat, caller, { ref, room: name }) {
    const room = await openFor(chat, caller, ref, name, mayVisit);
    if (room === undefined) return;
    room.visit(caller);
    caller.session.rooms.add(name);
    caller.outbox.send({ type: "ok", ref });
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

/** The room, open, if somebody may come in. @returns nothing if it has gone or was told why not */
export async function openFor(
  { rooms, quota }: Chat,
  caller: Caller,
  ref: string,
  name: string,
  mayCome = mayEnter,
): Promise<Room | undefined> {
  // A room opened for nobody, when all other connections have gone, too, would stay open until somebody comes.
  if (caller.closed) return undefined;
  const room = rooms.open(name);
  await room.ready();
  if (caller.closed) return undefined;
  const hidden = room.mayRead(caller);
  if (hidden !== undefined) return void answerDenied(caller, ref, hidden);
  const denial = mayCome(caller.session, room);
  if (denial !== undefined) return void caller.refuse(denial, ref);
  const retryAfterMs = room.isNew ? quota?.newRoomMs(caller.session.network) ?? 0 : 0;
  if (retryAfterMs > 0) return void answerTooOften(caller, ref, "rooms", retryAfterMs);
  return room;
}
