/** What stands before the title of a room: its mark, or of the other one of two the disc. @module */

import { initialOf, make } from "../dom.js";
import { hueOf } from "../hues.js";
import { markOf } from "../room_titles.js";

/** Makes one, or brings it up to date: it is touched only where it looks otherwise. @param {import("../room_titles.js").Called} called */
export function showMark(called, mark = make("span", {})) {
  const { title, other } = called;
  const look = other === undefined ? "hash" : `face ${hueOf(other)}`;
  const said = other === undefined ? markOf(called) : initialOf(title);
  if (mark.className !== look) mark.className = look;
  mark.ariaHidden = other === undefined ? null : "true";
  if (mark.textContent !== said) mark.textContent = said;
  return mark;
}
