/**
 * The page: puts its state and its views together. A view reads the state, calls it and gets its changes; none knows this file.
 * Read `page_state.js` next, `client/client.js` below it, and then the views in any order.
 *
 * @module
 */

import { pathHere, socketUrl, takeBrought } from "./address.js";
import { browserWorld } from "./browser_world.js";
import { byId, writeOn } from "./dom.js";
import { hues } from "./hues.js";
import { moreWords, speak, translate } from "./languages.js";
import { lateStyle } from "./late_style.js";
import { BANNER_MS } from "./limits.js";
import { PageState } from "./page_state.js";
import { invitationIn, roomAt } from "./room_names.js";
import { Composer } from "./views/composer.js";
import { LogView } from "./views/log_view.js";
import { showLook } from "./views/look.js";
import { showMe } from "./views/me.js";
import { showRoom } from "./views/rooms.js";

/** How much may wait to be told: more would cover the page. */
const TOLD_LATER = 10;

/**
 * What is around reading and writing comes once the page is connected, or could not be, or not for a while.
 *
 * @param {PageState} page
 * @param {string} asked what the address asked for
 * @param {LogView} log
 */
function addFrame(page, asked, log) {
  let wanted = true;
  let shown = false;
  /** What is to be told, and cannot be yet: the latest of it. @type {(() => void)[]} */
  const early = [];
  /** The button that was pressed last, and could not open anything yet. @type {HTMLElement | null} */
  let pressed = null;
  const add = async () => {
    if (!wanted) return;
    wanted = false;
    try {
      const [{ showFrame }] = await Promise.all([import("./views/frame.js"), moreWords(), lateStyle()]);
      showFrame(page, asked, log);
      shown = true;
      early.splice(0).forEach((tell) => tell());
      pressed?.click();
    } catch {
      wanted = true;
    }
  };
  for (const type of /** @type {const} */ (["notice", "joinRefused", "tooManyRooms"])) {
    page.on(type, (what) => {
      if (!shown && early.push(() => page.tell(type, what)) > TOLD_LATER) early.shift();
    });
  }
  addEventListener("click", ({ target }) => {
    if (!shown && target instanceof Element) pressed = target.closest("[aria-haspopup]:not(#me)");
  });
  addEventListener("keydown", (event) => {
    if (shown || event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    pressed = byId("jump-to");
  });
  page.on("link", () => {
    byId("status").dataset.phase = page.link.state.phase;
    if (page.link.state.phase !== "connecting") add();
  });
  setTimeout(add, BANNER_MS);
}

async function start() {
  document.adoptedStyleSheets.push(hues);
  const brought = takeBrought();
  const { name, asked, seq } = roomAt(pathHere());
  const page = new PageState(browserWorld(), socketUrl, name);
  if (brought !== "") page.storage.set("brought", brought);
  const identified = page.identify();
  showLook(page);
  page.on("settings", () => showLook(page));
  await speak(page.settings.of("language"), navigator.languages);
  translate(document);
  const tokens = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=token-url]"));
  // Where the browser says at once who one is, the socket opens while the views are made. Until all of them listen nothing may be awaited.
  const isEarly = tokens === null && crypto.subtle !== undefined;
  if (isEarly) {
    await identified;
    page.start();
  }
  new Composer(page);
  const log = new LogView(page);
  showRoom(page);
  showMe(page);
  const isShown = page.room.name === name;
  addFrame(page, isShown ? asked : "", log);
  if (!isShown) page.tell("tooManyRooms");
  // Every view shows it now.
  page.go(page.room.name, isShown ? seq : undefined);
  // Somebody who was invited comes into that room, and into no other unasked: `arriving.js` opens this one if they do not want to.
  const invitation = invitationIn(page.storage.get("brought") ?? "");
  if (invitation && !page.followed.names.includes(page.room.name)) page.rooms.close(page.room);
  page.on("another", () => location.reload());
  if (!isEarly) {
    await identified;
    // Without it the page is refused, and says so.
    if (tokens !== null) {
      await import("./views/sign_in.js").then(({ signIn }) => signIn(page, tokens.content), () => {});
    }
    page.start();
  }
  // The focus needs the layout, and so does the next frame.
  requestAnimationFrame(writeOn);
}

start();
