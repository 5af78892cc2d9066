/** What one may change, and how: it comes with what is at a message besides its text. @module */

import { isOf } from "./client/entries.js";
import { word } from "./words.js";

/** @import { Entry, Intent } from "./client/entries.js" */
/** @import { Item } from "./client/room.js" */
/** @import { PageState } from "./page_state.js" */

/**
 * Changes a message of the shown room.
 *
 * @param {PageState} page
 * @param {Item} message
 * @param {Intent} change
 * @param {"pending" | "held"} [state]
 * @returns {Entry | undefined} what is on its way now, if it was taken
 */
export function change(page, message, change, state) {
  const { room: { name, epoch }, unsent } = page;
  if (unsent.full) {
    page.tell("notice", word("tooMuchUnsent"));
    return undefined;
  }
  const target = isPlaced(message) ? { target: message.seq, targetEpoch: epoch } : { targetNonce: message.nonce };
  return unsent.add(name, { ...change, ...target }, state);
}

/** What is on its way to a message of the shown room. @param {PageState} page @param {Item} message @returns {Entry[]} */
export function changesOf({ unsent, room }, message) {
  return unsent.of(room.name).filter((entry) => isOf(entry, message));
}

/** What one may do with a message of the shown room. @param {PageState} page @param {Item} message */
export function abilities({ room, me, world, editMs }, message) {
  const isThere = !message.unknown && !message.deleted && message.era === room.era;
  const may = (/** @type {string} */ what) => isThere && room.may.has(what);
  const isOwn = message.id === me.id;
  return {
    reply: may("publish") && isPlaced(message),
    react: may("react"),
    edit: may("edit") && isOwn && world.now() - message.ts < Math.min(editMs, room.settings?.editWindowMs ?? editMs),
    delete: may(isOwn ? "delete" : "moderate"),
  };
}

/** Whether the server has said where a message is. @param {Item} message */
function isPlaced({ seq }) {
  return seq > 0;
}
