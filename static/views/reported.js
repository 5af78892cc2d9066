/** Tells those who moderate the shown room that messages are reported there, in a line below its header. @module */

import { button, byId } from "../dom.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showReported(page) {
  /** How many messages are reported, by room; of those that are asked about it is not known yet. As many as there are rooms. @type {Map<string, number | undefined>} */
  const counts = new Map();
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
    const count = moderates ? counts.get(room.name) ?? 0 : 0;
    strip.hidden = count === 0;
    strip.textContent = count === 0 ? "" : word("reportedHere", { count });
    if (!moderates || counts.has(room.name)) return;
    counts.set(room.name, undefined);
    link.ask({ type: "reports", room: room.name }, (line) => {
      if (line.type === "error") return void counts.delete(room.name);
      counts.set(room.name, line.count);
      show();
    });
  };
  page.on("told", (line) => {
    if (line.type !== "reported") return;
    counts.set(line.room, line.count);
    show();
  });
  page.on("link", () => page.link.online || counts.clear());
  for (const type of /** @type {const} */ (["room", "people"])) page.on(type, show);
  show();
}
