/** Notices for everybody, and new messages for a screen reader. @module */

import { byId } from "../dom.js";
import * as limits from "../limits.js";

/** @param {import("../page_state.js").PageState} page */
export function showNotices(page) {
  let noticeTimer = 0;
  page.on("notice", (what) => {
    byId("notice").textContent = what;
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => byId("notice").textContent = "", limits.NOTICE_MS);
  });

  let announcedMs = -Infinity;
  let announceTimer = 0;
  let unannounced = 0;
  // No more often than one can listen.
  page.on("news", ({ name, text }) => {
    unannounced++;
    announceTimer ||= setTimeout(() => {
      byId("announcer").textContent = unannounced === 1
        ? `${name}: ${text.slice(0, 200)}`
        : `${unannounced} new messages`;
      announcedMs = performance.now();
      announceTimer = unannounced = 0;
    }, Math.max(100, announcedMs + limits.ANNOUNCE_MS - performance.now()));
  });
}
