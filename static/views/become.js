/** Becoming somebody else in this browser. @module */

/** @import { PageState } from "../page_state.js" */

/** Nothing more is sent as the one from before, and what waits is not sent as the next one. @param {PageState} page @param {string} key the next one's */
export function become({ link, storage }, key) {
  link.stop();
  storage.set("key", key);
  for (const old of ["id", "next"]) storage.set(old, null);
  location.reload();
}

/** Goes on as the next one where the server has ended the one from before, and its answer was lost on the way. @param {PageState} page */
export function becomeNext(page) {
  const look = () => {
    const next = page.storage.get("next");
    if (next !== null && page.link.state.error?.code === "revoked") become(page, next);
  };
  page.on("link", look);
  look();
}
