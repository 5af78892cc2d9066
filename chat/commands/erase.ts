/** The command by which somebody is forgotten: in all rooms, because nobody knows any more in which ones it has been. @module */

import { erase, ownsAlone, OwnsAloneError } from "../room/erase_person.ts";
import { forgetPagesAndTakeTurns } from "./deletions.ts";
import { answerDenied, answerTooOften } from "./denied.ts";
import { answerUnsupported, type Handlers } from "./handler.ts";

export const eraseCommands: Handlers<"erase"> = {
  async erase(chat, caller, { ref, nonce }) {
    const { log, quota } = chat;
    const { people } = log;
    if (people === undefined) return answerUnsupported(caller, ref, "cannot find what one id has left");
    const { id, network } = caller.session;
    const retryAfterMs = quota?.eraseMs(id, network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "erasures", retryAfterMs);
    const onPart = forgetPagesAndTakeTurns(chat, caller);
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
