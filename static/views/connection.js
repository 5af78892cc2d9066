/** The link's state: a word in the header where all is not well, and a strip above the composer once that has lasted a while. @module */

import { byId } from "../dom.js";
import { BANNER_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showConnection(page) {
  const { link } = page;
  const banner = byId("banner");
  let bannerTimer = 0;
  let countdownTimer = 0;

  const showBanner = () => {
    const text = bannerText(page);
    if (byId("banner-text").textContent !== text) byId("banner-text").textContent = text;
    banner.hidden = false;
    clearInterval(countdownTimer);
    countdownTimer = setInterval(() => showCountdown(page), 1000);
    showCountdown(page);
  };

  page.on("link", () => {
    const { phase } = link.state;
    byId("status").dataset.phase = phase;
    byId("status-text").textContent = phase === "online" ? "" : word(phase);
    if (phase === "online") {
      clearTimeout(bannerTimer);
      bannerTimer = 0;
      clearInterval(countdownTimer);
      // The banner was read out; its going is not.
      if (!banner.hidden) byId("announcer").textContent = word("connectedAgain");
      banner.hidden = true;
    } else if (!banner.hidden) showBanner();
    else bannerTimer ||= setTimeout(showBanner, BANNER_MS);
  });
  page.on("messages", () => !banner.hidden && showBanner());
  byId("retry").addEventListener("click", () => link.start());
  for (const type of ["online", "offline", "pageshow", "focus"]) addEventListener(type, () => link.wake());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) link.wake();
  });
}

/** @param {PageState} page */
function bannerText({ link, unsent }) {
  const { phase, reason = "" } = link.state;
  if (phase === "refused") return word("notLetIn", { reason });
  const where = word(navigator.onLine ? "noConnection" : "youAreOffline");
  const count = unsent.count;
  return `${where} ${count > 0 ? word("messagesWait", { count }) : word("keptAndSentLater")}`;
}

/** @param {PageState} page */
function showCountdown({ link, world }) {
  const { phase, retryAtMs = 0 } = link.state;
  const seconds = Math.max(0, Math.ceil((retryAtMs - world.now()) / 1000));
  const next = phase === "waiting" ? word("nextTry", { seconds }) : "";
  byId("banner-countdown").textContent = phase === "connecting" ? word("trying") : next;
}
