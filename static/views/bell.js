/** The dialog of the bell: of which messages of a room one is told, and whether by the device. @module */

import { make } from "../dom.js";
import { levelOf, LEVELS, setLevel } from "../levels.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Record<string, Key>} */
const WORDS = { all: "levelAll", mentions: "levelMentions", none: "levelNone" };

/** @param {PageState} page */
export function showBell(page) {
  const room = page.room.name;
  const levels = LEVELS.map((level) => {
    const radio = make("input", { type: "radio", name: "level", value: level });
    radio.checked = levelOf(page, room) === level;
    radio.addEventListener("change", () => {
      setLevel(page, room, level);
      page.tell("settings");
    });
    return make("label", { class: "bar choice" }, radio, word(WORDS[level] ?? "levelAll"));
  });
  const what = make("fieldset", {}, make("legend", {}, word("tellOf")), ...levels);
  const problem = make("p", { class: "problem", role: "status" });
  showDialog(word("notificationsOf", { room: labelOf(page, room) }), what, deviceChoice(page, problem), problem);
}

/** Whether the device shows notifications: the browser asks for that once, and remembers a no. @param {PageState} page @param {HTMLElement} problem */
function deviceChoice(page, problem) {
  const { settings } = page;
  const box = make("input", { type: "checkbox" });
  const isAllowed = () => "Notification" in globalThis && Notification.permission === "granted";
  box.checked = settings.of("notify") === "on" && isAllowed();
  box.addEventListener("change", async () => {
    problem.textContent = "";
    if (box.checked && "Notification" in globalThis) await Notification.requestPermission();
    if (box.checked && !isAllowed()) {
      box.checked = false;
      problem.textContent = word(isSecureContext ? "notAllowed" : "needsHttps");
    }
    settings.set("notify", box.checked ? "on" : "off");
    page.tell("settings");
  });
  return make("label", { class: "bar choice" }, box, word("showOnDevice"));
}
