/** The commands that change a room itself: they make one, set it up, and give people places in it. @module */

import { isMember } from "../event/event.ts";
import { permitPlace } from "../policy/permit.ts";
import type { RoomAccess } from "../room/access.ts";
import { DEFAULT_ROOM, isReservedRoom, secretOf } from "../wire/names.ts";
import { answerRefused, append } from "./append.ts";
import { answerTooOften } from "./denied.ts";
import type { Handlers } from "./handler.ts";

export const roomChangeCommands: Handlers<"create" | "settings" | "member"> = {
  async create(chat, caller, { ref, nonce, room: wanted, set = {} }) {
    const { id, name, network } = caller.session;
    const retryAfterMs = chat.quota?.newRoomMs(network) ?? 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "rooms", retryAfterMs);
    const isListed = (set.visibility ?? "public") === "public";
    const isNamed = isListed && wanted !== undefined && !isReservedRoom(wanted);
    const room = isNamed ? wanted : await randomName(id, nonce);
    // Everybody is led into it: the first to come to a new server would own it for good.
    if (room === DEFAULT_ROOM) return answerRefused(caller, ref, "room_exists");
    append(chat, caller, { ref, room, event: { kind: "settings", id, name, nonce, set, owner: id }, makesRoom: true });
  },

  settings(chat, caller, { ref, room, nonce, set }) {
    const { id, name } = caller.session;
    append(chat, caller, {
      ref,
      room,
      event: { kind: "settings", id, name, nonce, set },
      permit: (access) => {
        // Its name is known, and everybody can see that there is such a room.
        const wouldHide = (set.visibility ?? "public") !== "public" && !isReservedRoom(room);
        return access.permit(caller.session, "settings") ?? (wouldHide ? { code: "not_allowed" } : undefined);
      },
    });
  },

  member(chat, caller, { ref, room, nonce, id: member, type: _, ...fields }) {
    const { id, name, network } = caller.session;
    const place = { member, ...fields };
    const permit = ({ policy }: RoomAccess) => permitPlace(caller.session, place, policy, chat.clock.now());
    const { access } = chat.rooms.get(room)!;
    const makesMember = member !== id && place.role !== undefined && isMember(place.role);
    // A stranger who may make nobody a member could call itself as an address, and use up what that has.
    const isNew = makesMember && !access.policy.hasPlace(member) && permit(access) === undefined;
    const retryAfterMs = isNew ? chat.quota?.memberMs(id, network) ?? 0 : 0;
    if (retryAfterMs > 0) return answerTooOften(caller, ref, "members", retryAfterMs);
    append(chat, caller, {
      ref,
      room,
      event: { kind: "member", id, name, nonce, ...place },
      permit,
    });
  },
};

/** A name of 130 bits, the same for the same command: nobody can guess it who does not know the nonce. */
async function randomName(id: string, nonce: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${id}\0${nonce}`));
  return `p-${secretOf(new Uint8Array(digest))}`;
}
