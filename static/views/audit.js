/** What was changed in a room, for those who moderate it: with the reasons that nobody else is told. @module */

import { button, make } from "../dom.js";
import { exactLabel } from "../exact_formats.js";
import { reasonOf } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { linesOf } from "./room_changes.js";

/** @import { RoomChange } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showAudit(page) {
  const { room } = page;
  const list = make("ul", { class: "audit" });
  const status = make("p", { class: "problem", role: "alert" });
  const more = button(word("more"), () => load(Number(more.value)), { hidden: "" });
  showDialog(word("auditOf", { room: labelOf(page, room.name) }), list, status, more);
  const load = (/** @type {number | undefined} */ before) => {
    page.link.ask({ type: "audit", room: room.name, before }, (line) => {
      if (line.type === "error") return void (status.textContent = word("notDone", { reason: reasonOf(line) }));
      list.append(...line.changes.map((change) => itemOf(page, change)));
      more.hidden = line.more !== true;
      more.value = String(line.changes.at(-1)?.seq);
    });
  };
  load(undefined);
}

/** @param {PageState} page @param {RoomChange & { reason?: string }} change */
function itemOf(page, change) {
  const { reason } = change;
  const lines = linesOf(page, change);
  for (const line of lines) line.dir = "auto";
  return make(
    "li",
    {},
    make("time", { class: "quiet" }, exactLabel(change.ts)),
    ...lines,
    ...reason ? [make("p", { class: "quiet" }, word("because", { reason }))] : [],
  );
}
