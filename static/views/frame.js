/** What is around reading and writing. It comes once the page is connected, so that those two need not wait for it. @module */

import { showBeginning } from "./beginning.js";
import { refuseFiles } from "./files.js";
import { greet } from "./greeting.js";
import { showJoin } from "./join.js";
import { listenToKeys } from "./keys.js";
import { showPanels } from "./panels.js";
import { showPeople } from "./people.js";
import { followPlaces } from "./places.js";
import { word } from "../words.js";

/** @param {import("../page_state.js").PageState} page */
export function showFrame(page) {
  showPanels(page);
  showJoin(page);
  showBeginning(page);
  showPeople(page);
  greet(page);
  listenToKeys(page);
  refuseFiles(page);
  followPlaces(page);
  if (!page.storage.holds) page.tell("notice", word("nothingIsKept"));
}
