/**
 * Deleting a message, with some seconds to think again. The deletion is kept in the browser at once and sent when they are over, or when
 * the page goes: so a closed tab breaks no promise, and what was sent in error need not be brought back, which no server could do.
 *
 * @module
 */

import { change } from "../changing.js";
import { byId } from "../dom.js";
import { UNDO_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {Item} item */
export function deleteForNow(page, item) {
  const entry = change(page, item, { type: "delete" }, "held");
  if (entry === undefined) return;
  const release = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", release);
    page.unsent.release(entry);
  };
  const timer = setTimeout(release, UNDO_MS);
  // Before the view that leaves what is not sent to the next tab.
  addEventListener("pagehide", release, { capture: true });
  byId("announcer").textContent = word("deletedForNow");
}

/** Takes back what is not gone yet. @param {PageState} page @param {Entry[]} changes of a message */
export function undoDeletion({ unsent }, changes) {
  const held = changes.find(({ type, state }) => type === "delete" && state === "held");
  if (held !== undefined) unsent.remove(held);
}
