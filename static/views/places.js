/** Links in messages to rooms of this chat, and to messages in them: the page is not loaded again for these. @module */

import { byId } from "../dom.js";
import { goTo } from "../room_acts.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function followPlaces(page) {
  /** The message that is shown as soon as its room can be read. @type {{ room: string, seq: number } | undefined} */
  let wanted;
  const showWanted = () => {
    if (wanted === undefined || (wanted.room === page.room.name && !page.room.joined)) return;
    const { room, seq } = wanted;
    wanted = undefined;
    if (room === page.room.name) page.tell("show", seq);
  };
  page.on("messages", showWanted);
  byId("log").addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-room]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { room = "", seq } = link.dataset;
    if (room !== page.room.name && !goTo(page, room)) return;
    wanted = seq === undefined ? undefined : { room: page.room.name, seq: Number(seq) };
    showWanted();
  });
}
