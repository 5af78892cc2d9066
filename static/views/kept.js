/** The messages that this device has kept, shown in a room until the server sends it. They can be read, and no more. @module */

import { byId, make } from "../dom.js";
import { keptOf } from "../kept.js";
import { isShut } from "../refusals.js";
import { word } from "../words.js";
import { tellDoubles } from "./doubles.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showKept(page) {
  const mark = make("li", { class: "mark bar quiet", id: "kept" });
  /** What is shown of them. @type {Set<unknown>} */
  let shown = new Set();
  /** @param {boolean} are */
  const say = (are) => {
    byId("rows").classList.toggle("kept", are);
    if (are) byId("pending").prepend(mark);
    else mark.remove();
  };
  const show = async () => {
    say(false);
    const { timeline, room } = page;
    if (page.link.online || room.epoch !== "") return;
    const items = await keptOf(room.name);
    // It may have been joined or refused meanwhile, or another be shown.
    if (items.length === 0 || timeline !== page.timeline || room.epoch !== "" || isShut(room)) return;
    shown = new Set(items);
    timeline.items = items;
    mark.textContent = word("keptHere");
    say(true);
    page.tell("messages");
    // Without a connection nobody else begins with it.
    tellDoubles(page);
  };
  const takeAway = () => {
    page.timeline.items = page.timeline.items.filter((item) => !shown.has(item));
    shown.clear();
    say(false);
  };
  page.on("room", show);
  page.on("messages", () => {
    // The room has come: what is the same in it is not painted again.
    if (shown.size > 0 && page.room.epoch !== "") takeAway();
  });
  page.on("joinRefused", ({ room }) => {
    if (shown.size === 0 || room !== page.room || !isShut(room)) return;
    takeAway();
    page.tell("messages");
  });
  show();
}
