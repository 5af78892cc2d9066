/** What one does with rooms: goes to the one that a text names, and leaves one, with a word about it. @module */

import { levelOf, LEVELS, setLevel } from "./levels.js";
import { ROOMS_REMEMBERED } from "./limits.js";
import { isDirect, roomName } from "./room_names.js";
import { labelOf } from "./room_titles.js";
import { word } from "./words.js";

/** @import { Room } from "./client/room.js" */
/** @import { PageState } from "./page_state.js" */

/** Shows the room that a text names, or a message in it, and says what its name became. @param {PageState} page @param {string} text @param {number} [seq] @returns {boolean} whether there is one */
export function goTo(page, text, seq) {
  const typed = text.trim();
  const room = roomName(typed);
  if (room === "") {
    if (typed !== "") page.tell("notice", word("noSuchName", { typed }));
    return false;
  }
  if (!page.go(room, seq)) return false;
  if (typed !== room) page.tell("notice", word("becameRoom", { typed, room }));
  return true;
}

/** Leaves a room, and offers it back. @param {PageState} page @param {Room} room */
export function leave(page, room) {
  const { name } = room;
  if (page.unsent.of(name).length > 0) return page.tell("notice", word("stillUnsent", { room: labelOf(page, name) }));
  const wasShown = room === page.room;
  const said = word("leftRoom", { room: labelOf(page, name) });
  page.rooms.close(room);
  page.followed.set(name, false);
  // It comes back with the next message.
  if (isDirect(name)) page.storage.setIn("direct", name, room.seq, ROOMS_REMEMBERED);
  page.writings.delete(name);
  if (wasShown) page.go([...page.rooms][0]?.name ?? "lobby");
  else page.tell("rooms");
  page.tell("notice", { said, undo: () => wasShown ? page.go(name) : follow(page, name) });
}

/** Follows a room without showing it. @param {PageState} page @param {string} name */
export function follow(page, name) {
  if (!page.fits(name)) return page.tell("tooManyRooms");
  page.followed.set(name, true);
  page.openAll([name]);
}

/** What mutes the shown room, or lets it be heard again. @param {PageState} page @returns {[said: string, act: () => void]} */
export function muting(page) {
  const { name } = page.room;
  const isMuted = levelOf(page, name) === "none";
  return [word(isMuted ? "unmuteRoom" : "muteRoom"), () => {
    setLevel(page, name, isMuted ? String(LEVELS[0]) : "none");
    page.tell("settings");
  }];
}
