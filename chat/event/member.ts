/** Another place in the room for somebody. What it does is in `policy/room_policy.ts`. @module */

import type { RoomKindRule } from "./rule.ts";

export const member: RoomKindRule<"member"> = {
  says: ["member", "role", "mute", "kick", "untilMs", "reason"],
  hides: ["reason"],
  fallback({ member, role, mute, kick }) {
    if (role !== undefined) return `* ${member} is ${role} now`;
    if (mute !== undefined) return `* ${member} ${mute ? "is muted" : "may write again"}`;
    return kick ? `* ${member} was sent out` : `* changed the place of ${member}`;
  },
};
