/** The dialogs for one's name, and for the keys and the notation. @module */

import { byId, make, nameField } from "../dom.js";
import { rename } from "../rename.js";
import { renderHere } from "../text/here.js";
import { word } from "../words.js";
import { asking } from "./asking.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** Asks for another name. @param {PageState} page */
export function askName(page) {
  const field = nameField("name", page.me.name);
  field.autofocus = true;
  const label = make("label", { for: "name" }, word("whatOthersSee"));
  const form = asking({}, [label, field], word("save"), (done) => {
    rename(page, field.value, (problem) => {
      if (problem !== "") return done(problem);
      dialog.close();
      byId("field").focus();
    });
  });
  const dialog = showDialog(word("yourName"), form);
  field.select();
}

/** By the key that sends. @type {Record<string, [keys: Key, what: Key][]>} */
const WRITING = {
  enter: [["byEnter", "keySend"], ["pressShiftEnter", "keyNewLine"]],
  ctrl: [["byCtrlEnter", "keySend"], ["byEnter", "keyNewLine"]],
};

/** @type {[keys: Key, what: Key][]} */
const KEYS = [
  ["pressSlash", "keyWrite"],
  ["pressAt", "keyPeople"],
  ["pressColon", "keyEmoji"],
  ["pressEscape", "keyLeave"],
  ["pressCtrlK", "keyJump"],
  ["pressAltArrows", "keyStep"],
  ["pressPage", "keyScroll"],
  ["pressArrows", "keyMessages"],
  ["pressLetters", "keyActs"],
  ["pressQuestion", "keyHelp"],
];

/** The notation, each with its result beside it as a message shows it. */
const FORMATS = /** @type {const} */ ([
  "formatBold",
  "formatItalic",
  "formatStrike",
  "formatCode",
  "formatLines",
  "formatQuote",
  "formatList",
  "formatLink",
  "formatAsItIs",
]);

/** @param {PageState} page */
export function showHelp({ settings }) {
  const keys = make("dl", { class: "keys" });
  for (const [key, what] of [...WRITING[settings.of("sendKey")] ?? [], ...KEYS]) {
    keys.append(make("dt", {}, make("kbd", {}, word(key))), make("dd", {}, word(what)));
  }
  const formats = make("dl", { class: "keys" });
  for (const format of FORMATS) {
    const written = word(format);
    formats.append(make("dt", {}, make("kbd", {}, written)), make("dd", { class: "text" }, renderHere(written)));
  }
  showDialog(word("shortcuts"), keys, make("h3", {}, word("formatting")), formats);
}
