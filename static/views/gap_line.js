/** What says that messages are missing. @module */

import { button, make } from "../dom.js";
import { word } from "../words.js";

/** @import { Gap } from "../gaps.js" */

/** @param {Gap} gap @param {(done: () => void) => void} load fetches them, where they are to be had */
export function gapLine({ count, isBreak, loadable }, load) {
  const what = count === undefined ? word("messages") : word("messageCount", { count });
  const said = isBreak ? "historyRestarts" : loadable ? "notShown" : "notKept";
  const mark = make("div", { class: "mark bar quiet gap" }, word(said, { what }));
  if (!loadable) return mark;
  const press = button(word("load"), () => {
    press.disabled = true;
    load(() => press.disabled = false);
  });
  mark.append(press);
  return mark;
}
