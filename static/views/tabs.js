/** Other tabs of the same browser: what is read, followed, drafted or chosen in one is so in all, at once. @module */

import { agreeOnRead } from "../read_marks.js";
import { rename } from "../rename.js";

/** @param {import("../page_state.js").PageState} page */
export function agreeWithTabs(page) {
  addEventListener("storage", ({ key }) => {
    // Without a key everything was cleared.
    const changed = key?.replace(/^switchboard\./, "");
    if (changed === "rooms") agreeOnRooms(page);
    else if (changed === "read") { for (const room of page.rooms) agreeOnRead(page.reading, room); }
    else if (changed === "drafts") page.tell("drafts");
    else if (changed === "settings" || changed === "levels") page.tell("settings");
    else if (changed === "ignored") {
      page.settings.agree();
      page.tell("settings");
    } else if (changed === "name") agreeOnName(page);
    // Another tab was told to forget everything.
    else if (changed === "key" && page.storage.get("key") === null) location.reload();
  });
}

/** Another tab has joined rooms, or left some. @param {import("../page_state.js").PageState} page */
function agreeOnRooms(page) {
  const { names } = page.followed;
  for (const room of [...page.rooms]) {
    const isNeeded = room === page.room || page.unsent.of(room.name).length > 0;
    if (!isNeeded && !names.includes(room.name)) page.rooms.close(room);
  }
  page.openAll(names);
}

/** @param {import("../page_state.js").PageState} page */
function agreeOnName(page) {
  const name = page.storage.get("name");
  if (name && name !== page.me.name) rename(page, name, () => {});
}
