/** The link's state: a word in the header, and a banner once it has been down for a while. @module */

import { byId } from "../dom.js";
import { BANNER_MS } from "../limits.js";

const WORDS = { online: "Connected", connecting: "Connecting", waiting: "Offline", refused: "Refused" };

/** @param {import("../page_state.js").PageState} page */
export function showConnection(page) {
  const { link, world } = page;
  const banner = byId("banner");
  let bannerTimer = 0;
  let countdownTimer = 0;

  const showCountdown = () => {
    const { phase, retryAtMs } = link.state;
    const seconds = Math.max(0, Math.ceil(((retryAtMs ?? 0) - world.now()) / 1000));
    const next = phase === "waiting" ? `Next try in ${seconds} s` : "";
    byId("banner-countdown").textContent = phase === "connecting" ? "Trying …" : next;
  };

  const showBanner = () => {
    const { phase, reason } = link.state;
    const where = navigator.onLine ? "No connection." : "You are offline.";
    const text = phase === "refused"
      ? `The server does not let this page in: ${reason}`
      : `${where} What you write is kept and sent later.`;
    if (byId("banner-text").textContent !== text) byId("banner-text").textContent = text;
    banner.hidden = false;
    clearInterval(countdownTimer);
    countdownTimer = setInterval(showCountdown, 1000);
    showCountdown();
  };

  page.on("link", () => {
    const { phase } = link.state;
    byId("status").dataset.phase = phase;
    byId("status-text").textContent = WORDS[phase];
    if (phase === "online") {
      clearTimeout(bannerTimer);
      bannerTimer = 0;
      clearInterval(countdownTimer);
      // The banner was read out; its going is not.
      if (!banner.hidden) byId("announcer").textContent = "Connected again";
      banner.hidden = true;
    } else if (!banner.hidden) showBanner();
    else bannerTimer ||= setTimeout(showBanner, BANNER_MS);
  });
  byId("retry").addEventListener("click", () => link.start());
  for (const type of ["online", "offline", "pageshow", "focus"]) addEventListener(type, () => link.wake());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) link.wake();
  });
}
