/** The buttons and the card that invite into the shown room: the card stands in a room in which nothing was said yet. @module */

import { byId, make } from "../dom.js";
import { isDirect } from "../room_names.js";
import { word } from "../words.js";
import { ahead, later } from "./later.js";

/** @param {import("../page_state.js").PageState} page */
export function showBeginning(page) {
  const card = byId("card");
  const show = async () => {
    const { room, items } = page.timeline;
    // Nobody can be brought into a room of two.
    const isEmpty = room.epoch !== "" && items.length === 0 && !isDirect(room.name);
    if (!isEmpty) card.hidden = true;
    if (!isEmpty || (!card.hidden && card.dataset.room === room.name)) return;
    card.dataset.room = room.name;
    await ahead;
    later(page, "invite", ({ inviteTo }) => {
      if (page.room !== room) return;
      card.replaceChildren(make("h3", {}, word("bringSomebodyIn")), ...inviteTo(page));
      card.hidden = page.timeline.items.length > 0;
    });
  };
  page.on("room", show);
  page.on("messages", show);
  show();
  byId("invite").addEventListener("click", () => later(page, "invite", ({ showInvite }) => showInvite(page)));
}
