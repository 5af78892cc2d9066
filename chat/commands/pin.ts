/** The command by which a moderator puts one message before everybody in the room: a change of its settings. @module */

import { answerRefused, append } from "./append.ts";
import type { Handlers } from "./handler.ts";
import { missing } from "./target.ts";

export const pinCommands: Handlers<"pin"> = {
  async pin(chat, caller, { ref, room, nonce, target, epoch }) {
    const { id, name } = caller.session;
    const refused = target === null ? undefined : await missing(chat, caller, room, target, epoch);
    if (refused !== undefined) return answerRefused(caller, ref, refused);
    append(chat, caller, {
      ref,
      room,
      epoch,
      event: { kind: "settings", id, name, nonce, set: { pinned: target } },
      permit: (access) => access.permit(caller.session, "pin"),
    });
  },
};
