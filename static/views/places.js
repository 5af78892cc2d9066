/** Links in messages to rooms of this chat, and to messages in them: the page is not loaded again for these. @module */

import { byId } from "../dom.js";
import { goTo } from "../room_acts.js";

/** @param {import("../page_state.js").PageState} page */
export function followPlaces(page) {
  byId("log").addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-room]") : null;
    if (!(link instanceof HTMLAnchorElement) || isForElsewhere(event)) return;
    event.preventDefault();
    const { room = "", seq } = link.dataset;
    goTo(page, room, seq === undefined ? undefined : Number(seq));
  });
}

/** Whether a press on a link is for another tab or window, which the browser opens. @param {MouseEvent} event */
export function isForElsewhere({ ctrlKey, metaKey, shiftKey }) {
  return ctrlKey || metaKey || shiftKey;
}
