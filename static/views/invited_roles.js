/** Whom somebody may invite into a room. @module */

import { RANKS, roleOf } from "../standing.js";

/** @import { InvitedRole } from "../client/lines.js" */
/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** As what one may invite others: as less than one is. @param {PageState} page @param {Room} room @returns {InvitedRole[]} */
export function invitedRoles({ features, me, world }, room) {
  const rank = RANKS[roleOf(room, me.id, world.now())];
  if (!features.has("invites") || rank < RANKS.moderator) return [];
  return /** @type {InvitedRole[]} */ (["member", "moderator"]).filter((role) => RANKS[role] < rank);
}
