/** The address and the heading name the room that is shown. @module */

import { byId } from "../dom.js";
import { roomAt } from "../room_names.js";

/** @param {import("../page_state.js").PageState} page */
export function showAddress(page) {
  const show = () => {
    const { name } = page.room;
    byId("room-name").textContent = name;
    if (roomAt(location.pathname) !== name) history.pushState(null, "", `/r/${name}`);
  };
  page.on("room", show);
  show();
  addEventListener("popstate", () => page.go(roomAt(location.pathname)));
}
