/** What a block of code has besides its text: a button that copies it, one that unfolds it if it is long, and colours. @module */

import { copyText } from "../clipboard.js";
import { button, byId, make } from "../dom.js";
import { moreWords } from "../languages.js";
import { lateStyle } from "../late_style.js";
import { CONFIRMED_MS } from "../limits.js";
import { word } from "../words.js";

/** @param {HTMLElement} block */
export async function equip(block) {
  const pre = block.firstElementChild;
  if (!(pre instanceof HTMLPreElement)) return;
  await Promise.all([lateStyle(), moreWords()]);
  const code = pre.textContent ?? "";
  const copy = button(word("copy"), () => copyCode(copy, code), { class: "copy", "aria-label": word("copyCode") });
  block.append(copy);
  if (block.classList.contains("long")) block.append(unfoldButton(block, code.split("\n").length));
  const { language } = block.dataset;
  if (language !== undefined) await colour(pre, code, language);
}

/** @param {HTMLElement} copy @param {string} code */
async function copyCode(copy, code) {
  const said = word(await copyText(code) ? "copied" : "notCopied");
  copy.textContent = byId("announcer").textContent = said;
  setTimeout(() => copy.textContent = word("copy"), CONFIRMED_MS);
}

/** @param {HTMLElement} block @param {number} lines */
function unfoldButton(block, lines) {
  const unfold = button("", () => {
    const open = block.classList.toggle("open");
    show(open);
    if (!open) block.scrollIntoView({ block: "nearest" });
    // A reader who unfolds it wants its beginning: the log, which may follow its end, looks whether that is still in view.
    block.closest("#log")?.dispatchEvent(new Event("scroll"));
  }, { class: "unfold" });
  /** @param {boolean} open */
  const show = (open) => {
    unfold.textContent = open ? word("fold") : word("unfold", { count: lines });
    unfold.setAttribute("aria-expanded", String(open));
  };
  show(false);
  return unfold;
}

/** @param {HTMLElement} pre @param {string} code @param {string} language */
async function colour(pre, code, language) {
  const { highlight } = await import("./highlight.js");
  const pieces = highlight(code, language);
  if (pieces === undefined) return;
  pre.replaceChildren(
    ...pieces.map(({ kind, text }) => kind === undefined ? text : make("span", { class: kind }, text)),
  );
}
