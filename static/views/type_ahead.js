/** What is typed while a field is on its way belongs into that field, not to what has the focus until then. @module */

import { TYPED_AHEAD_KEYS } from "../limits.js";

let coming = false;

/** Keeps the keys until a field has come, and types them there. @param {() => Promise<unknown>} fetch brings the field, and the focus into it; gives `true` if that was there before */
export function typeAhead(fetch) {
  if (coming) return;
  coming = true;
  const focused = document.activeElement;
  /** @type {string[]} */
  const keys = [];
  const keep = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isTyped(event.key)) return;
    if (keys.length < TYPED_AHEAD_KEYS) keys.push(event.key);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", keep, true);
  fetch().then((wasThere) => {
    coming = false;
    removeEventListener("keydown", keep, true);
    // Nothing has come: what was meant for it must not be sent as a message.
    if (wasThere === true || document.activeElement !== focused) keys.forEach(type);
  });
}

/** @param {string} key */
function isTyped(key) {
  return [...key].length === 1 || key === "Enter" || key === "Backspace";
}

/** As the browser does it, for whatever has the focus by now. @param {string} key */
function type(key) {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  const goesOn = field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  if (!goesOn) return;
  if (key === "Enter") return field.form?.requestSubmit();
  const { selectionStart, selectionEnd } = field;
  const [start, end] = [selectionStart ?? 0, selectionEnd ?? 0];
  if (key === "Backspace") field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
  else field.setRangeText(key, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
