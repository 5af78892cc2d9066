/** Another text for one's own message. @module */

import { change, changesOf } from "./changing.js";
import { expected } from "./client/expected.js";
import { at } from "./client/room.js";

/** @import { Item } from "./client/room.js" */
/** @import { PageState } from "./page_state.js" */
/** @import { Edit } from "./writings.js" */

/** Begins to edit a message: as it is by now, with the edits on their way to it. @param {PageState} page @param {Item} message */
export function beginEdit(page, message) {
  const now = at(page.timeline.items, message) ?? message;
  const { version: had = 0 } = now;
  // A page of history may have brought one before its answer: its text is there already.
  const before = changesOf(page, now).filter(({ type, state, version = 0 }) =>
    type === "edit" && state !== "failed" && version >= had
  );
  const version = had + before.length;
  page.write({ edit: { message: now, text: expected(now, before).text, version } });
}

/** Sends another text for a message, unless it is the same. @param {PageState} page @param {Edit} edit @param {string} text @param {string[]} [mentions] */
export function sendEdit(page, { message, text: before, version }, text, mentions) {
  if (text === before || change(page, message, { type: "edit", text, version, mentions })) page.write({});
}
