/** Carries out a request: checks whether the client may, and calls the command's handler. @module */

import type { ChatRequest } from "../dialect/dialect.ts";
import { type Denial, may } from "../policy/may.ts";
import { auditCommands } from "./audit.ts";
import { botCommands } from "./bots.ts";
import { changeCommands } from "./changes.ts";
import { directCommands } from "./direct.ts";
import { destroyCommands } from "./destroy.ts";
import { directoryCommands } from "./directory.ts";
import { eraseCommands } from "./erase.ts";
import { followCommands } from "./follow.ts";
import { answerUnavailable, type Caller, type Chat, type Handler, type Handlers } from "./handler.ts";
import { identityCommands } from "./identities.ts";
import { inviteCommands } from "./invites.ts";
import { messageCommands } from "./messages.ts";
import { pinCommands } from "./pin.ts";
import { purgeCommands } from "./purge.ts";
import { readingCommands } from "./reading.ts";
import { reportCommands } from "./reports.ts";
import { roomChangeCommands } from "./room_changes.ts";
import { roomCommands } from "./rooms.ts";
import { sessionCommands } from "./session.ts";

const HANDLERS: Handlers<ChatRequest["type"]> = {
  ...sessionCommands,
  ...roomCommands,
  ...followCommands,
  ...messageCommands,
  ...changeCommands,
  ...roomChangeCommands,
  ...inviteCommands,
  ...readingCommands,
  ...directoryCommands,
  ...directCommands,
  ...eraseCommands,
  ...identityCommands,
  ...botCommands,
  ...reportCommands,
  ...purgeCommands,
  ...auditCommands,
  ...destroyCommands,
  ...pinCommands,
};

/**
 * Every command gets its reply, even if the store fails.
 *
 * @returns a promise if the connection's next command must wait for this one
 */
export function execute(chat: Chat, caller: Caller, request: ChatRequest): void | Promise<void> {
  const denial = may(caller.session, request);
  if (denial !== undefined) return deny(caller, request, denial);
  const handler = HANDLERS[request.type] as Handler<ChatRequest["type"]>;
  return handler(chat, caller, request)?.catch((error) => answerUnavailable(caller, request.ref, error));
}

/** Somebody who was sent out is not to blame for what it had under way. */
function deny(caller: Caller, request: ChatRequest, { code, message }: Denial): void {
  const wasSentOut = code === "not_joined" && "room" in request &&
    caller.session.sentOutOf?.has(request.room ?? "") === true;
  if (wasSentOut) caller.outbox.send({ type: "error", ref: request.ref, code, message });
  else caller.refuse({ code, message }, request.ref);
}
