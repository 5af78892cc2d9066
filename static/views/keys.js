/** The keys that work wherever the focus is. @module */

import { byId } from "../dom.js";
import { isComposing } from "../written.js";
import { later } from "./later.js";
import { closePanels } from "./panels.js";
import { typeAhead } from "./type_ahead.js";

/** @import { PageState } from "../page_state.js" */
/** @import { LogView } from "./log_view.js" */

/** @param {PageState} page @param {LogView} log */
export function listenToKeys(page, log) {
  byId("field").addEventListener("keydown", (event) => scrollFromField(event, log));
  if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("jump-keys").textContent = "⌘ K";
  const jump = () => typeAhead(() => later(page, "jump", ({ openJump }) => openJump(page)));
  for (const id of ["jump-to", "find"]) {
    byId(id).addEventListener("click", jump);
  }
  addEventListener("keydown", (event) => {
    const { target } = event;
    const writing = target instanceof Element && target.matches("input, textarea, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) closePanels();
    if (document.querySelector("dialog[open]") || isComposing(event)) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "k") jump();
    else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      step(page, event.key === "ArrowUp" ? -1 : 1);
    } else if (plain && !writing && event.key === "/") byId("field").focus();
    else if (plain && !writing && event.key === "?") later(page, "dialogs", ({ showHelp }) => showHelp(page));
    else return;
    event.preventDefault();
  });
}

/** While one writes, these keys scroll the log. @param {KeyboardEvent} event @param {LogView} log */
function scrollFromField(event, log) {
  if (isComposing(event) || (event.key !== "PageUp" && event.key !== "PageDown")) return;
  event.preventDefault();
  log.scrollBy((event.key === "PageUp" ? -0.85 : 0.85) * byId("log").clientHeight);
}

/** Goes to the next room of the list, or the one before. @param {PageState} page @param {number} by */
function step(page, by) {
  const names = [...page.rooms].map(({ name }) => name).sort();
  page.go(names.at((names.indexOf(page.room.name) + by) % names.length) ?? page.room.name);
}
