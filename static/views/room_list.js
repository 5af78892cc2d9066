/** The list of rooms, and what is unread in them. @module */

import { pathOf, ROOT } from "../address.js";
import { button, byId, make, soon, writeOn } from "../dom.js";
import { leave } from "../room_acts.js";
import { number, word } from "../words.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * The elements of each room in the list. Making them again with each message would lose the focus and a press on them.
 * @type {WeakMap<Room, Record<"item" | "anchor" | "badge" | "close", HTMLElement>>}
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
  page.on("settings", () => update(page));
  byId("room-list").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element && event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    page.go(anchor.querySelector(".label")?.textContent ?? "");
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
    const { item, anchor, badge, close } = listed.get(each) ?? listRoom(page, each);
    const { mentions } = reading.of(each);
    const unread = unreadIn(page, each);
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
  document.title = `${unread > 0 ? `(${number(unread)}) ` : ""}#${room.name} · Switchboard`;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = number(elsewhere);
}

/** What is counted of a room: nothing where one wants to be told of nothing. @param {PageState} page @param {Room} room */
function unreadIn({ reading, settings }, room) {
  return settings.levelOf(room.name) === "none" ? 0 : reading.of(room).unread;
}

/** @param {PageState} page @param {Room} room */
function listRoom(page, room) {
  const badge = make("span", { class: "badge filled" });
  const hash = make("span", { class: "hash" }, "#");
  const label = make("span", { class: "label cut" }, room.name);
  const anchor = make("a", { class: "bar", href: pathOf(room.name) }, hash, label, badge);
  const press = () => {
    leave(page, room);
    update(page);
    listed.get(page.room)?.anchor.focus();
  };
  const close = button("×", press, { class: "leave", "aria-label": word("leaveRoom", { room: room.name }) });
  const made = { item: make("li", { class: "bar" }, anchor, close), anchor, badge, close };
  listed.set(room, made);
  return made;
}
