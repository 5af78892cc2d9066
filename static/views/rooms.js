/** The room that is shown, in the heading, the title and the address; the list of all, and the field to join one. @module */

import { button, byId, make, soon } from "../dom.js";
import { roomAt, roomName } from "../room_names.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * The elements of each room in the list. Making them again with each message would lose the focus and a press on them.
 * @type {WeakMap<Room, Record<"item" | "anchor" | "badge" | "close", HTMLElement>>}
 */
const listed = new WeakMap();

/** @param {PageState} page */
export function showRooms(page) {
  page.on("room", () => {
    const { name } = page.room;
    byId("room-name").textContent = name;
    if (roomAt(location.pathname) !== name) history.pushState(null, "", `/r/${name}`);
    update(page);
  });
  page.on("rooms", soon(() => update(page)));
  addEventListener("popstate", () => page.go(roomAt(location.pathname)));
  byId("room-list").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element && event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    page.go(roomName(anchor.querySelector(".label")?.textContent ?? ""));
  });
  byId("join-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = roomName(byId("join-room").value);
    byId("join-room").value = "";
    if (name !== "") page.go(name);
  });
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
    if (unread > 0) badge.replaceChildren(String(unread), make("span", { class: "unseen" }, " unread"));
    close.hidden = all.length === 1;
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  while (list.childElementCount > all.length) list.lastElementChild?.remove();
  const unread = all.reduce((sum, each) => sum + reading.of(each).unread, 0);
  const elsewhere = unread - reading.of(room).unread;
  document.title = `${unread > 0 ? `(${unread}) ` : ""}#${room.name} · Switchboard`;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = String(elsewhere);
}

/** @param {PageState} page @param {Room} room */
function listRoom(page, room) {
  const badge = make("span", { class: "badge filled" });
  const hash = make("span", { class: "hash" }, "#");
  const label = make("span", { class: "label cut" }, room.name);
  const anchor = make("a", { class: "bar", href: `/r/${room.name}` }, hash, label, badge);
  const leave = () => {
    page.leave(room);
    update(page);
    listed.get(page.room)?.anchor.focus();
  };
  const close = button("×", leave, { class: "leave", "aria-label": `Leave #${room.name}` });
  const made = { item: make("li", { class: "bar" }, anchor, close), anchor, badge, close };
  listed.set(room, made);
  return made;
}
