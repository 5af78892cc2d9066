/** Reports a message to those who moderate the room. @module */

import { make } from "../dom.js";
import { REASON_CHARACTERS } from "../limits.js";
import { notDone } from "../refusals.js";
import { word } from "../words.js";
import { asking } from "./asking.js";
import { showDialog } from "./dialog.js";
import { quoted } from "./quoted.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {Item} item */
export function reportMessage(page, item) {
  const { link, room: { name: room, epoch } } = page;
  const reason = make("input", {
    id: "reason",
    dir: "auto",
    maxlength: String(REASON_CHARACTERS),
    autocomplete: "off",
  });
  const label = make("label", { for: "reason" }, word("whatIsWrong"));
  const form = asking({}, [label, reason], word("reportIt"), (done) => {
    // What was copied from the message may have what turns a line around, which no reason may.
    const said = reason.value.replace(/[\u202A-\u202E\u2066-\u2069]/g, "").trim() || undefined;
    link.ask({ type: "report", room, target: item.seq, epoch, reason: said }, (line) => {
      if (line.type === "error") return done(notDone(line));
      dialog.close();
      page.tell("notice", word("isReported"));
    });
  });
  const dialog = showDialog(word("reportMessage"), quoted(item), make("p", { class: "quiet" }, word("reportTo")), form);
  reason.focus();
}
