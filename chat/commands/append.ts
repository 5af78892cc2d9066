/** Stores an event, and answers its author. @module */

import { failPoint } from "../base/fail_points.ts";
import type { NewEvent } from "../event/event.ts";
import { erases, targetOf } from "../event/kinds.ts";
import { DECIDE_TRIES, EMOJI_PER_MESSAGE, STORE_FULL_RETRY_MS } from "../limits.ts";
import {
  type Appended,
  type Condition,
  type Refusal,
  type Refused,
  StoreUnavailableError,
} from "../log/message_log.ts";
import type { Denied, RoomDenial } from "../policy/permit.ts";
import type { RoomAccess } from "../room/access.ts";
import { answerDenied } from "./denied.ts";
import { answerUnavailable, type Caller, type Chat } from "./handler.ts";
import { tellOfPlace } from "./places.ts";

/** An event that a command asks for. */
export interface Asked {
  ref: string;
  room: string;
  event: NewEvent;
  /** The life of the store in which the number that it has means a message. */
  epoch?: string;
  /** Whether the room lets its author do that: asked again when the room has changed meanwhile. */
  permit?(access: RoomAccess): RoomDenial | undefined;
  /** Whether it makes the room. */
  makesRoom?: boolean;
  /** The invitation that it uses up. */
  invite?: string;
}

/** Nothing waits for it, so that a client may have many events under way. */
export function append(chat: Chat, caller: Caller, asked: Asked): void {
  appendAndAnswer(chat, caller, asked)
    .catch((error) => answerUnavailable(caller, asked.ref, error))
    .catch((error) => caller.fail(error));
}

async function appendAndAnswer(chat: Chat, caller: Caller, asked: Asked): Promise<void> {
  const { ref, room, event, makesRoom } = asked;
  const result = makesRoom
    ? await appendAndTell(chat, caller, asked, MAKES_ROOM)
    : await appendIfAllowed(chat, caller, asked);
  failPoint("before reply");
  if ("denied" in result) return answerDenied(caller, ref, result.denied);
  if ("refused" in result) {
    // As by an invitation that nobody has ever made.
    if (result.refused === "uninvited") return answerDenied(caller, ref, { code: "no_access" });
    // Where there are roles, its author may have lost one on the way: that is no strike either.
    const mayHaveLostRole = result.refused === "not_allowed" && (chat.rooms.get(room)?.access.policy.version ?? 0) > 0;
    return mayHaveLostRole
      ? answerDenied(caller, ref, { code: "not_allowed" })
      : answerRefused(caller, ref, result.refused, result.retryAfterMs);
  }
  // Before anybody who knows of the answer can ask for the message again.
  if (erases(event)) chat.rooms.get(room)?.catchUp.forgetPages();
  const { epoch, seq, ts, unchanged } = result;
  const { durability } = chat.log;
  const repeated = result.duplicate || undefined;
  const made = makesRoom ? room : undefined;
  caller.outbox.send({ type: "ok", ref, room: made, epoch, seq, ts, durability, unchanged, repeated });
}

const MAKES_ROOM: Condition = { policy: 0, first: true };

/** Appends what the room allows. */
export function appendIfAllowed(
  chat: Chat,
  caller: Caller,
  asked: Omit<Asked, "ref" | "makesRoom">,
): Promise<Appended | Refused | Denied> {
  const { room, event, epoch, permit, invite } = asked;
  const target = targetOf(event);
  // Somebody who comes in by an invitation is not in it yet.
  const open = chat.rooms.open(room);
  const { access } = open;
  return decideAndAppend(
    access,
    // Somebody who was kicked may do the same again once it has come back, and not before.
    () => (invite === undefined ? open.denialOf(caller) : undefined) ?? permit?.(access),
    () => {
      // Else its author would learn which numbers are messages among those that it may not read.
      const isHidden = typeof target === "number" && target <= access.hiddenFrom(caller.session);
      if (isHidden) return Promise.resolve({ refused: "no_such_message" });
      const condition = { ...access.condition(caller.session, invite), epoch };
      return appendAndTell(chat, caller, asked, condition);
    },
  );
}

/** Decides, and appends what is allowed. If the room has changed until it would be stored, that is done again. */
export async function decideAndAppend(
  access: RoomAccess,
  decide: () => RoomDenial | undefined,
  attempt: () => Promise<Appended | Refused>,
): Promise<Appended | Refused | Denied> {
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const denial = decide();
    if (denial !== undefined) return { denied: denial };
    const result = await attempt();
    if (!("refused" in result) || result.refused !== "stale") return result;
    await access.refresh();
  }
  throw new StoreUnavailableError("Cannot append: who may what in the room changes faster than that");
}

/** Appends an event, and tells those to whom it gives a place. */
async function appendAndTell(
  chat: Chat,
  caller: Caller,
  { room, event }: Pick<Asked, "room" | "event">,
  condition: Condition,
) {
  const result = await chat.log.append(room, event, condition);
  if (!("refused" in result) && !result.duplicate) tellOfPlace(chat, caller, room, event, result.seq, condition.policy);
  return result;
}

const WORDS: Record<Exclude<Refusal, "stale" | "uninvited">, string> = {
  nonce_used: '"nonce" was used for something else in this room: each command needs one of its own, a UUID for example',
  not_allowed: "Only the author of a message may do that",
  no_such_message: "The room has no such message, or does not keep it any more",
  deleted: "The message was deleted",
  slow_mode: "The room takes one message in a while from each: this one came too early",
  too_late: "The message is too old to be edited",
  conflict: '"version" is not the number of edits that the message has: it was edited elsewhere, too',
  too_many_emoji: `A message must not have more than ${EMOJI_PER_MESSAGE} different emoji`,
  room_exists: "There is a room of that name: take another name",
  store_full: "The server has no space for more messages: this one is not stored",
};

/** What a client could have known. All other refusals tell it what others have done, or time: that is not its fault, and so not a strike. */
const OWN_FAULTS: ReadonlySet<Refusal> = new Set(["nonce_used", "not_allowed"]);

/** Answers that a room does not allow an event, or that the store does not take it. */
export function answerFailed(caller: Caller, ref: string, failed: Refused | Denied): void {
  if ("denied" in failed) return answerDenied(caller, ref, failed.denied);
  answerRefused(caller, ref, failed.refused, failed.retryAfterMs);
}

/** Answers what a store refuses, and a command for the store beforehand. */
export function answerRefused(
  caller: Caller,
  ref: string,
  code: Refusal,
  retryAfterMs = code === "store_full" ? STORE_FULL_RETRY_MS : undefined,
): void {
  if (code === "stale" || code === "uninvited") throw new Error(`An event that was ${code} was not answered as such`);
  const message = WORDS[code];
  if (OWN_FAULTS.has(code)) return caller.refuse({ code, message }, ref);
  caller.outbox.send({ type: "error", ref, code, message, retryAfterMs });
}
