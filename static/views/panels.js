/** The panels at the sides, which come in over the log if the window is narrow. @module */

import { byId } from "../dom.js";
import { KEYBOARD_PX } from "../limits.js";

const NAMES = ["rooms", "people"];

/** @param {string} name */
function openPanel(name) {
  closePanels();
  byId(name).classList.add("open");
  byId("scrim").classList.add("open");
  byId(name + "-open").setAttribute("aria-expanded", "true");
  byId("main").inert = true;
  byId(name).tabIndex = -1;
  byId(name).focus();
  // The entry that Back takes away, so that it closes the panel and stays in the room.
  if (!history.state?.panel) history.pushState({ panel: true }, "");
}

/** Takes the open panel out of the way, and the focus back to the button that opened it. */
function hidePanels() {
  byId("main").inert = false;
  byId("scrim").classList.remove("open");
  for (const name of NAMES) {
    const wasOpen = byId(name).classList.contains("open");
    byId(name).classList.remove("open");
    byId(name + "-open").setAttribute("aria-expanded", "false");
    if (wasOpen) byId(name + "-open").focus();
  }
}

export function closePanels() {
  hidePanels();
  if (history.state?.panel) history.back();
}

/** @param {import("../page_state.js").PageState} page */
export function showPanels(page) {
  page.on("room", hidePanels);
  for (const name of NAMES) {
    byId(name + "-open").addEventListener("click", () => openPanel(name));
    byId(name).querySelector(".close")?.addEventListener("click", closePanels);
  }
  byId("scrim").addEventListener("click", closePanels);
  addEventListener("popstate", hidePanels);
  // A window wide enough has its panels beside the log, which must not stay shut off.
  matchMedia("(max-width: 68rem)").addEventListener("change", closePanels);
  // Some on-screen keyboards cover the page instead of shrinking it.
  visualViewport?.addEventListener("resize", () => {
    const covered = innerHeight - (visualViewport?.height ?? innerHeight) * (visualViewport?.scale ?? 1);
    document.body.style.blockSize = covered > KEYBOARD_PX ? `${innerHeight - covered}px` : "";
    if (covered > KEYBOARD_PX) scrollTo(0, 0);
  });
}
