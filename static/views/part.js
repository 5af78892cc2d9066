/** A part of the page that is not there from the beginning. @module */

import { moreWords } from "../languages.js";
import { lateStyle } from "../late_style.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/**
 * Uses a module as soon as it is there, with the words and the style of what is fetched later. Resolves when that is done, or when it is
 * told that there is none.
 *
 * @template Part
 * @param {PageState} page
 * @param {Promise<Part>} part
 * @param {(part: Part) => void} use
 * @returns {Promise<void>}
 */
export function usePart(page, part, use) {
  return Promise.all([part, lateStyle(), moreWords()]).then(
    ([part]) => use(part),
    () => page.tell("notice", word("partMissing")),
  );
}
