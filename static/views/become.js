/** Becoming somebody else in this browser. @module */

/** Nothing more is sent as the one from before, and what waits is not sent as the next one. @param {import("../page_state.js").PageState} page @param {string} key the next one's */
export function become({ link, storage }, key) {
  link.stop();
  storage.set("key", key);
  storage.set("id", null);
  location.reload();
}
