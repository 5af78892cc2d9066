/** The command by which somebody is forgotten: in all rooms, because nobody knows any more in which ones it has been. @module */

import { erase, type OnPart, ownsAlone, OwnsAloneError } from "../room/erase.ts";
import { answerDenied, answerTooOften } from "./denied.ts";
import { answerUnsupported, type Caller, type Chat, type Handlers } from "./handler.ts";

export const eraseCommands: Handlers<"erase"> = {
  async erase(chat, caller, { ref, nonce }) {
    const { log, quota } = chat;
    const { people } = log;
    if (people === undefined) return answerUnsupported(caller, ref, "cannot find what one id has left");
    const { id, network } = caller.session;
    const retryAfterMs = quota?.eraseMs(id, network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "erasures", retryAfterMs);
    const onPart = afterPart(chat, caller);
    // Asked before anything is erased, and again where each role is given up.
    if (await ownsAlone(log, people, id, onPart)) return answerDenied(caller, ref, { code: "last_owner" });
    try {
      await erase(log, people, id, nonce, onPart, true);
    } catch (error) {
      if (!(error instanceof OwnsAloneError)) throw error;
      return answerDenied(caller, ref, { code: "last_owner" });
    }
    caller.outbox.send({ type: "ok", ref });
  },
};

/** What follows each part of a room in which something was deleted. */
export function afterPart({ rooms, turns }: Chat, caller: Caller): OnPart {
  return (room) => {
    // What was read for many may have what is deleted; and everything else has its turn.
    rooms.get(room)?.catchUp.forgetPages();
    return turns.run(caller, () => Promise.resolve());
  };
}
