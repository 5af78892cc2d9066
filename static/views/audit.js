/** What was changed in a room, for those who moderate it: with the reasons that nobody else is told. @module */

import { make } from "../dom.js";
import { exactLabel } from "../exact_formats.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showPages } from "./pages.js";
import { linesOf } from "./room_changes.js";

/** @import { RoomChange } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showAudit(page) {
  const { link, room: { name: room } } = page;
  showPages(word("auditOf", { room: labelOf(page, room) }), "audit", "", (before, reply) => {
    link.ask({ type: "audit", room, before }, (line) => {
      if (line.type === "error") return reply(line);
      const { changes, more } = line;
      reply({ items: changes.map((change) => itemOf(page, change)), last: changes.at(-1)?.seq, more });
    });
  });
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
