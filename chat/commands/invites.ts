/** The commands by which people are invited into a room, and come in. @module */

import { INVITE_MS, INVITE_MS_MOST, INVITE_USES } from "../limits.ts";
import type { Invites } from "../log/invites.ts";
import { isAtLeast, permitInvite, permitInvited } from "../policy/permit.ts";
import type { InvitedRole } from "../wire/lines.ts";
import { hashOf, secretOf } from "../wire/names.ts";
import { append } from "./append.ts";
import { answerDenied, answerTooOften } from "./denied.ts";
import { answerUnsupported, type Caller, type Chat, type Handlers } from "./handler.ts";

export const inviteCommands: Handlers<"invite" | "invites" | "uninvite" | "redeem"> = {
  async invite(chat, caller, { ref, room, role = "member", uses = INVITE_USES, untilMs }) {
    const invites = invitesFor(chat, caller, ref, room, role);
    if (invites === undefined) return;
    const by = caller.session.id;
    const retryAfterMs = chat.quota?.inviteMs(by) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "invites", retryAfterMs);
    const now = chat.clock.now();
    const until = Math.min(untilMs ?? now + INVITE_MS, now + INVITE_MS_MOST);
    const secret = secretOf(crypto.getRandomValues(new Uint8Array(32)));
    const isKept = await invites.add(room, { invite: await hashOf(secret), role, uses, untilMs: until, by }, now);
    if (!isKept) return caller.refuse(TOO_MANY, ref);
    caller.outbox.send({ type: "invited", ref, room, secret, role, uses, until });
  },

  async invites(chat, caller, { ref, room }) {
    const invites = invitesFor(chat, caller, ref, room, "member");
    if (invites === undefined) return;
    const now = chat.clock.now();
    const standing = (await invites.list(room)).filter(({ uses, untilMs }) => uses > 0 && untilMs > now);
    const listed = standing.map(({ untilMs, ...rest }) => ({ ...rest, until: untilMs }));
    caller.outbox.send({ type: "invites", ref, room, invites: listed });
  },

  async uninvite(chat, caller, { ref, room, invite }) {
    const invites = invitesFor(chat, caller, ref, room, "member");
    if (invites === undefined) return;
    await invites.remove(room, invite);
    caller.outbox.send({ type: "ok", ref });
  },

  async redeem(chat, caller, { ref, room, nonce, secret }) {
    const { log, rooms, clock } = chat;
    if (log.invites === undefined) return answerUnsupported(caller, ref, NO_INVITES);
    const { session } = caller;
    const { id, name } = session;
    const hash = await hashOf(secret);
    const invite = await log.invites.find(room, hash);
    // Before the room is opened: somebody who tries names opens none.
    if (invite === undefined) return answerDenied(caller, ref, { code: "no_access" });
    const open = rooms.open(room);
    const { access } = open;
    await open.keepOpen(() => access.refresh());
    const { role } = invite;
    // Nobody becomes less by it, and somebody who comes twice takes no place from others.
    if (isAtLeast(session, role, access.policy, clock.now())) return caller.outbox.send({ type: "ok", ref });
    append(chat, caller, {
      ref,
      room,
      event: { kind: "member", id, name, nonce, member: id, role },
      permit: ({ policy }) => permitInvited(session, invite, policy, clock.now()),
      invite: hash,
    });
  },
};

const NO_INVITES = "cannot keep invitations";
const TOO_MANY = {
  code: "too_many_invites",
  message: "The room has too many invitations: take one back first",
} as const;

/** The invitations of a room, for somebody who may make others that by them. Others are told that they may not. */
function invitesFor(
  { log, rooms, clock }: Chat,
  caller: Caller,
  ref: string,
  room: string,
  role: InvitedRole,
): Invites | undefined {
  if (log.invites === undefined) return void answerUnsupported(caller, ref, NO_INVITES);
  const denial = permitInvite(caller.session.id, role, rooms.get(room)!.access.policy, clock.now());
  return denial === undefined ? log.invites : void answerDenied(caller, ref, denial);
}
