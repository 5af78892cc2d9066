/** Other tabs of the same browser: what is read, followed, drafted or chosen in one is so in all, at once. @module */

import { rename } from "../rename.js";

/** @param {import("../page_state.js").PageState} page */
export function agreeWithTabs(page) {
  addEventListener("storage", ({ key }) => {
    // Without a key everything was cleared.
    const changed = key?.replace(/^switchboard\./, "");
    if (changed === "rooms") page.agreeOnRooms();
    else if (changed === "read") page.agreeOnRead();
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

/** @param {import("../page_state.js").PageState} page */
function agreeOnName(page) {
  const name = page.storage.get("name");
  if (name && name !== page.me.name) rename(page, name, () => {});
}
