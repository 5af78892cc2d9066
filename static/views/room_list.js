/** The list of rooms, and what is unread in them. @module */

import { pathOf, ROOT } from "../address.js";
import { button, byId, make, soon, writeOn } from "../dom.js";
import { levelOf } from "../levels.js";
import { leave } from "../room_acts.js";
import { isDirect } from "../room_names.js";
import { calledOf, labelOf } from "../room_titles.js";
import { inBadge, locale, number, word } from "../words.js";
import { isForElsewhere } from "./places.js";
import { showMark } from "./room_mark.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * The elements of each room in the list. Making them again with each message would lose the focus and a press on them.
 * @type {WeakMap<Room, Record<"item" | "anchor" | "hash" | "label" | "badge" | "close", HTMLElement>>}
 */
const listed = new WeakMap();

/** The list of the rooms of two. */
const twos = { heading: make("h2", { id: "direct" }), list: make("ul", { id: "direct-list" }) };

/** @param {PageState} page */
export function showRooms(page) {
  byId("docs").setAttribute("href", `${ROOT}docs`);
  twos.heading.textContent = word("directMessages");
  byId("rooms").querySelector(".panel-foot")?.before(twos.heading, twos.list);
  page.on("room", () => {
    update(page);
    listed.get(page.room)?.item.scrollIntoView({ block: "nearest" });
  });
  const updateSoon = soon(() => update(page));
  for (const type of /** @type {const} */ (["rooms", "settings", "people"])) page.on(type, updateSoon);
  for (const list of [byId("room-list"), twos.list]) list.addEventListener("click", (event) => goByLink(page, event));
  update(page);
}

/** Goes to the room of a link in a list. @param {PageState} page @param {MouseEvent} event */
export function goByLink(page, event) {
  const anchor = event.target instanceof Element && event.target.closest("a");
  if (!anchor || isForElsewhere(event)) return;
  event.preventDefault();
  page.go(anchor.dataset.room ?? "");
  writeOn();
}

/** @param {PageState} page */
function update(page) {
  const { room, rooms } = page;
  const all = [...rooms].sort((a, b) => a.name < b.name ? -1 : 1);
  const titled = all.filter(({ name }) => isDirect(name)).map((room) => ({ room, ...calledOf(page, room.name) }));
  const ofTwo = titled.sort((a, b) => a.title.localeCompare(b.title, locale())).map(({ room }) => room);
  updateList(page, byId("room-list"), all.filter(({ name }) => !isDirect(name)), all.length === 1);
  updateList(page, twos.list, ofTwo, all.length === 1);
  twos.heading.hidden = ofTwo.length === 0;
  const unread = all.reduce((sum, each) => sum + unreadIn(page, each), 0);
  const elsewhere = unread - unreadIn(page, room);
  document.title = `${unread > 0 ? `(${number(unread)}) ` : ""}${labelOf(page, room.name)} · Switchboard`;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = inBadge(elsewhere);
}

/** @param {PageState} page @param {HTMLElement} list @param {Room[]} rooms @param {boolean} isLast */
function updateList(page, list, rooms, isLast) {
  rooms.forEach((each, i) => {
    const { item, anchor, hash, label, badge, close } = listed.get(each) ?? listRoom(page, each);
    const { mentions } = page.reading.of(each);
    const unread = unreadIn(page, each);
    const called = calledOf(page, each.name);
    if (label.textContent !== called.title) {
      label.textContent = called.title;
      close.setAttribute("aria-label", word("leaveRoom", { room: labelOf(page, each.name) }));
    }
    showMark(called, hash);
    anchor.ariaCurrent = each === page.room ? "page" : null;
    anchor.dataset.level = levelOf(page, each.name);
    badge.hidden = unread === 0;
    badge.classList.toggle("called", mentions > 0);
    if (unread > 0) {
      const said = make("span", { class: "unseen" }, word("unread", { count: unread }));
      badge.replaceChildren(make("span", { "aria-hidden": "true" }, inBadge(unread)), said);
    }
    close.hidden = isLast;
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  while (list.childElementCount > rooms.length) list.lastElementChild?.remove();
}

/** What is counted of a room: nothing where one wants to be told of nothing. @param {PageState} page @param {Room} room */
function unreadIn(page, room) {
  return levelOf(page, room.name) === "none" ? 0 : page.reading.of(room).unread;
}

/** @param {PageState} page @param {Room} room */
function listRoom(page, room) {
  const badge = make("span", { class: "badge filled" });
  const hash = make("span", {});
  const label = make("span", { class: "label cut" });
  // The bell as it is where one is told of nothing.
  const muted = /** @type {Element} */ (byId("bell").firstElementChild?.cloneNode(true));
  muted.role = "img";
  muted.ariaHidden = null;
  muted.ariaLabel = word("isMuted");
  const link = { class: "bar", href: pathOf(room.name), "data-room": room.name };
  const anchor = make("a", link, hash, label, badge, muted);
  const press = () => {
    leave(page, room);
    update(page);
    listed.get(page.room)?.anchor.focus();
  };
  const close = button("×", press, { class: "leave" });
  const made = { item: make("li", { class: "bar" }, anchor, close), anchor, hash, label, badge, close };
  listed.set(room, made);
  return made;
}
