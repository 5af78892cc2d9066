/** The menu of a message: answer it, react to it, edit or delete it. @module */

import { abilities, change } from "../acts.js";
import { button, make, nameLabel } from "../dom.js";
import { beginEdit } from "../editing.js";
import { number, word } from "../words.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** @param {PageState} page @param {HTMLElement} opener @param {Item} item */
export function openMenu(page, opener, item) {
  const may = abilities(page, item);
  const menu = make("div", { class: "menu", role: "dialog", popover: "auto", "aria-label": word("menu") });
  const close = () => menu.hidePopover();
  const entry = (/** @type {string} */ label, /** @type {() => void} */ act) =>
    menu.append(button(label, () => (close(), act())));
  if (may.react) menu.append(...emojiButtons(page, item, close));
  if (may.reply) entry(word("reply"), () => page.write({ reply: item }));
  if (may.edit) entry(word("edit"), () => beginEdit(page, item));
  if (may.delete) {
    menu.append(button(word("deleteThis"), () => confirmDeletion(menu, () => change(page, item, { type: "delete" }))));
  }
  if (item.reactions !== undefined) menu.append(button(word("whoReacted"), () => showReactors(page, menu, item)));
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") return;
    menu.remove();
    if (document.activeElement === document.body) opener.focus();
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, opener);
  menu.querySelector("button")?.focus();
}

/** Beside its button, and within the window. @param {HTMLElement} menu @param {Element} opener */
function place(menu, opener) {
  const { right, bottom, top } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  menu.style.left = `${Math.max(8, Math.min(right, innerWidth - 8) - offsetWidth)}px`;
  menu.style.top = `${Math.max(8, bottom + offsetHeight > innerHeight ? top - offsetHeight : bottom)}px`;
}

/** @param {PageState} page @param {Item} item @param {() => void} close */
function emojiButtons(page, item, close) {
  const react = (/** @type {string} */ emoji) => {
    close();
    change(page, item, { type: "react", emoji, on: true });
  };
  const field = make("input", {
    "aria-label": word("otherEmoji"),
    placeholder: word("otherEmoji"),
    autocomplete: "off",
  });
  const form = make("form", { class: "bar" }, field, make("button", {}, word("react")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const emoji = emojiIn(field.value);
    field.setCustomValidity(emoji === undefined ? word("oneEmoji") : "");
    if (emoji === undefined) field.reportValidity();
    else react(emoji);
  });
  field.addEventListener("input", () => field.setCustomValidity(""));
  const quick = QUICK.map((emoji) => button(emoji, () => react(emoji), { "aria-label": word("reactWith", { emoji }) }));
  return [make("div", { class: "quick" }, ...quick), form];
}

/** The emoji that a text is, in the form that the server takes. @param {string} text */
function emojiIn(text) {
  const emoji = text.trim();
  try {
    // Older browsers do not know them all: the server does.
    const is = new RegExp("^\\p{RGI_Emoji}$", "v");
    return [emoji, `${emoji}\uFE0F`].find((each) => is.test(each));
  } catch {
    return emoji || undefined;
  }
}

/** Lists who reacted, once somebody asks for it. @param {PageState} page @param {HTMLElement} menu @param {Item} item */
function showReactors(page, menu, item) {
  menu.replaceChildren(...(item.reactions ?? []).map(({ emoji, count }) => {
    const names = make("p", { class: "quiet" });
    const list = make("details", {}, make("summary", {}, `${emoji} ${number(count)}`), names);
    list.addEventListener("toggle", () => list.open && names.childElementCount === 0 && load(page, names, item, emoji));
    return list;
  }));
  menu.querySelector("summary")?.focus();
}

/** @param {PageState} page @param {Element} names @param {Item} item @param {string} emoji @param {string} [after] */
function load(page, names, item, emoji, after) {
  const { link, room, timeline } = page;
  const nameOf = (/** @type {string} */ id) =>
    room.members.get(id) ?? timeline.items.findLast((item) => item.id === id)?.name ?? word("somebody");
  link.ask({ type: "reactors", room: room.name, target: item.seq, emoji, after }, (line) => {
    if (line.type !== "reactors") return void (names.textContent = word("cannotBeFetched"));
    const { ids, more } = line;
    names.append(...ids.map((id) => make("span", { title: id }, nameLabel(nameOf(id), ""), " ")));
    const next = button(word("more"), () => (next.remove(), load(page, names, item, emoji, ids.at(-1))));
    if (more) names.append(next);
  });
}

/** @param {HTMLElement} menu @param {() => void} act */
function confirmDeletion(menu, act) {
  const yes = button(word("delete"), () => (menu.hidePopover(), act()), { class: "primary filled" });
  const no = button(word("keep"), () => menu.hidePopover());
  menu.replaceChildren(make("p", {}, word("deleteForAll")), yes, no);
  no.focus();
}
