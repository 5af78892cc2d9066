/** What stands in the composer's place where one may not write, or is not in the room any more: why, and what can be done about it. @module */

import { button, byId, make } from "../dom.js";
import { endLabel } from "../exact_formats.js";
import { TIMER_MOST_MS } from "../limits.js";
import { isShut } from "../refusals.js";
import { leave } from "../room_acts.js";
import { whyUnwritable } from "../unwritable.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */
/** @typedef {{ said: string, act?: [label: Key, press: () => void] }} Closed */

/** @param {PageState} page */
export function showClosed(page) {
  const composer = byId("composer");
  const strip = make("div", { id: "closed", class: "column bar", role: "status", hidden: "" });
  composer.before(strip);
  let timer = 0;
  let shown = "";
  const show = () => {
    const { room } = page;
    const closed = room.joined ? unwritable(page) : left(page);
    // Somebody who writes just now goes on from the log, and not from the top of the page.
    if (closed !== undefined && composer.contains(document.activeElement)) byId("log").focus({ preventScroll: true });
    composer.hidden = closed !== undefined;
    strip.hidden = closed === undefined;
    const said = closed?.said ?? "";
    wait();
    if (`${room.name} ${said}` === shown) return;
    shown = `${room.name} ${said}`;
    strip.replaceChildren(make("span", {}, said));
    if (closed?.act !== undefined) strip.append(button(word(closed.act[0]), closed.act[1]));
  };
  /** Somebody who is banned is not told when that ends; that a mute has ended, the server says. */
  const wait = () => {
    const { room: { joined, refusedUntilMs = Infinity }, world } = page;
    clearTimeout(timer);
    const leftMs = refusedUntilMs - world.now();
    if (!joined && leftMs > 0 && leftMs < Infinity) timer = setTimeout(show, Math.min(TIMER_MOST_MS, leftMs + 50));
  };
  for (const type of /** @type {const} */ (["room", "people"])) page.on(type, show);
  page.on("joinRefused", ({ room }) => {
    if (room !== page.room) return;
    // What one may not know of is not shown any longer; what one has read before a ban stays until the page is loaded again.
    if (room.refused === "no_access") {
      room.recent = [];
      page.timeline.items = [];
      page.tell("messages");
    }
    show();
  });
  show();
}

/** @param {PageState} page @returns {Closed | undefined} */
function unwritable(page) {
  const said = whyUnwritable(page);
  return said === undefined ? undefined : { said };
}

/** Why one is not in the room, where that does not end by itself. @param {PageState} page @returns {Closed | undefined} */
function left(page) {
  const { room, world } = page;
  const { refused, refusedUntilMs = Infinity } = room;
  if (refused === "kicked") return { said: word("sentOutHere"), act: ["joinAgain", () => page.rooms.join(room)] };
  if (!isShut(room)) return undefined;
  const toLobby = () => {
    page.go("lobby");
    if (page.rooms.get(room.name) === room) leave(page, room);
  };
  /** @type {Closed["act"]} */
  const act = room.name === "lobby" ? undefined : ["goToLobby", toLobby];
  if (refused === "no_access") return { said: word("noAccessHere"), act };
  if (refusedUntilMs <= world.now()) return { said: word("banOver"), act: ["joinAgain", () => page.rooms.join(room)] };
  const said = refusedUntilMs === Infinity
    ? word("bannedHere")
    : word("bannedHereUntil", { until: endLabel(refusedUntilMs) });
  return { said, act };
}
