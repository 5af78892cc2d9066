/** Puts a message before everybody in the room, or takes it away again. @module */

import { notDone } from "../refusals.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {number | null} target its number */
export function pin(page, target) {
  const { link, room, world } = page;
  link.ask({ type: "pin", room: room.name, nonce: world.randomHex(16), target, epoch: room.epoch }, (line) => {
    if (line.type === "error") page.tell("notice", notDone(line));
  });
}
