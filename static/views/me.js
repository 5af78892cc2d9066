/** The own name: where it is shown and where it is changed. @module */

import { byId, initialOf } from "../dom.js";
import { hueOf } from "../hues.js";
import { usePart } from "./part.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showMe(page) {
  const show = () => {
    const { id, name } = page.me;
    byId("me-name").textContent = name;
    byId("me-face").textContent = name && initialOf(name);
    byId("me").className = `bar ${hueOf(id)}`;
  };
  page.on("me", show);
  show();
  byId("me").addEventListener("click", () => usePart(page, import("./dialogs.js"), ({ askName }) => askName(page)));
}
