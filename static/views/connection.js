/** The link's state: a word in the header where all is not well, and a strip above the composer once that has lasted a while. @module */

import { ROOT } from "../address.js";
import { byId, hide } from "../dom.js";
import { BANNER_MS, LOOK_AGAIN_MS, PROBE_MOST_MS, PROBE_MS } from "../limits.js";
import { reasonOf } from "../refusals.js";
import { locale, word } from "../words.js";
import { later } from "./later.js";

/** @import { PageState } from "../page_state.js" */

/**
 * Why there is no connection although something answers: a proxy that knows people does, since somebody's login has ended; or the server
 * lets in no page of this address.
 * @typedef {"signInAgain" | "wrongAddress" | undefined} Cause
 */

/** @param {PageState} page */
export function showConnection(page) {
  const { link } = page;
  const banner = byId("banner");
  let bannerTimer = 0;
  let countdownTimer = 0;
  /** @type {Cause} */
  let cause;
  /** When the browser said that the device is offline. It can be wrong: an answer after that counts more. */
  let doubtedMs = -1;
  let doubtTimer = 0;
  const isInDoubt = () => link.online && link.checkedMs < doubtedMs;

  const showBanner = () => {
    const text = bannerText(page, cause);
    byId("retry").textContent = word(cause === "signInAgain" ? "reload" : "retryNow");
    if (byId("banner-text").textContent !== text) byId("banner-text").textContent = text;
    banner.hidden = false;
    clearInterval(countdownTimer);
    countdownTimer = setInterval(() => showCountdown(page), 1000);
    showCountdown(page);
  };

  const show = () => {
    const phase = isInDoubt() ? "waiting" : link.state.phase;
    byId("status").dataset.phase = phase;
    byId("status-text").textContent = phase === "online" ? "" : word(cause === "wrongAddress" ? "refused" : phase);
    byId("status").ariaLabel = phase === "online" ? word("connection") : null;
    if (phase === "online") {
      clearTimeout(bannerTimer);
      bannerTimer = 0;
      clearInterval(countdownTimer);
      // The banner was read out; its going is not.
      if (!banner.hidden) byId("announcer").textContent = word("connectedAgain");
      banner.hidden = true;
    } else if (!banner.hidden) showBanner();
    else bannerTimer ||= setTimeout(showBanner, BANNER_MS);
  };
  page.on("link", show);
  show();
  const showUnopened = () => {
    const isEmpty = page.room.epoch === "" && page.timeline.items.length === 0;
    hide(byId("unopened"), !isEmpty || link.state.phase !== "waiting");
  };
  for (const type of /** @type {const} */ (["link", "room", "shown"])) page.on(type, showUnopened);
  showUnopened();
  page.on("messages", () => !banner.hidden && showBanner());
  watchForServer(page, (found) => {
    if (found === cause) return;
    cause = found;
    show();
  });
  byId("status").addEventListener("click", () => later(page, "link", ({ showLink }) => showLink(page)));
  byId("retry").addEventListener("click", () => cause === "signInAgain" ? location.reload() : link.start());
  // What is neither sent nor kept would be gone.
  addEventListener("beforeunload", (event) => {
    if (page.unsent.count > 0 && !page.storage.holds) event.preventDefault();
  });
  for (const type of ["pageshow", "focus"]) addEventListener(type, () => link.wake());
  addEventListener("online", () => isInDoubt() ? link.start() : link.wake());
  const lookAgain = () => {
    link.wake();
    show();
    if (isInDoubt()) doubtTimer = setTimeout(lookAgain, LOOK_AGAIN_MS);
  };
  addEventListener("offline", () => {
    doubtedMs = page.world.elapsed();
    clearTimeout(doubtTimer);
    lookAgain();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) link.wake();
  });
}

/**
 * While somebody looks at the page it asks now and then whether the server is back: the next try may be half a minute away.
 * At random times, so that a server that comes back does not get everybody at once.
 *
 * @param {PageState} page
 * @param {(cause: Cause) => void} tell
 */
function watchForServer(page, tell) {
  const { world, link } = page;
  let timer = 0;
  let boundMs = PROBE_MS;
  const wait = () => {
    timer = setTimeout(ask, boundMs * (0.5 + world.random() / 2));
    boundMs = Math.min(2 * boundMs, PROBE_MOST_MS);
  };
  const ask = async () => {
    // A proxy sends people to where they sign in, on another site as well: not followed, so that it can be told from no answer.
    const answer = document.hidden
      ? undefined
      : await fetch(`${ROOT}healthz`, { cache: "no-store", redirect: "manual" }).catch(() => {});
    if (answer) tell(await causeOf(answer, !link.checkedMs));
    if (link.state.phase !== "waiting") return;
    if (answer?.ok) link.wake();
    else wait();
  };
  page.on("link", () => {
    clearTimeout(timer);
    if (link.online) {
      boundMs = PROBE_MS;
      tell(undefined);
    }
    if (link.state.phase === "waiting") wait();
  });
}

/** @param {Response} answer @param {boolean} isFirst whether no socket has opened yet @returns {Promise<Cause>} */
async function causeOf({ type, status }, isFirst) {
  if (type === "opaqueredirect" || status === 401 || status === 403) return "signInAgain";
  if (!isFirst) return undefined;
  // A browser does not say why it got no socket; and which page asks, it says in no GET.
  const refusal = await fetch(`${ROOT}v1/rooms`, { method: "OPTIONS" }).then((answer) => answer.text(), () => "");
  return refusal.includes("bad_origin") ? "wrongAddress" : undefined;
}

/** @param {PageState} page @param {Cause} cause */
function bannerText({ link, unsent, storage }, cause) {
  const { phase, error } = link.state;
  if (phase === "refused" && error !== undefined) return word("notLetIn", { reason: reasonOf(error) });
  if (cause === "wrongAddress") return word(cause);
  const where = word(cause ?? (navigator.onLine ? "noConnection" : "youAreOffline"));
  const { count } = unsent;
  if (count === 0) return `${where} ${word(storage.holds ? "keptAndSentLater" : "keptHereOnly")}`;
  return `${where} ${word(storage.holds ? "toBeSent" : "toBeSentHere", { count, what: countUnsent(unsent) })}`;
}

/** How much is to be sent: a reaction is no message. @param {PageState["unsent"]} unsent */
function countUnsent(unsent) {
  const entries = [...unsent.rooms].flatMap((room) => unsent.of(room));
  const messages = entries.filter(({ type }) => type === undefined).length;
  const changes = entries.length - messages;
  const said = [];
  if (messages > 0) said.push(word("messageCount", { count: messages }));
  if (changes > 0) said.push(word("changeCount", { count: changes }));
  return new Intl.ListFormat(locale()).format(said);
}

/** @param {PageState} page */
function showCountdown({ link, world }) {
  const { phase, retryAtMs = 0 } = link.state;
  const seconds = Math.max(0, Math.ceil((retryAtMs - world.now()) / 1000));
  const next = phase === "waiting" ? word("nextTry", { seconds }) : "";
  byId("banner-countdown").textContent = phase === "connecting" ? word("trying") : next;
}
