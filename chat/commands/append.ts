/** Stores an event, and answers its author. @module */

import { failPoint } from "../base/fail_points.ts";
import type { NewEvent } from "../event/event.ts";
import { erases } from "../event/kinds.ts";
import { EMOJI_PER_MESSAGE, STORE_FULL_RETRY_MS } from "../limits.ts";
import type { Refusal } from "../log/message_log.ts";
import { answerUnavailable, type Caller, type Chat } from "./handler.ts";

/** The command that asks for an event. */
interface Asked {
  ref: string;
  room: string;
}

/** Nothing waits for it, so that a client may have many events under way. */
export function append(chat: Chat, caller: Caller, asked: Asked, event: NewEvent): void {
  appendAndAnswer(chat, caller, asked, event)
    .catch((error) => answerUnavailable(caller, asked.ref, error))
    .catch((error) => caller.fail(error));
}

async function appendAndAnswer(
  { log, rooms }: Chat,
  caller: Caller,
  { ref, room }: Asked,
  event: NewEvent,
): Promise<void> {
  const result = await log.append(room, event);
  failPoint("before reply");
  if ("refused" in result) return answerRefused(caller, ref, result.refused);
  // Before anybody who knows of the answer can ask for the message again.
  if (erases(event)) rooms.get(room)?.catchUp.forgetPages();
  const { epoch, seq, ts, unchanged } = result;
  caller.outbox.send({ type: "ok", ref, epoch, seq, ts, durability: log.durability, unchanged });
}

const WORDS: Record<Refusal, string> = {
  nonce_used: '"nonce" was used for something else in this room: each command needs one of its own, a UUID for example',
  not_allowed: "Only the author of a message may do that",
  no_such_message: "The room has no such message, or does not keep it any more",
  deleted: "The message was deleted",
  too_late: "The message is too old to be edited",
  conflict: '"version" is not the number of edits that the message has: it was edited elsewhere, too',
  too_many_emoji: `A message must not have more than ${EMOJI_PER_MESSAGE} different emoji`,
  store_full: "The server has no space for more messages: this one is not stored",
};

/** What a client could have known. All other refusals tell it what others have done, or time: that is not its fault, and so not a strike. */
const OWN_FAULTS: ReadonlySet<Refusal> = new Set(["nonce_used", "not_allowed"]);

function answerRefused(caller: Caller, ref: string, code: Refusal): void {
  const message = WORDS[code];
  if (OWN_FAULTS.has(code)) return caller.refuse({ code, message }, ref);
  const retryAfterMs = code === "store_full" ? STORE_FULL_RETRY_MS : undefined;
  caller.outbox.send({ type: "error", ref, code, message, retryAfterMs });
}
