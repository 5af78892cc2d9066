/** What the server has refused: why, and what to do about it. @module */

import { button, make } from "../dom.js";
import { isFinal, reasonOf } from "../refusals.js";
import { word } from "../words.js";

/** @import { Entry, Intent } from "../client/entries.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** What did not happen. @param {Entry} entry @returns {Key} */
function failureOf({ type, on }) {
  if (type === undefined) return "notSent";
  if (type === "react") return on ? "notReacted" : "notTakenBack";
  return type === "edit" ? "notEdited" : "notDeleted";
}

/** @param {PageState} page @param {Entry} entry @param {Item | undefined} item the message that it changes, as far as it is there */
export function showRefusal({ unsent }, entry, item) {
  const { type, code, reply, text = "", emoji = "" } = entry;
  const said = word(failureOf(entry), { reason: reasonOf(entry), emoji });
  const element = make("div", { class: "state bar quiet refused", role: "alert" }, said);
  if (type === "edit") element.append(make("q", { dir: "auto" }, text));
  const again = (/** @type {string} */ label, /** @type {Intent} */ otherwise = {}) =>
    element.append(button(label, () => unsent.retry(entry, otherwise)));
  const isConflict = code === "conflict" && item !== undefined;
  if (isConflict) again(word("useMyText"), { version: item.version ?? 0 });
  else if (!isFinal(entry)) again(word("retry"));
  else if (reply !== undefined) again(word("sendWithoutQuote"), { reply: undefined, targetEpoch: undefined });
  const drop = isConflict ? "keepOtherText" : type === undefined ? "delete" : "dismiss";
  element.append(button(word(drop), () => unsent.remove(entry)));
  return element;
}
