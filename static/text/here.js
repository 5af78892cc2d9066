/** A text as this page shows it: its links may lead to other rooms of the chat, and its blocks of code have buttons and colours. @module */

import { ROOT } from "../address.js";
import { render } from "./render.js";

/** @import { Known } from "./parts.js" */

/** Where this chat is: what is before the "/r/" of a room. */
const SITE = location.origin + ROOT.slice(0, -1);

/** @param {string} text @param {Known} [known] */
export function renderHere(text, known) {
  const fragment = render(text, { site: SITE, ...known });
  const blocks = text.includes("```") ? fragment.querySelectorAll(".code-block") : [];
  for (const block of /** @type {Iterable<HTMLElement>} */ (blocks)) {
    // Without the server it can still be read.
    import("./code_tools.js").then(({ equip }) => equip(block), () => {});
  }
  return fragment;
}
