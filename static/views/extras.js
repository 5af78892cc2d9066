/** What is at messages besides their texts: marks of what is missing, the message that it answers, reactions, and how far what is on its way to it has got. @module */

import { abilities } from "../changing.js";
import { isOf } from "../client/entries.js";
import { expected } from "../client/expected.js";
import { byId, make } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import { gapBefore } from "../gaps.js";
import { isBot } from "../likeness.js";
import { word } from "../words.js";
import { showDelivery } from "./delivery.js";
import { gapLine } from "./gap_line.js";
import { coverMessage } from "./ignored.js";
import { personLabel, printLabel } from "./person_label.js";
import { showReactions } from "./reactions.js";
import { showRoomChange } from "./room_changes.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Quote } from "../client/lines.js" */
/** @import { End, Item, Place, Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item} item
 * @param {Item} now as it will be
 * @param {Entry[]} entries what is on its way to it
 * @param {Quote | undefined} answered
 */
function showExtras(page, row, item, now, entries, answered) {
  if (page.settings.ignores(item.id)) coverMessage(row, item);
  if (item.unknown !== undefined) return showRoomChange(page, row, item.unknown);
  if (isBot(item.id)) markBot(row);
  if (item.reply !== undefined) showQuote(page, row, answered);
  const isGoing = entries.some(({ type, state }) => type === "delete" && state !== "failed");
  showReactions(row, now, entries, !isGoing && abilities(page, item).react);
  showDelivery(page, row, entries, item);
}

/** What was refused of messages that are not in view has a row of its own. @param {PageState} page @param {Entry[]} entries what is on its way to the room */
function showStrays(page, entries) {
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
  const arrow = make("span", { class: "arrow", "aria-hidden": "true" }, "↪");
  if (answered === undefined || answered.unknown) return quote.replaceChildren(arrow, word("earlierMessage"));
  const said = answered.deleted ? word("deletedMessage") : excerptOf(answered.text);
  quote.replaceChildren(arrow, personLabel(page, answered.id, answered.name), ": ", make("bdi", {}, said));
}

/** Says that the author is no person. @param {Element} row */
function markBot(row) {
  const name = row.querySelector(":scope > .who > .name:not(:has(+ .bot))");
  name?.after(make("span", { class: "bot" }, word("bot")));
}

/** Tells the author from others whose names look like this one. @param {PageState} page @param {Element} row @param {Item} item */
function showPrint(page, row, { id }) {
  row.querySelector(":scope > .who > .print")?.remove();
  const print = printLabel(page, id);
  if (print !== undefined) row.querySelector(":scope > .who > :is(time, .when)")?.before(print);
}

/** What says that messages are missing before a place, if any are. @param {Room} room @param {Item | undefined} before @param {Item | End} place @param {(done: () => void) => void} load */
function gapMark(room, before, place, load) {
  const gap = gapBefore(room, before, place);
  return gap && gapLine(gap, load);
}

/**
 * Shows a gap after the last row, before a message has come to hang the mark on.
 *
 * @param {PageState} page
 * @param {HTMLElement} list
 * @param {(place: Place, done: () => void) => void} load fetches what is missing before a place
 */
function showFoot({ timeline: { room, items, tail } }, list, load) {
  const gap = tail ? gapBefore(room, items.at(-1), room.end) : undefined;
  const foot = list.querySelector(".foot");
  const look = gap === undefined ? undefined : `${room.era} ${gap.count} ${gap.loadable}`;
  if (foot instanceof HTMLElement && foot.dataset.look === look) return;
  foot?.remove();
  if (gap === undefined || look === undefined) return;
  const mark = gapLine(gap, (done) => load(room.end, done));
  list.prepend(make("li", { class: "foot", "data-look": look }, mark));
}

export const EXTRAS = { expected, showExtras, showPrint, showStrays, showFoot, gapMark };
