/** Reading a room from a place on, for those who do nothing else. @module */

import type { Found } from "../room/following.ts";
import type { Beginning, Place } from "../wire/offset.ts";
import { answerDenied } from "./denied.ts";
import type { Handlers } from "./handler.ts";
import { openFor } from "./rooms.ts";

export const followCommands: Handlers<"follow"> = {
  async follow(chat, caller, { ref, room: name, from, live }) {
    let begun = false;
    const begin = ({ epoch, seq, below, first, head, batch }: Found, more: boolean) => {
      if (batch === undefined) return caller.outbox.send({ type: "reset", room: name, epoch, first, head });
      if (!begun) caller.outbox.send({ type: "ok", ref, room: name, epoch, seq, below, more: more || undefined });
      begun = true;
      caller.session.rooms.add(name);
    };
    const readOn = async (from: Beginning): Promise<Place | undefined> => {
      const room = await openFor(chat, caller, ref, name);
      const { denial, next } = await room?.follow(caller, { from, live }, begin) ?? {};
      if (denial !== undefined) answerDenied(caller, ref, denial);
      return next;
    };
    for (let place: Beginning | undefined = from; place !== undefined;) {
      const next: Beginning = place;
      await caller.outbox.ready();
      place = await chat.turns.run(caller, () => readOn(next));
    }
  },
};
