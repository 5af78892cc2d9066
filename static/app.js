/**
 * The page: puts its state and its views together. A view reads the state, calls it and gets its changes; none knows this file.
 * Read `page_state.js` next, `client/client.js` below it, and then the views in any order.
 *
 * @module
 */

import { browserWorld } from "./client/world.js";
import { writeOn } from "./dom.js";
import { PageState } from "./page_state.js";
import { roomAt } from "./room_names.js";
import { watchAttention } from "./views/attention.js";
import { showBeginning } from "./views/beginning.js";
import { Composer } from "./views/composer.js";
import { showConnection } from "./views/connection.js";
import { showJoin } from "./views/join.js";
import { listenToKeys } from "./views/keys.js";
import { fetchAhead } from "./views/later.js";
import { LogView } from "./views/log_view.js";
import { greet, showMe } from "./views/me.js";
import { showNotices } from "./views/notices.js";
import { showPanels } from "./views/panels.js";
import { showPeople } from "./views/people.js";
import { sayWhere, showRooms } from "./views/rooms.js";
import { speak, translate } from "./words.js";

/** @param {string} id */
function urlFor(id) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${encodeURIComponent(id)}`;
}

async function start() {
  await speak("auto", navigator.languages);
  translate(document);
  const { name, asked } = roomAt(location.pathname);
  const page = new PageState(browserWorld(), urlFor, name);
  new Composer(page);
  new LogView(page);
  showPanels(page);
  watchAttention(page);
  showRooms(page);
  showJoin(page);
  showBeginning(page);
  showPeople(page);
  showConnection(page);
  showNotices(page);
  showMe(page);
  listenToKeys(page);
  fetchAhead(page);
  // Every view shows it now.
  page.go(page.room.name);
  sayWhere(page, asked);
  await page.identify();
  greet(page);
  page.start();
  writeOn();
}

start();
