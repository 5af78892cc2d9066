/** The command that publishes a message. @module */

import { append } from "./append.ts";
import type { Handlers } from "./handler.ts";

export const messageCommands: Handlers<"publish"> = {
  publish(chat, caller, { ref, room, epoch, nonce, text, reply, mentions }) {
    const { id, name } = caller.session;
    append(chat, caller, {
      ref,
      room,
      epoch,
      event: { id, name, text, nonce, reply, mentions },
      permit: (access) => access.permit(caller.session, "publish"),
    });
  },
};
