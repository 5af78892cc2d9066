/** What the server has refused: why, and what to do about it. @module */

import { button, make } from "../dom.js";

/** @import { Entry, Intent } from "../client/entries.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

const WORDS = { publish: "Not sent", edit: "Not edited", delete: "Not deleted", react: "Not changed" };

/** Those that trying again does not help with. @type {Record<string, string>} */
const REASONS = {
  conflict: "it was edited elsewhere meanwhile",
  deleted: "the message was deleted",
  needs_proof: "this browser cannot prove who you are",
  no_such_message: "the message is not kept any more",
  not_allowed: "you may not do that here",
  too_late: "it is too old",
  too_many_emoji: "it has too many different reactions",
};

/** @param {PageState} page @param {Entry} entry @param {Item | undefined} item the message that it changes, as far as it is there */
export function showRefusal({ unsent }, entry, item) {
  const { type = "publish", code = "", reason, reply, text = "", emoji } = entry;
  const what = emoji === undefined ? WORDS[type] : `${WORDS[type]} (${emoji})`;
  const said = `${what}: ${REASONS[code] ?? reason}`;
  const element = make("div", { class: "state bar quiet refused", role: "alert" }, said);
  if (type === "edit") element.append(make("q", { dir: "auto" }, text));
  const again = (/** @type {string} */ label, /** @type {Intent} */ otherwise = {}) =>
    element.append(button(label, () => unsent.retry(entry, otherwise)));
  const isConflict = code === "conflict" && item !== undefined;
  if (isConflict) again("Send mine", { version: item.version ?? 0 });
  else if (REASONS[code] === undefined) again("Retry");
  else if (reply !== undefined) again("Send without the quote", { reply: undefined, targetEpoch: undefined });
  const drop = isConflict ? "Keep theirs" : type === "publish" ? "Delete" : "Dismiss";
  element.append(button(drop, () => unsent.remove(entry)));
  return element;
}
