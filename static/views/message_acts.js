/** What is done at the messages: by pointing, by touch and by keys. @module */

import { changesOf } from "../changing.js";
import { byId } from "../dom.js";
import { LIFT_MS, LONG_PRESS_MS, LONG_PRESS_PX } from "../limits.js";
import { messageAt } from "./message.js";
import { MessageBar } from "./message_bar.js";
import { openMenu } from "./message_menu.js";
import { ACTS, mayWith, toggle } from "./message_table.js";
import { nameRow, walkRows } from "./message_walk.js";
import { undoDeletion } from "./deletion.js";

/** @import { PageState } from "../page_state.js" */

/** What has an act of its own when it is pressed. */
const PRESSED = "a, button, input, summary, label";

/** @param {PageState} page */
export function attendMessages(page) {
  const log = byId("log");
  const bar = new MessageBar(page);
  log.addEventListener("pointerover", ({ target, pointerType }) => {
    const row = rowOf(target);
    if (pointerType === "mouse" && row !== undefined) bar.showAt(row);
  });
  log.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && bar.showAt(undefined));
  log.addEventListener("focusin", ({ target }) => {
    const row = rowOf(target);
    if (row === undefined) return;
    nameRow(row);
    bar.showAt(row);
  });
  log.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && log.contains(relatedTarget)) && !log.matches(":hover")) {
      bar.showAt(undefined);
    }
  });
  log.addEventListener("click", ({ target }) => {
    const row = rowOf(target);
    if (!(target instanceof Element) || row === undefined) return;
    const pressed = target.closest("[data-act]");
    if (pressed instanceof HTMLElement) press(page, pressed, row);
    else if (matchMedia("(hover: none)").matches && target.closest(PRESSED) === null) bar.showAt(row);
  });
  log.addEventListener("keydown", (event) => actByKey(page, event));
  onLongPress(log, (row) => {
    const item = messageAt(row);
    if (item !== undefined && hasAny(mayWith(page, item))) openMenu(page, item, row);
  });
  walkRows(page);
  page.on("shown", () => bar.refresh());
}

/** @param {EventTarget | null} target @returns {HTMLElement | undefined} */
function rowOf(target) {
  const row = target instanceof Element ? target.closest(".row") : null;
  return row instanceof HTMLElement ? row : undefined;
}

/** @param {Record<string, boolean>} may */
function hasAny(may) {
  return Object.values(may).includes(true);
}

/** What is in the row itself: a quote, a reaction, what opens the menu or takes a deletion back. @param {PageState} page @param {HTMLElement} pressed @param {HTMLElement} row */
function press(page, pressed, row) {
  const item = messageAt(pressed);
  if (item === undefined) return;
  const { act, emoji = "" } = pressed.dataset;
  if (act === "react") toggle(page, item, emoji);
  else if (act === "thread") ACTS.thread?.run(page, item, pressed);
  else if (act === "menu") openMenu(page, item, row);
  else if (act === "undo") undoDeletion(page, changesOf(page, item));
  else if (item.reply !== undefined) page.tell("show", item.reply);
}

/** @param {PageState} page @param {KeyboardEvent} event */
function actByKey(page, event) {
  const { target, key } = event;
  const row = rowOf(target);
  const item = row && messageAt(row);
  if (row === undefined || item === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const may = mayWith(page, item);
  const opensMenu = key === "Enter" && target === row && hasAny(may);
  const act = Object.values(ACTS).find((each) => each.key?.toLowerCase() === key.toLowerCase() && may[each.needs]);
  if (!opensMenu && act === undefined) return;
  event.preventDefault();
  if (act === undefined) openMenu(page, item, row);
  else act.run(page, item, row);
}

/** @param {HTMLElement} log @param {(row: HTMLElement) => void} open */
function onLongPress(log, open) {
  let timer = 0;
  let from = { clientX: 0, clientY: 0 };
  const cancel = () => {
    clearTimeout(timer);
    timer = 0;
  };
  log.addEventListener("pointerdown", (event) => {
    const row = rowOf(event.target);
    cancel();
    if (event.pointerType !== "touch" || row === undefined) return;
    if (event.target instanceof Element && event.target.closest(PRESSED)) return;
    from = event;
    timer = setTimeout(() => {
      ignoreLift();
      open(row);
    }, LONG_PRESS_MS);
  });
  log.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - from.clientX, clientY - from.clientY) > LONG_PRESS_PX) cancel();
  });
  for (const type of ["pointerup", "pointercancel", "scroll"]) log.addEventListener(type, cancel, { passive: true });
}

/** What a finger is over when it is lifted was not chosen: it has opened the menu there. */
function ignoreLift() {
  const ended = new AbortController();
  const options = { capture: true, signal: ended.signal };
  addEventListener("click", (event) => {
    event.stopPropagation();
    event.preventDefault();
  }, options);
  for (const type of ["pointerup", "pointercancel"]) {
    addEventListener(type, () => setTimeout(() => ended.abort(), LIFT_MS), options);
  }
}
