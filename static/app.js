/**
 * The page: puts its state and its views together. A view reads the state, calls it and gets its changes; none knows this file.
 * Read `page_state.js` next, `client/client.js` below it, and then the views in any order.
 *
 * @module
 */

import { browserWorld } from "./client/world.js";
import { byId } from "./dom.js";
import { PageState } from "./page_state.js";
import { roomAt } from "./room_names.js";
import { watchAttention } from "./views/attention.js";
import { Composer } from "./views/composer.js";
import { showConnection } from "./views/connection.js";
import { listenToKeys } from "./views/keys.js";
import { fetchAhead } from "./views/later.js";
import { LogView } from "./views/log_view.js";
import { greet, showMe } from "./views/me.js";
import { showNotices } from "./views/notices.js";
import { showPanels } from "./views/panels.js";
import { showPeople } from "./views/people.js";
import { showRooms } from "./views/rooms.js";

/** @param {string} id */
function urlFor(id) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${encodeURIComponent(id)}`;
}

async function start() {
  const page = new PageState(browserWorld(), urlFor, roomAt(location.pathname));
  new Composer(page);
  new LogView(page);
  showPanels(page);
  watchAttention(page);
  showRooms(page);
  showPeople(page);
  showConnection(page);
  showNotices(page);
  showMe(page);
  listenToKeys(page);
  fetchAhead(page);
  // Every view shows it now.
  page.go(page.room.name);
  await page.identify();
  greet(page);
  page.start();
  if (matchMedia("(hover: hover)").matches) byId("field").focus();
}

start();
