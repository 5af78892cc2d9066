/** The commands by which an id is called back, and by which one takes the claim of an operator. @module */

import { CloseCode } from "../wire/close.ts";
import { hashOf } from "../wire/names.ts";
import { answerTooOften } from "./denied.ts";
import type { Handlers } from "./handler.ts";

const UNSUPPORTED = { code: "unsupported", message: "This server's store keeps nothing of ids" } as const;

export const identityCommands: Handlers<"revoke" | "claim"> = {
  async revoke({ log, quota, clients }, caller, { ref, next }) {
    const { id, network } = caller.session;
    if (log.identities === undefined) return caller.refuse(UNSUPPORTED, ref);
    if (next === id) return caller.refuse({ code: "bad_command", message: '"next" must be another id' }, ref);
    const retryAfterMs = quota?.revokeMs(id, network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "revocations", retryAfterMs);
    await log.identities.revoke(id, next);
    caller.outbox.send({ type: "ok", ref });
    for (const client of [...clients.of(id)]) client.close(CloseCode.revoked);
  },

  async claim({ log, clients }, caller, { ref, secret }) {
    const { id } = caller.session;
    if (log.identities === undefined) return caller.refuse(UNSUPPORTED, ref);
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
