/** The list of rooms, and what is unread in them. @module */

import { pathOf, ROOT } from "../address.js";
import { button, byId, make, soon, writeOn } from "../dom.js";
import { levelOf } from "../levels.js";
import { leave } from "../room_acts.js";
import { calledOf, labelOf, markOf } from "../room_titles.js";
import { number, word } from "../words.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * The elements of each room in the list. Making them again with each message would lose the focus and a press on them.
 * @type {WeakMap<Room, Record<"item" | "anchor" | "hash" | "label" | "badge" | "close", HTMLElement>>}
 */
const listed = new WeakMap();

/** @param {PageState} page */
export function showRooms(page) {
  byId("docs").setAttribute("href", `${ROOT}docs`);
  page.on("room", () => {
    update(page);
    listed.get(page.room)?.item.scrollIntoView({ block: "nearest" });
  });
  page.on("rooms", soon(() => update(page)));
  for (const type of /** @type {const} */ (["settings", "people"])) page.on(type, soon(() => update(page)));
  byId("room-list").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element && event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    page.go(anchor.dataset.room ?? "");
    writeOn();
  });
  update(page);
}

/** @param {PageState} page */
function update(page) {
  const { room, rooms, reading } = page;
  const all = [...rooms].sort((a, b) => a.name < b.name ? -1 : 1);
  const list = byId("room-list");
  all.forEach((each, i) => {
    const { item, anchor, hash, label, badge, close } = listed.get(each) ?? listRoom(page, each);
    const { mentions } = reading.of(each);
    const unread = unreadIn(page, each);
    const { title, isPrivate } = calledOf(page, each.name);
    if (label.textContent !== title) label.textContent = title;
    if (hash.textContent !== markOf(isPrivate)) hash.textContent = markOf(isPrivate);
    anchor.ariaCurrent = each === room ? "page" : null;
    badge.hidden = unread === 0;
    badge.classList.toggle("called", mentions > 0);
    if (unread > 0) {
      const said = make("span", { class: "unseen" }, word("unread", { count: unread }));
      badge.replaceChildren(make("span", { "aria-hidden": "true" }, number(unread)), said);
    }
    close.hidden = all.length === 1;
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  while (list.childElementCount > all.length) list.lastElementChild?.remove();
  const unread = all.reduce((sum, each) => sum + unreadIn(page, each), 0);
  const elsewhere = unread - unreadIn(page, room);
  document.title = `${unread > 0 ? `(${number(unread)}) ` : ""}${labelOf(page, room.name)} · Switchboard`;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = number(elsewhere);
}

/** What is counted of a room: nothing where one wants to be told of nothing. @param {PageState} page @param {Room} room */
function unreadIn(page, room) {
  return levelOf(page, room.name) === "none" ? 0 : page.reading.of(room).unread;
}

/** @param {PageState} page @param {Room} room */
function listRoom(page, room) {
  const badge = make("span", { class: "badge filled" });
  const hash = make("span", { class: "hash" }, "#");
  const label = make("span", { class: "label cut" }, room.name);
  const anchor = make("a", { class: "bar", href: pathOf(room.name), "data-room": room.name }, hash, label, badge);
  const press = () => {
    leave(page, room);
    update(page);
    listed.get(page.room)?.anchor.focus();
  };
  const close = button("×", press, {
    class: "leave",
    "aria-label": word("leaveRoom", { room: labelOf(page, room.name) }),
  });
  const made = { item: make("li", { class: "bar" }, anchor, close), anchor, hash, label, badge, close };
  listed.set(room, made);
  return made;
}
