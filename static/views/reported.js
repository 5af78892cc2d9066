/** Tells those who moderate the shown room that messages are reported there, in a line below its header. @module */

import { button, byId } from "../dom.js";
import { word } from "../words.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showReported(page) {
  /** How many messages are reported; of those that are asked about it is not known yet. @type {WeakMap<Room, number | undefined>} */
  let counts = new WeakMap();
  const strip = button("", () => page.tell("roomDialog", "reports"), {
    id: "reported",
    class: "column bar",
    "aria-haspopup": "dialog",
    hidden: "",
  });
  byId("topic").parentElement?.after(strip);
  const show = () => {
    const { room, features, link } = page;
    const moderates = room.joined && room.may.has("moderate") && features.has("reports");
    // What comes meanwhile is told to others only.
    if (!moderates) counts.delete(room);
    const count = counts.get(room) ?? 0;
    strip.hidden = count === 0;
    strip.textContent = count === 0 ? "" : word("reportedHere", { count });
    if (!moderates || counts.has(room)) return;
    counts.set(room, undefined);
    link.ask({ type: "reports", room: room.name }, (line) => {
      // What was told meanwhile is newer than the answer.
      if (counts.get(room) !== undefined) return;
      if (line.type === "error") return void counts.delete(room);
      counts.set(room, line.count);
      show();
    });
  };
  page.on("told", (line) => {
    if (line.type !== "reported") return;
    const room = page.rooms.get(line.room);
    if (room === undefined) return;
    counts.set(room, line.count);
    show();
  });
  page.on("link", () => {
    if (!page.link.online) counts = new WeakMap();
  });
  for (const type of /** @type {const} */ (["room", "people"])) page.on(type, show);
  show();
}
