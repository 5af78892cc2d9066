/** The rooms in which one has a place, as the server lists them: those that this browser does not follow yet are offered, on a new device all of them. @module */

import { pathOf } from "../address.js";
import { byId, make, soon } from "../dom.js";
import { MINE_KNOWN, MINE_OFFERED } from "../limits.js";
import { isDirect } from "../room_names.js";
import { calledOf, labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { followUnread } from "./direct.js";
import { ahead } from "./later.js";
import { goByLink } from "./room_list.js";
import { showMark } from "./room_mark.js";

/** @import { Listed } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function offerMine(page) {
  const list = make("ul", {});
  const section = make("section", { id: "mine", hidden: "" }, make("h2", {}, word("alsoYours")), list);
  byId("rooms").querySelector(".panel-foot")?.before(section);
  list.addEventListener("click", (event) => goByLink(page, event));
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
  page.on("told", (line) => line.type === "mine" && given(page, line));
  const ask = () => page.link.online && fetchMine(page, []);
  ahead.then(ask);
  ahead.then(() => page.on("link", ask));
}

/** A place is offered, and nobody is taken away from what they read. @param {PageState} page @param {Listed} listed */
function given(page, listed) {
  const { room: name } = listed;
  const others = [...page.mine].filter(([each]) => each !== name);
  page.mine = new Map([[name, listed], ...others.slice(0, MINE_KNOWN - 1)]);
  followUnread(page, [listed], true);
  const room = page.rooms.get(name);
  if (room === undefined && !isDirect(name)) {
    const said = word("givenPlace", { room: labelOf(page, name) });
    page.tell("notice", { said, undo: () => page.go(name), label: word("openIt") });
  }
  // Somebody who was at the door is let in.
  if (room !== undefined && !room.joined) page.rooms.join(room);
  page.tell("rooms");
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
    followUnread(page, listed);
    page.tell("rooms");
  });
}

/** @param {PageState} page @param {string} name */
function itemOf(page, name) {
  const called = calledOf(page, name);
  const content = [showMark(called), make("span", { class: "cut" }, called.title)];
  return make("li", { class: "bar" }, make("a", { class: "bar", href: pathOf(name), "data-room": name }, ...content));
}
