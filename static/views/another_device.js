/** A link by which another device of the same person becomes the same identity. It carries the key, so it is shown for a short while only. @module */

import { ROOT } from "../address.js";
import { button, make } from "../dom.js";
import { KEY_SHOWN_MS } from "../limits.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { revoking } from "./revoke.js";
import { waysToGive } from "./ways_to_give.js";

/** @param {import("../page_state.js").PageState} page */
export function showAnotherDevice(page) {
  const place = make("div", { role: "group", "aria-label": word("anotherDevice") });
  const status = make("p", { class: "quiet", role: "status" });
  let timer = 0;
  const show = () => {
    const key = page.storage.get("key");
    if (key === null) return;
    const address = new URL(`${ROOT}i#key.${key}.${encodeURIComponent(page.me.name)}`, location.href).href;
    place.replaceChildren(...waysToGive(page, address, word("anotherDevice")));
    status.textContent = "";
    place.querySelector("button")?.focus();
    timer = setTimeout(() => {
      hide();
      status.textContent = word("keyIsHidden");
    }, KEY_SHOWN_MS);
  };
  const hide = () => place.replaceChildren(button(word("showKeyLink"), show, { class: "primary filled" }));
  hide();
  const dialog = showDialog(word("anotherDevice"), make("p", {}, word("keyWarning")), place, status, revoking(page));
  dialog.addEventListener("close", () => clearTimeout(timer));
}
