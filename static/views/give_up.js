/** What ends one's place in the shown room for good: one gives it up, or erases the room. @module */

import { button } from "../dom.js";
import { leave } from "../room_acts.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { GRAVE, placing, question } from "./question.js";

/** @import { PageState } from "../page_state.js" */

/**
 * The button by which one gives up one's place.
 *
 * @param {PageState} page
 * @param {HTMLElement} acts where it stands, and where it is asked
 * @param {string} asks what one is asked
 * @param {() => void} close
 */
export function givingUp(page, acts, asks, close) {
  return button(word("giveUpPlace"), () => {
    const give = placing(page, { id: page.me.id, role: "guest" });
    question(acts, asks, word("giveUpPlace"), give, leaving(page, "gaveUpHere", close));
  });
}

/** The button by which an owner erases the room. @param {PageState} page @param {HTMLElement} acts @param {() => void} close */
export function erasing(page, acts, close) {
  const { link, room: { name: room }, world } = page;
  // Without an answer it is sent again: the server goes on where it was.
  const command = /** @type {const} */ ({ type: "destroy", room, nonce: world.randomHex(16), again: room });
  return button(word("eraseRoom"), () => {
    const asks = word("askErase", { room: labelOf(page, room) });
    question(acts, asks, word("eraseForGood"), (reply) => link.ask(command, reply), leaving(page, "roomErased", close));
  }, GRAVE);
}

/** Leaves the room once that is done. There is no way back to offer. @param {PageState} page @param {"gaveUpHere" | "roomErased"} said @param {() => void} close */
function leaving(page, said, close) {
  const { room } = page;
  const { name } = room;
  const notice = word(said, { room: labelOf(page, name) });
  return () => {
    close();
    page.mine.delete(name);
    leave(page, room);
    if (page.rooms.get(name) === undefined) page.tell("notice", notice);
  };
}
