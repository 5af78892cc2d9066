/** The members of the room, and those that are typing. @module */

import { button, byId, faceOf, initialOf, make, nameLabel, soon } from "../dom.js";
import { listOf } from "../exact_formats.js";
import { hueOf } from "../hues.js";
import { locale, number, word, wordWith } from "../words.js";
import { tellDoubles } from "./doubles.js";
import { ahead, later } from "./later.js";
import { messageAt } from "./message.js";
import { personLabel } from "./person_label.js";
import { standingOf } from "./standing_label.js";

/** @import { PageState } from "../page_state.js" */

/** The items of the list by id: made again at each change they would lose the focus. @type {Map<string, HTMLElement>} */
const items = new Map();

/** @param {PageState} page */
export function showPeople(page) {
  const show = () => {
    showTyping(page);
    showList(page);
  };
  page.on("room", show);
  page.on("people", soon(show));
  page.on("person", (id) => later(page, "person", ({ showPerson }) => showPerson(page, id)));
  for (const type of /** @type {const} */ (["prints", "settings"])) page.on(type, show);
  byId("log").addEventListener("click", ({ target }) => {
    const pressed = target instanceof Element ? target.closest(".row > .face, .who > .name, .at") : null;
    const id = pressed instanceof HTMLElement ? pressed.dataset.id ?? messageAt(pressed)?.id : undefined;
    // Somebody may be selecting text.
    if (id && getSelection()?.isCollapsed !== false) page.tell("person", id);
  });
  show();
  ahead.then(() => tellDoubles(page));
}

/** @param {PageState} page */
function showList(page) {
  const { room, me, othersTyping } = page;
  const people = [...room.members].sort(([a, nameA], [b, nameB]) =>
    Number(b === me.id) - Number(a === me.id) || nameA.localeCompare(nameB, locale())
  );
  showCount(room.joined ? room.memberCount : people.length, people.length);
  const list = byId("people-list");
  const focused = document.activeElement;
  people.forEach(([id, name], i) => {
    const item = items.get(id) ?? listPerson(page, id);
    showName(item, name, page.prints.get(id), standingOf(page, id));
    item.classList.toggle("typing", othersTyping.includes(id));
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  for (const [id, item] of items) {
    if (room.members.has(id)) continue;
    item.remove();
    items.delete(id);
  }
  // An item that changes its place loses the focus.
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
}

/** Until a room is joined it is not known how many are there. @param {number} count @param {number} listed */
function showCount(count, listed) {
  byId("people-count").textContent = count === 0 ? "" : number(count);
  byId("people-label").textContent = count === 0 ? word("people") : word("peopleHere", { count });
  byId("people-total").textContent = count === 0 ? "" : number(count);
  byId("people-rest").hidden = count <= listed;
  byId("people-rest").textContent = listed === 0
    ? word("peopleCount", { count })
    : word("peopleMore", { count: count - listed });
}

/** @param {PageState} page @param {string} id */
function listPerson(page, id) {
  const show = button("", () => page.tell("person", id), { class: "bar", "aria-haspopup": "dialog" });
  show.append(
    faceOf(""),
    nameLabel("", "cut"),
    make("code", { class: "print", dir: "ltr" }),
    make("span", { class: "role" }),
  );
  if (id === page.me.id) show.append(make("span", { class: "you" }, word("you")));
  const item = make("li", { class: hueOf(id), "data-id": id }, show);
  items.set(id, item);
  return item;
}

/**
 * @param {Element} item
 * @param {string} name
 * @param {string | undefined} told what tells it from another's that looks like it
 * @param {string} standing
 */
function showName(item, name, told = "", standing) {
  const [face, label, print, role] = item.firstElementChild?.children ?? [];
  if (label === undefined || face === undefined || print === undefined || role === undefined) return;
  if (role.textContent !== standing) role.textContent = standing;
  if (label.textContent !== name) {
    label.textContent = name;
    face.textContent = initialOf(name);
  }
  print.textContent = told;
}

/** @param {PageState} page */
function showTyping(page) {
  const { room, othersTyping: ids } = page;
  const line = byId("typing");
  line.replaceChildren();
  if (ids.length === 0) return;
  if (ids.length > 3) return line.append(word("severalTyping"));
  const names = make(
    "span",
    {},
    ...listOf(ids.map((id) => personLabel(page, id, room.members.get(id) ?? word("somebody")))),
  );
  line.append(...wordWith("isTyping", { names }, ids.length));
}
