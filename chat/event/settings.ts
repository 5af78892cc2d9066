/** Other settings for the room. What they do is in `policy/room_policy.ts`. @module */

import type { RoomKindRule } from "./rule.ts";

export const settings: RoomKindRule<"settings"> = {
  says: ["set", "owner"],
  fallback({ set, owner, between }) {
    if (owner !== undefined) return "* made this room";
    return between !== undefined ? "* began to talk" : `* changed the room's settings: ${Object.keys(set).join(", ")}`;
  },
};
