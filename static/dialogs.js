/**
 * The dialogs: one's name, the quick way to a room, the keys.
 *
 * @module
 */

import * as limits from "./limits.js";
import { render } from "./text.js";

/**
 * What the dialogs need of the page.
 * @typedef {object} Page
 * @property {() => string} name the own name
 * @property {(wanted: string, done: (problem: string) => void) => void} rename
 * @property {() => { name: string, unread: number }[]} rooms
 * @property {(text: string) => string} roomName
 * @property {(name: string) => void} go
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Opens a dialog that is gone once it is closed. @param {string} title @param {...Node} children */
function show(title, ...children) {
  const close = make("button", { type: "button", class: "icon-button", "aria-label": "Close" }, "×");
  const heading = make("h2", { id: "dialog-title" }, title);
  const dialog = make(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    make("div", { class: "dialog-head" }, heading, close),
    ...children,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for another name. @param {Page} page */
export function askName(page) {
  const field = make("input", {
    id: "name",
    autofocus: "",
    maxlength: String(limits.NAME_CHARACTERS),
    autocomplete: "nickname",
  });
  field.value = page.name();
  const problem = make("p", { class: "problem", role: "alert" });
  const form = make(
    "form",
    {},
    make("label", { for: "name" }, "What others see"),
    field,
    problem,
    make("button", { class: "primary" }, "Save"),
  );
  const dialog = show("Your name", form);
  field.select();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.rename(field.value, (what) => {
      problem.textContent = what;
      if (what === "") dialog.close();
    });
  });
}

/** Finds a room by a few letters, or starts one. @param {Page} page */
export function pickRoom(page) {
  const field = make("input", {
    id: "room-search",
    autofocus: "",
    "aria-label": "Name of a room",
    placeholder: "Name of a room",
    maxlength: String(limits.ROOM_CHARACTERS),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  });
  const list = make("ul", { class: "choices" });
  const form = make("form", {}, field, list);
  const dialog = show("Go to a room", form);
  const go = (/** @type {string} */ name) => {
    dialog.close();
    page.go(name);
  };
  const update = () => {
    const wanted = page.roomName(field.value);
    const found = page.rooms().filter(({ name }) => name.includes(wanted))
      .sort((a, b) => b.unread - a.unread || (a.name < b.name ? -1 : 1));
    const names = found.map(({ name }) => name);
    if (wanted !== "" && !names.includes(wanted)) names.push(wanted);
    list.replaceChildren(...names.map((name) => {
      const known = found.some((room) => room.name === name);
      const choice = make("button", { type: "button" }, `#${name}`, known ? "" : " — join or start it");
      choice.addEventListener("click", () => go(name));
      return make("li", {}, choice);
    }));
    return names;
  };
  update();
  field.addEventListener("input", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = update();
    if (first !== undefined) go(first);
  });
}

/** @type {[keys: string, what: string][]} */
const KEYS = [
  ["Enter", "Send"],
  ["Shift + Enter", "New line"],
  ["/", "Write"],
  ["Esc", "Leave the field, close a panel"],
  ["Ctrl or ⌘ + K", "Go to a room"],
  ["Alt + ↑ or ↓", "Room before or after"],
  ["Page up or down", "Scroll, while writing too"],
  ["?", "This list"],
];

/** What can be written; it is shown beside as a message shows it. */
const FORMATS = [
  "**bold** or __bold__",
  "*italic* or _italic_",
  "~~strike~~",
  "`code`",
  "```\nlines of code\n```",
  "> a quote",
  "[label](https://example.org/)",
  "\\*as it is\\*",
];

/** Lists the keys and the ways to format a text. */
export function showHelp() {
  const keys = make("dl", { class: "keys" });
  for (const [key, what] of KEYS) keys.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, what));
  const formats = make("dl", { class: "keys" });
  for (const written of FORMATS) {
    formats.append(make("dt", {}, make("kbd", {}, written)), make("dd", { class: "text" }, render(written)));
  }
  show("Shortcuts", keys, make("h3", {}, "Formatting"), formats);
}
