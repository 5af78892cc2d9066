/** The buttons at the messages, by pointer and by keys. @module */

import { change } from "../acts.js";
import { openMenu } from "./message_menu.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {HTMLElement} pressed @param {Item} item the message that it is at */
export function press(page, pressed, item) {
  const { act, emoji = "" } = pressed.dataset;
  if (act === "menu") openMenu(page, pressed, item);
  else if (act === "react") change(page, item, { type: "react", emoji, on: pressed.ariaPressed !== "true" });
  else if (item.reply !== undefined) page.tell("show", item.reply);
}

/** One of the menu buttons is in the order of Tab, and the others are reached from it by arrows. @param {HTMLElement} log */
export function walkByArrows(log) {
  const all = () => Array.from(log.querySelectorAll(".act")).filter((each) => each instanceof HTMLElement);
  /** @type {HTMLElement | undefined} */
  let current;
  const take = (/** @type {EventTarget | null} */ focused) => {
    const next = all().find((each) => each === focused) ?? (current?.isConnected ? current : all().at(-1));
    current?.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    current = next;
  };
  take(document.activeElement);
  log.addEventListener("focusin", ({ target }) => take(target));
  log.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || event.target !== current) return;
    event.preventDefault();
    const buttons = all();
    buttons[buttons.findIndex((each) => each === current) + step]?.focus();
  });
}
