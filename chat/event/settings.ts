/** Other settings for the room. What they do is in `policy/room_policy.ts`. @module */

import type { RoomKindRule } from "./rule.ts";

export const settings: RoomKindRule<"settings"> = {
  says: ["set", "owner"],
  fallback: ({ set, owner }) =>
    owner !== undefined ? "* made this room" : `* changed the room's settings: ${Object.keys(set).join(", ")}`,
};
