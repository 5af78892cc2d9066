/** Why one may not write in a room that one is in. @module */

import { endLabel } from "./exact_formats.js";
import { mutedUntilMs, roleOf } from "./standing.js";
import { word } from "./words.js";

/** @import { Room } from "./client/room.js" */
/** @import { World } from "./client/world.js" */

/** @param {{ room: Room, me: { id: string }, world: World }} reader @returns {string | undefined} nothing, if one may */
export function whyUnwritable({ room, me, world }) {
  if (room.may.has("publish")) return undefined;
  const { settings } = room;
  const untilMs = mutedUntilMs(room, me.id);
  // By the reader's clock it may be over: not by the server's, as long as one may not write.
  if (untilMs > 0) {
    return untilMs === Infinity ? word("mutedHere") : word("mutedHereUntil", { until: endLabel(untilMs) });
  }
  if (settings?.archived) return word("archivedHere");
  if (settings?.locked) return word("lockedHere");
  if (settings?.writers === "members" && roleOf(room, me.id, world.now()) === "guest") return word("membersHereOnly");
  // The server says by itself when that is over.
  if (room.untilMs !== undefined) return word("newHereUntil", { until: endLabel(room.untilMs) });
  return word(settings?.writers === "known" ? "knownHereOnly" : "mayNotWrite");
}
