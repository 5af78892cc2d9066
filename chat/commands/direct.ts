/** The command that finds the room of two people, and makes it if there is none. @module */

import type { NewRoomChange } from "../event/event.ts";
import { DECIDE_TRIES } from "../limits.ts";
import { StoreUnavailableError } from "../log/message_log.ts";
import type { RoomPolicy } from "../policy/room_policy.ts";
import type { Session } from "../policy/session.ts";
import { storedPolicy } from "../room/stored_rooms.ts";
import { isProvable } from "../wire/identity.ts";
import { secretOf } from "../wire/names.ts";
import { answerRefused } from "./append.ts";
import { answerDenied, answerTooOften } from "./denied.ts";
import { answerUnsupported, type Caller, type Chat, type Handlers } from "./handler.ts";

export const directCommands: Handlers<"dm"> = {
  async dm(chat, caller, { ref, id: other }) {
    const { log } = chat;
    if (log.secretFor === undefined) return answerUnsupported(caller, ref, "cannot find the room of two people");
    if (!isProvable(other)) return answerDenied(caller, ref, { code: "needs_proof" });
    const between = [caller.session.id, other].sort() as [string, string];
    const room = `d-${secretOf(log.secretFor(["direct", ...between]))}`;
    if (await comeIn(chat, caller, ref, room, between)) caller.outbox.send({ type: "ok", ref, room });
  },
};

/** Sees to it that somebody is in its room with another one. @returns nothing if it was told why not */
async function comeIn(
  { log, quota, clock }: Chat,
  caller: Caller,
  ref: string,
  room: string,
  between: [string, string],
): Promise<true | undefined> {
  const { id, network } = caller.session;
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const policy = await storedPolicy(log, room);
    const role = policy.roleOf(id, clock.now());
    if (role === "member") return true;
    if (role === "banned") return void answerDenied(caller, ref, { code: "banned" });
    const retryAfterMs = tries === 0 ? quota?.directMs(id, network) ?? 0 : 0;
    if (retryAfterMs > 0) return void answerTooOften(caller, ref, "direct", retryAfterMs);
    const answer = await log.append(room, entrance(caller.session, between, policy), { policy: policy.version });
    if (!("refused" in answer)) return true;
    // Another connection, or the other one of the two, was faster.
    if (answer.refused !== "stale") return void answerRefused(caller, ref, answer.refused);
  }
  throw new StoreUnavailableError("Cannot open the room of two people: who is in it changes faster than that");
}

/** The change that makes the room, or that brings back somebody who has left it. The other one is left in peace. */
function entrance({ id, name }: Session, between: [string, string], { version }: RoomPolicy): NewRoomChange {
  return version === 0
    ? { kind: "settings", id, name, set: { visibility: "private" }, between }
    : { kind: "member", id, name, member: id, role: "member" };
}
