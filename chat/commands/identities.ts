/** The commands by which an id is called back, and by which one takes the claim of an operator. @module */

import { CloseCode } from "../wire/close.ts";
import { hashOf } from "../wire/names.ts";
import { answerTooOften } from "./denied.ts";
import { answerUnsupported, type Handlers } from "./handler.ts";

const NO_IDS = "keeps nothing of ids";

export const identityCommands: Handlers<"revoke" | "claim"> = {
  async revoke({ log, quota, clients }, caller, { ref, next }) {
    const { id, network } = caller.session;
    if (log.identities === undefined) return answerUnsupported(caller, ref, NO_IDS);
    if (next === id) return caller.refuse({ code: "bad_command", message: '"next" must be another id' }, ref);
    const retryAfterMs = quota?.revokeMs(id, network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "revocations", retryAfterMs);
    await log.identities.revoke(id, next);
    caller.outbox.send({ type: "ok", ref });
    for (const client of [...clients.of(id)]) client.close(CloseCode.revoked);
  },

  async claim({ log, clients }, caller, { ref, secret }) {
    const { id } = caller.session;
    if (log.identities === undefined) return answerUnsupported(caller, ref, NO_IDS);
    if (!await log.identities.claim(await hashOf(secret), id)) {
      return caller.refuse(
        { code: "no_access", message: "There is no such claim, or somebody else has taken it" },
        ref,
      );
    }
    for (const client of clients.of(id)) client.session.operator = true;
    caller.outbox.send({ type: "ok", ref });
  },
};
