/** The dialogs: one's name, the quick way to a room, the keys. @module */

import { button, make } from "../dom.js";
import * as limits from "../limits.js";
import { roomName } from "../room_names.js";
import { render } from "../text/render.js";

/** @import { PageState } from "../page_state.js" */

/** Opens a dialog that is gone once it is closed. @param {string} title @param {...Node} children */
function show(title, ...children) {
  const close = button("×", () => dialog.close(), { class: "icon-button bar", "aria-label": "Close" });
  const heading = make("h2", { id: "dialog-title" }, title);
  const dialog = make(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    make("div", { class: "dialog-head bar" }, heading, close),
    ...children,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks for another name. @param {PageState} page */
export function askName(page) {
  const maxlength = String(limits.NAME_CHARACTERS);
  const field = make("input", { id: "name", autofocus: "", maxlength, autocomplete: "nickname" });
  field.value = page.me.name;
  const problem = make("p", { class: "problem", role: "alert" });
  const form = make(
    "form",
    {},
    make("label", { for: "name" }, "What others see"),
    field,
    problem,
    make("button", { class: "primary filled" }, "Save"),
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

/** Finds a room by a few letters, or starts one. @param {PageState} page */
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
    const wanted = roomName(field.value);
    const { rooms, reading } = page;
    const names = [...rooms].filter(({ name }) => name.includes(wanted))
      .sort((a, b) => reading.of(b).unread - reading.of(a).unread || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name);
    if (wanted !== "" && !names.includes(wanted)) names.push(wanted);
    list.replaceChildren(...names.map((name) => {
      const what = rooms.get(name) === undefined ? " — join or start it" : "";
      return make("li", {}, button(`#${name}${what}`, () => go(name)));
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

/** The notation, each with its result beside it as a message shows it. */
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

export function showHelp() {
  const keys = make("dl", { class: "keys" });
  for (const [key, what] of KEYS) keys.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, what));
  const formats = make("dl", { class: "keys" });
  for (const written of FORMATS) {
    formats.append(make("dt", {}, make("kbd", {}, written)), make("dd", { class: "text" }, render(written)));
  }
  show("Shortcuts", keys, make("h3", {}, "Formatting"), formats);
}
