/** Becoming somebody else in this browser. @module */

/** @import { PageState } from "../page_state.js" */

/** Nothing more is sent as the one from before, and what waits is not sent as the next one. @param {PageState} page @param {string} key the next one's @param {string} [name] if it is known; else the next one is called as the one from before */
export function become({ link, storage }, key, name) {
  link.stop();
  storage.set("key", key);
  if (name) {
    storage.set("name", name);
    storage.set("greeted", "yes");
  }
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
