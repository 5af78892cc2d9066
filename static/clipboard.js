/** The clipboard of the system. @module */

import { make } from "./dom.js";

/** Puts a text on it. @param {string} text @returns {Promise<boolean>} whether that could be done */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The old way: pages of plain HTTP have no other. @param {string} text */
function copySelected(text) {
  const focused = document.activeElement;
  const field = make("textarea", { class: "unseen", "aria-hidden": "true", readonly: "" }, text);
  // Tabs and line ends are copied as they are shown.
  field.style.whiteSpace = "pre";
  // What is outside an open dialog cannot be selected.
  (focused?.closest("dialog") ?? document.body).append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
