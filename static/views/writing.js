/** The composer while it does not write a new message, but another text for one, or an answer. @module */

import { abilities, itemOf } from "../acts.js";
import { byId } from "../dom.js";
import { beginEdit } from "../editing.js";
import { word } from "../words.js";

/** @import { PageState, Writing } from "../page_state.js" */
/** What it does with the composer. @typedef {{ text: string, draft: string, writing: Writing, keepDraft(): void }} Composer */

/** Begins with what is to be written now, or goes back to a new message: its draft was kept meanwhile. @param {PageState} page @param {Composer} composer */
export function showWriting(page, composer) {
  const { writing, writing: { edit } } = page;
  const wasEdit = composer.writing.edit !== undefined;
  if (!wasEdit) composer.keepDraft();
  composer.writing = writing;
  if (edit !== undefined) composer.text = edit.text;
  else if (wasEdit) composer.text = composer.draft;
  sayWriting(page);
  byId("field").focus();
}

/** Says what is being written. @param {PageState} page */
export function sayWriting({ writing: { edit, reply } }) {
  const answering = reply && word("replyingTo", { name: reply.name, text: reply.text.slice(0, 200) });
  const what = edit === undefined ? answering ?? "" : word("editing");
  byId("writing").hidden = what === "";
  // Also where nobody sees it, it describes the field to a screen reader.
  byId("writing-what").textContent = what;
}

/** Begins to edit the newest of one's own messages that one may. @param {PageState} page */
export function editLast(page) {
  const { unsent, room, timeline } = page;
  const sending = unsent.of(room.name).filter(({ type, state }) => type === undefined && state !== "failed");
  const items = [...timeline.items, ...sending.map((entry) => itemOf(page, entry))];
  const own = items.findLast((item) => abilities(page, item).edit);
  if (own !== undefined) beginEdit(page, own);
}
