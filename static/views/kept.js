/** The messages that this device has kept, shown in a room until the server sends it. They can be read, and no more. @module */

import { byId, make } from "../dom.js";
import { keptOf } from "../kept.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showKept(page) {
  const mark = make("li", { class: "mark bar quiet", id: "kept" });
  /** What is shown of them. @type {Set<unknown>} */
  let shown = new Set();
  const show = async () => {
    mark.remove();
    const { timeline, room } = page;
    if (page.link.online || room.epoch !== "") return;
    const items = await keptOf(room.name);
    // It may have been joined meanwhile, or another be shown.
    if (items.length === 0 || timeline !== page.timeline || room.epoch !== "") return;
    shown = new Set(items);
    timeline.items = items;
    mark.textContent = word("keptHere");
    byId("pending").prepend(mark);
    page.tell("messages");
  };
  page.on("room", show);
  page.on("messages", () => {
    const { timeline } = page;
    if (shown.size === 0 || timeline.room.epoch === "") return;
    // The room has come: what is the same in it is not painted again.
    timeline.items = timeline.items.filter((item) => !shown.has(item));
    shown.clear();
    mark.remove();
  });
  show();
}
