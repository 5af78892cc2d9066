/** What is in a row: the message as it is now, with what is on its way to it. @module */

import { abilities } from "../acts.js";
import { expected } from "../client/entries.js";
import { make } from "../dom.js";
import { knownPeople } from "../known_people.js";
import { MENTIONED_NAMES } from "../limits.js";
import { render } from "../text/render.js";
import { word } from "../words.js";
import { showDelivery } from "./delivery.js";
import { personLabel } from "./person_label.js";
import { showReactions } from "./reactions.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Quote } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** What each row shows. @type {WeakMap<Element, { item: Item, text: string, isEdited: boolean, called?: string }>} */
const shown = new WeakMap();

/** The message that something is in. @param {Element | null} element */
export function messageAt(element) {
  const row = element?.closest(".row");
  return row ? shown.get(row)?.item : undefined;
}

/**
 * Brings a row up to date. What may have the focus, or is being pressed, stays the same element.
 *
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item} item
 * @param {Entry[]} entries what is on its way: changes of it, or itself
 * @param {Quote | undefined} answered the message that it answers, as far as it is known
 */
export function showMessage(page, row, item, entries, answered) {
  const now = expected(item, entries);
  const may = abilities(page, item);
  const text = item.deleted ? word("deletedMessage") : item.unknown ? word("unknownMessage") : now.text;
  const isEdited = (item.version ?? 0) > 0;
  const called = now.mentions?.join();
  const before = shown.get(row);
  // Once an edit has arrived, its text is there already, and the mark is not.
  if (before?.text !== text || before.isEdited !== isEdited || before.called !== called) {
    const element = row.querySelector(":scope > .text");
    element?.replaceChildren(item.deleted || item.unknown ? text : withNames(page, text, now.mentions));
    if (isEdited) element?.append(make("small", { class: "quiet edited" }, word("edited")));
  }
  shown.set(row, { item, text, isEdited, called });
  row.classList.toggle("called", now.mentions?.includes(page.me.id) ?? false);
  row.classList.toggle("gone", item.deleted === true);
  if (item.reply !== undefined) showQuote(page, row, answered);
  showReactions(row, now, entries, may.react);
  showDelivery(page, row, entries, item);
  const menu = row.querySelector(":scope > .act");
  if (!Object.values(may).includes(true)) menu?.remove();
  else if (menu === null) row.append(menuButton(item));
}

/** @param {PageState} page @param {string} text @param {string[]} [ids] of those whom it mentions */
function withNames(page, text, ids) {
  if (ids === undefined) return render(text);
  const fragment = render(text, { mentions: knownPeople(page, ids).slice(0, MENTIONED_NAMES) });
  for (const name of /** @type {NodeListOf<HTMLElement>} */ (fragment.querySelectorAll(".at"))) {
    if (name.dataset.id === page.me.id) name.classList.add("me");
  }
  return fragment;
}

/** @param {Item} item */
function menuButton({ name }) {
  const label = word("menuOf", { name });
  return make("button", { type: "button", class: "act", "data-act": "menu", "aria-label": label, tabindex: "-1" }, "⋯");
}

/** @param {PageState} page @param {Element} row @param {Quote & { unknown?: true } | undefined} answered */
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
