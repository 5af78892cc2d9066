/** The parts of the page that are fetched once it is up: nobody needs them at once. @module */

import { AHEAD_MS } from "../limits.js";

/** @import { PageState } from "../page_state.js" */

const PARTS = { dialogs: () => import("./dialogs.js") };
/** @typedef {{ [Name in keyof typeof PARTS]: Awaited<ReturnType<typeof PARTS[Name]>> }} Parts */

/** Fetches all of them a while after the page is connected: they are there when the server is not. @param {PageState} page */
export function fetchAhead(page) {
  let timer = 0;
  page.on("link", () => {
    if (!page.link.online) return;
    timer ||= setTimeout(() => {
      for (const part of Object.values(PARTS)) part().catch(() => {});
    }, AHEAD_MS);
  });
}

/**
 * Uses a part as soon as it is there.
 *
 * @template {keyof Parts} Name
 * @param {PageState} page
 * @param {Name} name
 * @param {(part: Parts[Name]) => void} use
 */
export function later(page, name, use) {
  /** @type {Promise<Parts[Name]>} */ (PARTS[name]()).then(
    use,
    () => page.tell("notice", "The server cannot be reached, and this part of the page is not here yet"),
  );
}
