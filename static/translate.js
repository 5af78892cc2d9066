/** The words of the page's HTML in another language. @module */

/** @import { Key } from "./words/en.js" */

/** What an element says, by its `data-` attributes: its text, or one of its attributes. */
const PLACES = { word: "", wordLabel: "aria-label", wordHint: "placeholder", wordTitle: "title", wordDir: "dir" };

/** @param {ParentNode} root @param {(key: Key) => string} word */
export function putWords(root, word) {
  for (const [name, attribute] of Object.entries(PLACES)) {
    const selector = `[data-${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}]`;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector))) {
      const said = word(/** @type {Key} */ (element.dataset[name]));
      if (attribute === "") element.textContent = said;
      else element.setAttribute(attribute, said);
    }
  }
}
