/** A dialog's frame. @module */

import { button, make } from "../dom.js";
import { word } from "../words.js";

/** Opens a dialog that is gone once it is closed. @param {string} title @param {...Node} children */
export function showDialog(title, ...children) {
  const close = button("×", () => dialog.close(), { class: "icon-button bar", "aria-label": word("close") });
  const heading = make("h2", { id: "dialog-title" }, title);
  const dialog = make(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    make("div", { class: "dialog-head bar" }, heading, close),
    ...children,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    putCaret();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Where one dialog came from another, Chromium gives the field its focus back without the caret: what is typed would go nowhere. */
function putCaret() {
  const field = document.activeElement;
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  field.blur();
  field.focus({ preventScroll: true });
}
