/** Files that are dropped or pasted: this page cannot send them, and says so. @module */

import { byId } from "../dom.js";
import { word } from "../words.js";

/** @param {import("../page_state.js").PageState} page */
export function refuseFiles(page) {
  const refuse = (/** @type {Event} */ event, /** @type {DataTransfer | null} */ data) => {
    if (!data?.types.includes("Files")) return;
    // What is pasted from an office program comes as a picture as well as as text.
    if (data.types.includes("text/plain") && event.type === "paste") return;
    event.preventDefault();
    if (event.type !== "dragover") page.tell("notice", word("noFiles"));
  };
  // A file that is dropped would otherwise open in place of the page.
  for (const type of /** @type {const} */ (["dragover", "drop"])) {
    addEventListener(type, (event) => refuse(event, event.dataTransfer));
  }
  byId("field").addEventListener("paste", (event) => refuse(event, event.clipboardData));
}
