/** What is around reading and writing. It comes once the page is connected, so that those two need not wait for it. @module */

import { pathOf } from "../address.js";
import { byId } from "../dom.js";
import { NOTICE_MS } from "../limits.js";
import { roomName } from "../room_names.js";
import { watchAttention } from "./attention.js";
import { tellOfAbsence } from "./absence.js";
import { becomeNext } from "./become.js";
import { showBeginning } from "./beginning.js";
import { showClosed } from "./closed.js";
import { showConnection } from "./connection.js";
import { markEdited } from "./edit_mark.js";
import { EXTRAS } from "./extras.js";
import { refuseFiles } from "./files.js";
import { greet } from "./greeting.js";
import { showJoin } from "./join.js";
import { showKept } from "./kept.js";
import { listenToKeys } from "./keys.js";
import { ahead, fetchAhead, later } from "./later.js";
import { addExtras } from "./message.js";
import { attendMessages } from "./message_acts.js";
import { mentionsIn } from "./mentions.js";
import { offerMine } from "./my_rooms.js";
import { notify } from "./notify.js";
import { showNotices } from "./notices.js";
import { showPanels } from "./panels.js";
import { showPeople } from "./people.js";
import { followPlaces } from "./places.js";
import { showPinned } from "./pinned.js";
import { showReported } from "./reported.js";
import { returnTo } from "./returning.js";
import { showHead } from "./room_head.js";
import { showRooms } from "./room_list.js";
import { showSlowMode } from "./slow_mode.js";
import { markStored } from "./stored_mark.js";
import { agreeWithTabs } from "./tabs.js";
import { explainTimes } from "./exact_times.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */
/** @import { LogView } from "./log_view.js" */

/** @param {PageState} page @param {string} asked what the address asked for @param {LogView} log */
export function showFrame(page, asked, log) {
  fetchAhead(page);
  watchAttention(page, log);
  returnTo(page, log);
  addExtras(page, EXTRAS);
  showNotices(page);
  showConnection(page);
  becomeNext(page);
  tellOfAbsence(page);
  showPanels(page);
  showRooms(page);
  showHead(page);
  showClosed(page);
  showSlowMode(page);
  showJoin(page);
  offerMine(page);
  showBeginning(page);
  showKept(page);
  showPinned(page);
  showReported(page);
  showPeople(page);
  attendMessages(page);
  markStored(page);
  markEdited(page);
  greet(page);
  listenToKeys(page, log);
  refuseFiles(page);
  followPlaces(page);
  notify(page);
  agreeWithTabs(page);
  explainTimes();
  page.mentionsIn = (text, before) => mentionsIn(page, text, before);
  ahead.then(() =>
    later(page, "completion", ({ complete }) => later(page, "shortcodes", ({ findEmoji }) => complete(page, findEmoji)))
  );
  byId("help").addEventListener("click", () => later(page, "dialogs", ({ showHelp }) => showHelp(page)));
  byId("settings-open").addEventListener(
    "click",
    () => later(page, "settings", ({ showSettings }) => showSettings(page)),
  );
  page.on("forget", () => later(page, "device", ({ forgetDevice }) => forgetDevice(page)));
  // Another tab, or the next one, need not wait for what this one leaves behind.
  addEventListener("pagehide", () => page.unsent.stop());
  addEventListener("pageshow", ({ persisted }) => persisted && page.unsent.start());
  if (!page.storage.holds) page.tell("notice", word("nothingIsKept"));
  sayWhere(page, asked);
  arrive(page);
}

/** Takes in what a link has brought. An invitation keeps the shown room closed until then, so it is told, and tried, again and again. @param {PageState} page */
async function arrive(page) {
  const brought = page.storage.get("brought");
  if (brought === null) return;
  let isThere = false;
  await later(page, "arriving", ({ takeIn }) => {
    isThere = true;
    takeIn(page, brought);
  });
  if (!isThere) setTimeout(() => arrive(page), NOTICE_MS);
}

/** Says so where an address asked for something else than the shown room, and puts it right. @param {PageState} page @param {string} typed */
function sayWhere(page, typed) {
  const room = page.room.name;
  if (typed === "" || typed === room) return;
  page.tell("notice", word(room === roomName(typed) ? "becameRoom" : "noRoomHere", { typed, room }));
  history.replaceState(null, "", pathOf(room));
}
