/** The composer while it does not write a new message, but another text for one, or an answer. @module */

import { itemOf } from "../acts.js";
import { abilities, changesOf } from "../changing.js";
import { byId } from "../dom.js";
import { beginEdit } from "../editing.js";
import { excerptOf } from "../excerpt.js";
import { word } from "../words.js";
import { isBound } from "../writings.js";

/** @import { Quote } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Edit, Writing } from "../writings.js" */
/** What it does with the composer. @typedef {{ text: string, draft: string, writing: Writing, keepDraft(): void }} Composer */

/** Begins with what is to be written now, or goes back to a new message: its draft was kept meanwhile. @param {PageState} page @param {Composer} composer */
export function showWriting(page, composer) {
  const { writing, writing: { edit, lost } } = page;
  const wasEdit = composer.writing.edit !== undefined;
  if (!wasEdit) composer.keepDraft();
  const { draft } = composer;
  composer.writing = writing;
  if (edit !== undefined) composer.text = edit.text;
  else if (lost === "edit") composer.text = [draft, composer.text].filter((each) => each !== "").join("\n");
  else if (wasEdit) composer.text = draft;
  sayWriting(page);
  if (lost === undefined) byId("field").focus();
}

let watching = false;

/** Says what is being written, for as long as it is. @param {PageState} page */
export function sayWriting(page) {
  if (!watching) page.on("shown", () => isBound(page.writing) && sayWriting(page));
  watching = true;
  const { edit, reply, lost } = page.writing;
  const target = edit?.message ?? reply;
  const now = target && messageNow(page, target);
  if (target !== undefined && (now === undefined || now.deleted)) {
    return page.write({ lost: edit === undefined ? "reply" : "edit" });
  }
  const what = edit !== undefined
    ? isOutdated(page, edit, now) ? word("editedMeanwhile", { text: excerptOf(now?.text ?? "") }) : word("editing")
    : reply !== undefined
    ? word("replyingTo", { name: reply.name, text: excerptOf(now?.text ?? "") })
    : lost !== undefined
    ? word(lost === "edit" ? "editLost" : "replyLost")
    : "";
  byId("writing").hidden = what === "";
  // Also where nobody sees it, it describes the field to a screen reader.
  if (byId("writing-what").textContent !== what) byId("writing-what").textContent = what;
}

/** A message as it is by now, as far as that is known; nothing if its number means another one by now. @param {PageState} page @param {Item} target @returns {Item | Quote | undefined} */
function messageNow({ room, timeline, writing: { epoch } }, target) {
  if (target.seq === 0 || room.epoch === "") return target;
  return epoch === room.epoch ? timeline.find(target.seq) ?? target : undefined;
}

/** Whether somebody has changed it elsewhere since. @param {PageState} page @param {Edit} edit @param {Item | Quote | undefined} now */
function isOutdated(page, { message, version }, now) {
  const { version: has = 0 } = /** @type {Partial<Item>} */ (now ?? {});
  return has > version && !changesOf(page, message).some(({ type }) => type === "edit");
}

/** Begins to edit the newest of one's own messages that one may. @param {PageState} page */
export function editLast(page) {
  const { unsent, room, timeline } = page;
  const sending = unsent.of(room.name).filter(({ type, state }) => type === undefined && state !== "failed");
  const items = [...timeline.items, ...sending.map((entry) => itemOf(page, entry))];
  const own = items.findLast((item) => abilities(page, item).edit);
  if (own !== undefined) beginEdit(page, own);
}
