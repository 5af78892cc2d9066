/** What is in a row: the message as it is now, with what is on its way to it. @module */

import { make } from "../dom.js";
import { knownPeople } from "../known_people.js";
import { MENTIONED_NAMES } from "../limits.js";
import { renderHere } from "../text/here.js";
import { word } from "../words.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Quote } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** What is at messages besides their texts. @typedef {typeof import("./extras.js").EXTRAS} Extras */

/** What each row shows. @type {WeakMap<Element, { item: Item, text: string, isEdited: boolean, called?: string }>} */
const shown = new WeakMap();

/** They come with the frame: until then there are names, times and texts. @type {Extras | undefined} */
let extras;

/** @param {PageState} page @param {Extras} come */
export function addExtras(page, come) {
  extras = come;
  page.tell("prints");
}

/** What has come of them. */
export function extrasNow() {
  return extras;
}

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
  const had = shown.has(row) && row.contains(document.activeElement);
  const now = extras?.expected(item, entries) ?? item;
  const isGoing = entries.some(({ type, state }) => type === "delete" && state !== "failed");
  const said = item.deleted ? "deletedMessage" : isGoing ? "deleting" : undefined;
  showText(page, row, item, now.mentions, said === undefined ? now.text : word(said), said !== undefined);
  row.classList.toggle("called", now.mentions?.includes(page.me.id) ?? false);
  row.classList.toggle("ignored", page.settings.ignores(item.id));
  row.classList.toggle("gone", isGoing || item.deleted === true);
  extras?.showExtras(page, row, item, isGoing ? item : now, entries, answered);
  if (!had || row.contains(document.activeElement)) return;
  // What had the focus is gone.
  row.tabIndex = 0;
  row.focus({ preventScroll: true });
}

/** With the names in it of people, and of rooms that one follows. @param {PageState} page @param {string} text @param {string[]} [ids] of those whom it mentions */
function withNames(page, text, ids) {
  const isRoom = (/** @type {string} */ name) => page.rooms.get(name) !== undefined;
  if (ids === undefined) return renderHere(text, { isRoom });
  const fragment = renderHere(text, { mentions: knownPeople(page, ids).slice(0, MENTIONED_NAMES), isRoom });
  for (const name of /** @type {NodeListOf<HTMLElement>} */ (fragment.querySelectorAll(".at"))) {
    if (name.dataset.id === page.me.id) name.classList.add("me");
  }
  return fragment;
}

/**
 * @param {PageState} page
 * @param {HTMLElement} row
 * @param {Item} item
 * @param {string[] | undefined} mentions
 * @param {string} text
 * @param {boolean} isOurs whether the page says it, and not its author
 */
function showText(page, row, item, mentions, text, isOurs) {
  const isEdited = (item.version ?? 0) > 0 && !isOurs;
  const called = mentions?.join();
  const before = shown.get(row);
  shown.set(row, { item, text, isEdited, called });
  // Once an edit has arrived, its text is there already, and the mark is not.
  if (before?.text === text && before.isEdited === isEdited && before.called === called) return;
  const element = row.querySelector(":scope > .text");
  element?.replaceChildren(isOurs ? text : withNames(page, text, mentions));
  if (isEdited) element?.append(" ", make("small", { class: "quiet edited" }, word("edited")));
}
