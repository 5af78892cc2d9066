/** The dialog of the settings. What is chosen is kept, and shown, at once. @module */

import { button, byId, make } from "../dom.js";
import { CHOICES } from "../settings.js";
import { word } from "../words.js";
import { showAnotherDevice } from "./another_device.js";
import { choiceOf } from "./asking.js";
import { showDialog } from "./dialog.js";
import { usePart } from "./part.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Choice } from "../settings.js" */
/** @import { Key } from "../words/en.js" */

/** Each with its name, and the names of what can be chosen. @type {Record<Choice, Key[]>} */
const WORDS = {
  theme: ["theme", "asDevice", "light", "dark"],
  density: ["density", "roomy", "dense"],
  language: ["language", "asBrowser"],
  hours: ["hours", "asBrowser", "hours12", "hours24"],
  sendKey: ["sendKey", "byEnter", "byCtrlEnter"],
  motion: ["motion", "asDevice", "less"],
  sound: ["sound", "on", "off"],
  notify: ["notifications", "off", "on"],
};
/** What has been put into words already cannot be changed but by reading the page again. @type {Choice[]} */
const READ_AGAIN = ["language", "hours"];

/** @param {PageState} page */
export function showSettings(page) {
  const { settings } = page;
  const choices = /** @type {Choice[]} */ (Object.keys(CHOICES)).filter((choice) => choice !== "notify");
  const before = READ_AGAIN.map((choice) => settings.of(choice)).join();
  const dialog = showDialog(
    word("settings"),
    ...choices.map((choice) => fieldOf(page, choice)),
    aboutMe(page),
    ...page.features.has("bots") ? [botsOf(page)] : [],
    forgetting(page),
  );
  dialog.classList.add("settings");
  dialog.addEventListener("close", () => {
    // The draft is kept, and so is the place.
    if (READ_AGAIN.map((choice) => settings.of(choice)).join() !== before) location.reload();
    else byId("field").focus();
  });
}

/** @param {PageState} page @param {Choice} choice */
function fieldOf(page, choice) {
  const { settings } = page;
  const [name = "settings", ...words] = WORDS[choice];
  const choices = CHOICES[choice].map((value, i) => [value, words[i] ? word(words[i]) : ownName(value)]);
  const select = choiceOf(choices, settings.of(choice), { id: `choice-of-${choice}` });
  select.addEventListener("change", () => {
    settings.set(choice, select.value);
    page.tell("settings");
  });
  return make("p", { class: "bar setting" }, make("label", { for: select.id }, word(name)), select);
}

/** A language's name, in itself. @param {string} tag */
function ownName(tag) {
  return new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
}

/** @param {PageState} page */
function aboutMe(page) {
  const { id } = page.me;
  const line = make("p", { class: "quiet" }, word("myId"), " ", make("code", { dir: "ltr" }, id));
  // Other ids do not come from a key that could be taken along.
  if (!id.startsWith("k-")) return line;
  const open = () => {
    more.closest("dialog")?.close();
    showAnotherDevice(page);
  };
  const more = button(`${word("anotherDevice")} …`, open, { "aria-haspopup": "dialog" });
  return make("div", { class: "forget" }, line, more);
}

/** What leads to the bots, for the operators of the server. @param {PageState} page */
function botsOf(page) {
  const more = button(`${word("bots")} …`, () => {
    more.closest("dialog")?.close();
    usePart(page, import("./bots.js"), ({ showBots }) => showBots(page));
  }, { "aria-haspopup": "dialog" });
  return make("div", { class: "forget" }, more);
}

/** Asks before it forgets: a key that is gone cannot be had back. @param {PageState} page */
function forgetting(page) {
  const place = make("div", { class: "forget", role: "group", "aria-label": word("forgetDevice") });
  const offer = () => place.replaceChildren(button(word("forgetDevice"), ask));
  const ask = () => {
    const forget = button(word("forgetNow"), () => page.tell("forget"));
    const keep = button(word("keepIt"), () => {
      offer();
      place.querySelector("button")?.focus();
    });
    place.replaceChildren(make("p", {}, word("forgetWarning")), forget, " ", keep);
    keep.focus();
  };
  offer();
  return place;
}
