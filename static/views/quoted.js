/** A message in a dialog: who said what, and when. @module */

import { make, nameLabel } from "../dom.js";
import { timeLabel } from "../formats.js";
import { word } from "../words.js";

/** @param {{ name: string, ts: number, text: string, deleted?: boolean }} message */
export function quoted({ name, ts, text, deleted }) {
  const said = deleted ? make("p", { class: "quiet" }, word("deletedMessage")) : make("p", { dir: "auto" }, text);
  return make("blockquote", { class: "quoted" }, nameLabel(name, "name"), " ", make("time", {}, timeLabel(ts)), said);
}
