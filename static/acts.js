/** What one does first: sends what was written. How one changes messages, `changing.js` has. @module */

/** @import { Entry } from "./client/entries.js" */
/** @import { Item } from "./client/room.js" */
/** @import { PageState } from "./page_state.js" */

/** Sends a message, or an answer, to the shown room. @param {PageState} page @param {string} text @param {string[]} [mentions] @returns {boolean} whether it was taken */
export function sendMessage(page, text, mentions) {
  const { room, reading, unsent, writing: { reply } } = page;
  if (unsent.full) return false;
  const read = reading.of(room);
  if (read.unread === 0) read.divider = undefined;
  unsent.add(room.name, { text, mentions, ...reply && { reply: reply.seq, targetEpoch: room.epoch } });
  page.write({});
  page.tell("sent");
  return true;
}

/** One's own message on its way, as one that has no place yet. @param {PageState} page @param {Entry} entry @returns {Item} */
export function itemOf({ room }, { nonce, id, name, text = "", ts, reply, mentions }) {
  return { era: room.era, seq: 0, from: 0, nonce, id, name, text, ts, reply, mentions };
}
