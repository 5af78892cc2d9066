/** Notices for everybody, and new messages for a screen reader. @module */

import { button, byId, make } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import * as limits from "../limits.js";
import { isShut, reasonOf } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";

/** @param {import("../page_state.js").PageState} page */
export function showNotices(page) {
  const strip = byId("notice");
  let noticeTimer = 0;
  const fade = () => {
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => strip.replaceChildren(), limits.NOTICE_MS);
  };
  page.on("notice", (notice) => {
    const { said, undo, label = word("undo") } = typeof notice === "string" ? { said: notice } : notice;
    strip.replaceChildren(make("span", {}, said));
    if (undo !== undefined) {
      strip.append(button(label, () => {
        strip.replaceChildren();
        undo();
      }));
    }
    fade();
  });
  page.on("joinRefused", ({ room, error }) => {
    // In the shown room it is said where one would write.
    if (room === page.room && (isShut(room) || error.code === "kicked")) return;
    page.tell("notice", word("cannotJoin", { room: labelOf(page, room.name), reason: reasonOf(error) }));
  });
  page.on("tooManyRooms", () => page.tell("notice", word("roomsAtMost", { count: limits.ROOMS })));
  // What can be acted on stays for as long as somebody is about to.
  for (const type of ["pointerenter", "focusin"]) strip.addEventListener(type, () => clearTimeout(noticeTimer));
  for (const type of ["pointerleave", "focusout"]) strip.addEventListener(type, fade);

  page.on("stored", ({ type, emoji = "", on }) => {
    // What others change is not said: there is too much of it.
    const said =
      /** @type {const} */ ({ edit: "saidEdited", delete: "saidDeleted", react: on ? "saidReacted" : "saidTakenBack" });
    if (type !== undefined) byId("announcer").textContent = word(said[type], { emoji });
  });

  let announcedMs = -Infinity;
  let announceTimer = 0;
  let unannounced = 0;
  // No more often than one can listen.
  page.on("news", ({ name, text }) => {
    unannounced++;
    announceTimer ||= setTimeout(() => {
      byId("announcer").textContent = unannounced === 1
        ? `${name}: ${excerptOf(text)}`
        : word("newMessages", { count: unannounced });
      announcedMs = performance.now();
      announceTimer = unannounced = 0;
    }, Math.max(100, announcedMs + limits.ANNOUNCE_MS - performance.now()));
  });
}
