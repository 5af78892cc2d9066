/**
 * What stands at a message for a while: its menu, the table of emoji, who reacted. Beside the message where there is a mouse, and at
 * the bottom of the screen where there are fingers. It stays at its message while others come, and goes with it.
 *
 * @module
 */

import { byId, make } from "../dom.js";
import { messageAt } from "./message.js";

/**
 * @param {HTMLElement} row that of the message
 * @param {string} label
 * @param {...Node} children
 * @returns {{ element: HTMLElement, close(): void }}
 */
export function openPopup(row, label, ...children) {
  const focused = document.activeElement;
  const item = messageAt(row);
  const isSheet = matchMedia("(pointer: coarse)").matches;
  const element = isSheet
    ? make("dialog", { class: "popup sheet", "aria-label": label }, ...children)
    : make("div", { class: "popup", role: "group", popover: "auto", "aria-label": label }, ...children);
  const ended = new AbortController();
  const { signal } = ended;
  const end = () => {
    if (signal.aborted) return;
    ended.abort();
    const had = element.contains(document.activeElement) || document.activeElement === document.body;
    element.remove();
    row.classList.remove("open");
    if (had) focusAgain(focused, row);
  };
  byId("main").append(element);
  row.classList.add("open");
  if (element instanceof HTMLDialogElement) {
    closeByBackdrop(element, end);
    element.showModal();
    return { element, close: end };
  }
  element.addEventListener("toggle", ({ newState }) => newState === "closed" && end(), { signal });
  element.showPopover();
  /** On the side where there is room at first. @type {boolean | undefined} */
  let above;
  const follow = () => {
    above ??= beginningOf(row).bottom + element.offsetHeight + 8 > innerHeight;
    if (!placeAt(element, row, above)) end();
  };
  follow();
  byId("log").addEventListener("scroll", follow, { signal, passive: true });
  addEventListener("resize", follow, { signal });
  // It may be moved, or taken away.
  const watcher = new MutationObserver(() =>
    row.isConnected && messageAt(row)?.deleted === item?.deleted ? follow() : end()
  );
  for (const list of [byId("rows"), byId("pending")]) watcher.observe(list, { childList: true });
  watcher.observe(row, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => watcher.disconnect());
  return { element, close: end };
}

/** A finger that is lifted after a long press was not put on the backdrop. @param {HTMLDialogElement} dialog @param {() => void} end */
function closeByBackdrop(dialog, end) {
  let pressed = false;
  dialog.addEventListener("pointerdown", ({ target }) => pressed = target === dialog);
  dialog.addEventListener("click", ({ target }) => pressed && target === dialog && end());
  dialog.addEventListener("close", end);
}

/** @param {Element | null} focused @param {HTMLElement} row */
function focusAgain(focused, row) {
  const isThere = focused instanceof HTMLElement && focused.isConnected && focused !== document.body;
  if (isThere) return focused.focus({ preventScroll: true });
  if (!row.isConnected) return byId("log").focus({ preventScroll: true });
  row.tabIndex = 0;
  row.focus({ preventScroll: true });
}

/** Where the bar of a message stands, whether it is there or not. @param {HTMLElement} row */
function beginningOf(row) {
  const { left, right } = row.getBoundingClientRect();
  const { top = 0 } = row.querySelector(":scope > .who")?.getBoundingClientRect() ?? {};
  return { left: left + 24, right: right - 24, top: top - 20, bottom: top + 16 };
}

/** Beside the beginning of a message, and within the window. @param {HTMLElement} popup @param {HTMLElement} row @param {boolean} above @returns {boolean} whether that is in view */
function placeAt(popup, row, above) {
  const { left, right, top, bottom } = beginningOf(row);
  const log = byId("log").getBoundingClientRect();
  if (row.getBoundingClientRect().bottom < log.top || top > log.bottom) return false;
  const { offsetWidth: width, offsetHeight: height } = popup;
  const x = getComputedStyle(row).direction === "rtl" ? left : right - width;
  const y = above ? top - height - 4 : bottom + 4;
  popup.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  popup.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  return true;
}
