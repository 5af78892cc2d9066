/** The keys that work wherever the focus is. @module */

import { byId } from "../dom.js";
import { later } from "./later.js";
import { closePanels } from "./panels.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function listenToKeys(page) {
  if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("jump-keys").textContent = "⌘ K";
  for (const id of ["jump-to", "find"]) {
    byId(id).addEventListener("click", () => later(page, "jump", ({ openJump }) => openJump(page)));
  }
  addEventListener("keydown", (event) => {
    const { target } = event;
    const writing = target instanceof Element && target.matches("input, textarea, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) closePanels();
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "k") later(page, "jump", ({ openJump }) => openJump(page));
    else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      step(page, event.key === "ArrowUp" ? -1 : 1);
    } else if (plain && !writing && event.key === "/") byId("field").focus();
    else if (plain && !writing && event.key === "?") later(page, "dialogs", ({ showHelp }) => showHelp(page));
    else return;
    event.preventDefault();
  });
}

/** Goes to the next room of the list, or the one before. @param {PageState} page @param {number} by */
function step(page, by) {
  const names = [...page.rooms].map(({ name }) => name).sort();
  page.go(names.at((names.indexOf(page.room.name) + by) % names.length) ?? page.room.name);
}
