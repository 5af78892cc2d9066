/** The room that is shown, in the heading, the title and the address, and the list of all. @module */

import { pathHere, pathOf, ROOT } from "../address.js";
import { button, byId, make, soon, writeOn } from "../dom.js";
import { roomAt, roomName } from "../room_names.js";
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
    const { name } = page.room;
    byId("room-name").textContent = name;
    showAddress(name);
    update(page);
    listed.get(page.room)?.item.scrollIntoView({ block: "nearest" });
  });
  page.on("rooms", soon(() => update(page)));
  addEventListener("popstate", () => {
    const { name } = roomAt(pathHere());
    if (name !== page.room.name) page.go(name);
  });
  byId("room-list").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element && event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    page.go(anchor.querySelector(".label")?.textContent ?? "");
    writeOn();
  });
}

/** Says so where an address asked for something else than the shown room. @param {PageState} page @param {string} typed */
export function sayWhere(page, typed) {
  const room = page.room.name;
  if (typed === "" || typed === room) return;
  page.tell("notice", room === roomName(typed) ? word("becameRoom", { typed, room }) : word("noRoomHere", { room }));
  history.replaceState(null, "", pathOf(room));
}

/** @param {string} name */
function showAddress(name) {
  if (roomAt(pathHere()).name === name) return;
  // An open panel has an entry of its own, which the room takes over: Back leads to the room before.
  if (history.state?.panel) history.replaceState(null, "", pathOf(name));
  else history.pushState(null, "", pathOf(name));
}

/** @param {PageState} page */
function update(page) {
  const { room, rooms, reading } = page;
  const all = [...rooms].sort((a, b) => a.name < b.name ? -1 : 1);
  const list = byId("room-list");
  all.forEach((each, i) => {
    const { item, anchor, badge, close } = listed.get(each) ?? listRoom(page, each);
    const { unread } = reading.of(each);
    anchor.ariaCurrent = each === room ? "page" : null;
    badge.hidden = unread === 0;
    if (unread > 0) {
      const said = make("span", { class: "unseen" }, word("unread", { count: unread }));
      badge.replaceChildren(make("span", { "aria-hidden": "true" }, number(unread)), said);
    }
    close.hidden = all.length === 1;
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  while (list.childElementCount > all.length) list.lastElementChild?.remove();
  const unread = all.reduce((sum, each) => sum + reading.of(each).unread, 0);
  const elsewhere = unread - reading.of(room).unread;
  document.title = `${unread > 0 ? `(${number(unread)}) ` : ""}#${room.name} · Switchboard`;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = number(elsewhere);
}

/** @param {PageState} page @param {Room} room */
function listRoom(page, room) {
  const badge = make("span", { class: "badge filled" });
  const hash = make("span", { class: "hash" }, "#");
  const label = make("span", { class: "label cut" }, room.name);
  const anchor = make("a", { class: "bar", href: pathOf(room.name) }, hash, label, badge);
  const leave = () => {
    page.leave(room);
    update(page);
    listed.get(page.room)?.anchor.focus();
  };
  const close = button("×", leave, { class: "leave", "aria-label": word("leaveRoom", { room: room.name }) });
  const made = { item: make("li", { class: "bar" }, anchor, close), anchor, badge, close };
  listed.set(room, made);
  return made;
}
