/**
 * The page: puts its state and its views together. A view reads the state, calls it and gets its changes; none knows this file.
 * Read `page_state.js` next, `client/client.js` below it, and then the views in any order.
 *
 * @module
 */

import { pathHere, socketUrl } from "./address.js";
import { browserWorld } from "./client/world.js";
import { writeOn } from "./dom.js";
import { BANNER_MS } from "./limits.js";
import { PageState } from "./page_state.js";
import { roomAt } from "./room_names.js";
import { watchAttention } from "./views/attention.js";
import { Composer } from "./views/composer.js";
import { showConnection } from "./views/connection.js";
import { fetchAhead } from "./views/later.js";
import { LogView } from "./views/log_view.js";
import { showMe } from "./views/me.js";
import { showNotices } from "./views/notices.js";
import { sayWhere, showRooms } from "./views/rooms.js";
import { moreWords, speak, translate } from "./words.js";

/**
 * What is around reading and writing comes once the page is connected, or cannot be for a while.
 *
 * @param {PageState} page
 */
function addFrame(page) {
  let wanted = true;
  const add = async () => {
    if (!wanted) return;
    wanted = false;
    try {
      const [{ showFrame }] = await Promise.all([import("./views/frame.js"), moreWords()]);
      showFrame(page);
    } catch {
      wanted = true;
    }
  };
  page.on("link", () => page.link.online && add());
  setTimeout(add, BANNER_MS);
}

async function start() {
  await speak("auto", navigator.languages);
  translate(document);
  const { name, asked } = roomAt(pathHere());
  const page = new PageState(browserWorld(), socketUrl, name);
  new Composer(page);
  new LogView(page);
  watchAttention(page);
  showRooms(page);
  showConnection(page);
  showNotices(page);
  showMe(page);
  fetchAhead(page);
  addFrame(page);
  // Every view shows it now.
  page.go(page.room.name);
  sayWhere(page, asked);
  await page.identify();
  page.start();
  // Another tab, or the next one, need not wait for what this one leaves behind.
  addEventListener("pagehide", () => page.unsent.stop());
  addEventListener("pageshow", ({ persisted }) => persisted && page.unsent.start());
  writeOn();
}

start();
