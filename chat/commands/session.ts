/** The commands about the client itself. @module */

import type { Standing } from "../log/identities.ts";
import type { MessageLog } from "../log/message_log.ts";
import { isGranted } from "../policy/grants.ts";
import { type Denial, mayBeCalled } from "../policy/may.ts";
import { VERSION } from "../settings/version.ts";
import { CloseCode } from "../wire/close.ts";
import { isBot } from "../wire/identity.ts";
import { BOTS, CHANGES, DIRECT, INVITES, type Position, PURGE, REPORTS, ROOMS, WIRE_LIMITS } from "../wire/lines.ts";
import type { Handlers } from "./handler.ts";

export const sessionCommands: Handlers<"hello" | "token" | "rename" | "ping"> = {
  async hello({ log, admission, clients }, caller, { ref, name, features = [], ...proof }) {
    const { session, outbox } = caller;
    const checking = admission.admit(session, proof, log.bots);
    // A free id is welcomed before what comes in the same frame is looked at.
    const denial = checking instanceof Promise ? await checking : checking;
    if (denial !== undefined) return caller.refuse(denial, ref);
    const standing = session.proven ? await log.identities?.find(session.id) : undefined;
    if (standing?.revoked) return caller.refuse(revoked(standing), ref);
    session.greeted = true;
    session.operator = session.proven && (standing?.operator === true || admission.isOwner(session));
    outbox.agreeOn(features);
    clients.add(caller);
    // One that was taken back before it was among these was not closed by that.
    if (isBot(session.id) && await admission.admit(session, proof, log.bots) !== undefined) {
      return caller.close(CloseCode.revoked);
    }
    if (name !== undefined && !session.named) session.name = name;
    const { id, label } = session;
    outbox.send({
      type: "welcome",
      ref,
      id,
      name: session.name,
      session: label,
      version: VERSION,
      features: featuresOf(log, session.operator),
      limits: WIRE_LIMITS,
    });
  },

  async token({ log, admission, rooms }, caller, { ref, token }) {
    const { session } = caller;
    const before = session.name;
    const denial = await admission.renew(session, token, log.bots);
    if (denial !== undefined) return caller.refuse(denial, ref);
    // It could not be told in words of its own that it is out of one of its rooms; joining says that.
    if (Array.from(session.rooms).some((room) => !isGranted(session.grants, room, "read"))) {
      return caller.close(CloseCode.expired);
    }
    if (session.name !== before) { for (const room of session.rooms) rooms.get(room)?.rename(caller); }
    caller.outbox.send({ type: "ok", ref });
  },

  rename({ rooms }, caller, { ref, name }) {
    const { session } = caller;
    const joined = Array.from(session.rooms, (room) => rooms.get(room)!);
    for (const room of joined) {
      const denial = mayBeCalled(session, name, room);
      if (denial !== undefined) return caller.refuse(denial, ref);
    }
    session.name = name;
    for (const room of joined) room.rename(caller);
    caller.outbox.send({ type: "ok", ref, name });
  },

  ping({ rooms }, caller, { ref }) {
    const positions: Record<string, Position> = {};
    for (const name of caller.session.rooms) positions[name] = rooms.get(name)!.position(caller);
    caller.outbox.send({ type: "pong", ref, heads: positions });
  },
};

/** What a server can do with its store for somebody. */
function featuresOf({ rooms, secretFor, invites, reports, people, bots }: MessageLog, isOperator: boolean): string[] {
  const ifThere = (feature: string, ability: unknown) => ability === undefined ? [] : [feature];
  return [
    CHANGES,
    ...ifThere(ROOMS, rooms),
    ...ifThere(DIRECT, secretFor),
    ...ifThere(INVITES, invites),
    ...ifThere(REPORTS, reports),
    ...ifThere(PURGE, people),
    ...ifThere(BOTS, isOperator ? bots : undefined),
  ];
}

function revoked({ next }: Standing): Denial {
  const follows = next === undefined ? "" : `: its owner is ${next} now`;
  return { code: "revoked", message: `This id was called back, for good${follows}` };
}
