/** The rooms in which one has a place, as the server lists them: those that this browser does not follow yet are offered, on a new device all of them. @module */

import { pathOf } from "../address.js";
import { byId, make, soon, writeOn } from "../dom.js";
import { MINE_KNOWN, MINE_OFFERED } from "../limits.js";
import { calledOf, markOf } from "../room_titles.js";
import { word } from "../words.js";
import { ahead } from "./later.js";

/** @import { Listed } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function offerMine(page) {
  const list = make("ul", {});
  const section = make("section", { id: "mine", hidden: "" }, make("h2", {}, word("alsoYours")), list);
  byId("browse").after(section);
  let shown = "";
  const show = () => {
    const others = [...page.mine.keys()].filter((name) => page.rooms.get(name) === undefined).slice(0, MINE_OFFERED);
    const look = others.map((name) => `${name} ${calledOf(page, name).title}`).join();
    // Made again with each message they would lose the focus.
    if (look === shown) return;
    shown = look;
    section.hidden = others.length === 0;
    list.replaceChildren(...others.map((name) => itemOf(page, name)));
  };
  page.on("rooms", soon(show));
  page.on("room", show);
  const ask = () => page.link.online && fetchMine(page, []);
  ahead.then(ask);
  ahead.then(() => page.on("link", ask));
}

/** Page after page. @param {PageState} page @param {Listed[]} before */
function fetchMine(page, before) {
  const { room, ts } = before.at(-1) ?? {};
  const after = room === undefined || ts === undefined ? undefined : { room, ts };
  page.link.ask({ type: "rooms", mine: true, after }, (reply) => {
    // A server that cannot list rooms has none to offer.
    if (reply.type !== "rooms") return;
    const listed = [...before, ...reply.rooms];
    if (reply.more && listed.length < MINE_KNOWN) return fetchMine(page, listed);
    page.mine = new Map(listed.map((each) => [each.room, each]));
    page.tell("rooms");
  });
}

/** @param {PageState} page @param {string} name */
function itemOf(page, name) {
  const { title, isPrivate } = calledOf(page, name);
  const mark = make("span", { class: "hash" }, markOf(isPrivate));
  const anchor = make("a", { class: "bar", href: pathOf(name) }, mark, make("span", { class: "cut" }, title));
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    page.go(name);
    writeOn();
  });
  return make("li", { class: "bar" }, anchor);
}
