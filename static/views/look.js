/** What the settings change in the look of the page. @module */

import { showHours } from "../formats.js";

/** @param {import("../page_state.js").PageState} page */
export function showLook({ settings }) {
  const { dataset } = document.documentElement;
  for (const choice of /** @type {const} */ (["theme", "density", "motion"])) dataset[choice] = settings.of(choice);
  showHours(settings.of("hours"));
}
