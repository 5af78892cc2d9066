/** What is at a message besides its text: the message that it answers, reactions, and how far what is on its way to it has got. @module */

import { abilities } from "../acts.js";
import { isOf } from "../client/entries.js";
import { byId, make } from "../dom.js";
import { word } from "../words.js";
import { showDelivery } from "./delivery.js";
import { personLabel } from "./person_label.js";
import { showReactions } from "./reactions.js";
import { showRoomChange } from "./room_changes.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Quote } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item} item
 * @param {Item} now as it will be
 * @param {Entry[]} entries what is on its way to it
 * @param {Quote | undefined} answered
 */
export function showExtras(page, row, item, now, entries, answered) {
  if (item.unknown !== undefined) return showRoomChange(page, row, item.unknown);
  if (item.reply !== undefined) showQuote(page, row, answered);
  const isGoing = entries.some(({ type, state }) => type === "delete" && state !== "failed");
  showReactions(row, now, entries, !isGoing && abilities(page, item).react);
  showDelivery(page, row, entries, item);
}

/** What was refused of messages that are not in view has a row of its own. @param {PageState} page @param {Entry[]} entries what is on its way to the room */
export function showStrays(page, entries) {
  const isShown = (/** @type {Entry} */ entry) =>
    page.timeline.items.some((item) => isOf(entry, item)) || entries.some(({ nonce }) => nonce === entry.targetNonce);
  const strays = entries.filter((entry) => entry.type !== undefined && entry.state === "failed" && !isShown(entry));
  const list = byId("pending");
  let row = /** @type {HTMLElement | null} */ (list.querySelector(".stray"));
  if (strays.length === 0) return row?.remove();
  row ??= make("li", { class: "stray" }, word("ofEarlier"));
  list.append(row);
  showDelivery(page, row, strays);
}

/** @param {PageState} page @param {Element} row @param {Quote & Pick<Item, "unknown"> | undefined} answered */
function showQuote(page, row, answered) {
  let quote = row.querySelector(":scope > .quote");
  if (quote === null) {
    quote = make("button", { type: "button", class: "quote cut quiet", "data-act": "show", title: word("goToIt") });
    row.querySelector(":scope > .text")?.before(quote);
  }
  if (answered === undefined || answered.unknown) return quote.replaceChildren("↪ ", word("earlierMessage"));
  const said = answered.deleted ? word("deletedMessage") : answered.text.slice(0, 200);
  quote.replaceChildren("↪ ", personLabel(page, answered.id, answered.name), ": ", make("bdi", {}, said));
}
