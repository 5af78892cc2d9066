/** The room that is shown, by its name, in the heading, the field and the address. What it is called, `room_head.js` says. @module */

import { pathHere, pathOf } from "../address.js";
import { byId } from "../dom.js";
import { roomAt } from "../room_names.js";
import { word } from "../words.js";

/** @param {import("../page_state.js").PageState} page */
export function showRoom(page) {
  page.on("room", () => {
    const { name } = page.room;
    byId("room-name").textContent = byId("beginning-name").textContent = name;
    byId("field").placeholder = byId("field").ariaLabel = word("messageTo", { room: `#${name}` });
    if (roomAt(pathHere()).name === name) return;
    // An open panel has an entry of its own, which the room takes over: Back leads to the room before.
    if (history.state?.panel) history.replaceState(null, "", pathOf(name));
    else history.pushState(null, "", pathOf(name));
  });
  addEventListener("popstate", () => {
    const { name, seq } = roomAt(pathHere());
    if (name !== page.room.name || seq !== undefined) page.go(name, seq);
  });
}
