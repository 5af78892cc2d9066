/** The dialogs for one's name, and for the keys and the notation. @module */

import { byId, make } from "../dom.js";
import * as limits from "../limits.js";
import { rename } from "../rename.js";
import { render } from "../text/render.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** Asks for another name. @param {PageState} page */
export function askName(page) {
  const field = make("input", {
    id: "name",
    dir: "auto",
    autofocus: "",
    maxlength: String(limits.NAME_CHARACTERS),
    autocomplete: "nickname",
  });
  field.value = page.me.name;
  const problem = make("p", { class: "problem", role: "alert" });
  const form = make(
    "form",
    {},
    make("label", { for: "name" }, word("whatOthersSee")),
    field,
    problem,
    make("button", { class: "primary filled" }, word("save")),
  );
  const dialog = showDialog(word("yourName"), form);
  field.select();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rename(page, field.value, (what) => {
      problem.textContent = what;
      if (what !== "") return;
      dialog.close();
      byId("field").focus();
    });
  });
}

/** @type {[keys: string, what: Key][]} */
const KEYS = [
  ["Enter", "keySend"],
  ["Shift + Enter", "keyNewLine"],
  ["/", "keyWrite"],
  ["Esc", "keyLeave"],
  ["Ctrl / ⌘ + K", "keyJump"],
  ["Alt + ↑ ↓", "keyStep"],
  ["Page ↑ ↓", "keyScroll"],
  ["?", "keyHelp"],
];

/** The notation, each with its result beside it as a message shows it. */
const FORMATS = [
  "**bold** or __bold__",
  "*italic* or _italic_",
  "~~strike~~",
  "`code`",
  "```\nlines of code\n```",
  "> a quote",
  "- one\n- two",
  "[label](https://example.org/)",
  "\\*as it is\\*",
];

export function showHelp() {
  const keys = make("dl", { class: "keys" });
  for (const [key, what] of KEYS) keys.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, word(what)));
  const formats = make("dl", { class: "keys" });
  for (const written of FORMATS) {
    formats.append(make("dt", {}, make("kbd", {}, written)), make("dd", { class: "text" }, render(written)));
  }
  showDialog(word("shortcuts"), keys, make("h3", {}, word("formatting")), formats);
}
