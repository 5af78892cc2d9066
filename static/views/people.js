/** The members of the room, and those that are typing. @module */

import { byId, faceOf, hueOf, make, nameLabel, soon } from "../dom.js";
import { listOf } from "../formats.js";
import { number, word, wordWith } from "../words.js";
import { later } from "./later.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showPeople(page) {
  const show = () => {
    showTyping(page);
    showList(page);
  };
  page.on("room", show);
  page.on("people", soon(show));
  page.on("person", (id) => later(page, "person", ({ showPerson }) => showPerson(page, id)));
}

/** @param {PageState} page */
function showList({ room, me, othersTyping }) {
  const people = [...room.members].sort(([a, nameA], [b, nameB]) =>
    Number(b === me.id) - Number(a === me.id) || nameA.localeCompare(nameB)
  );
  // Until a room is joined it is not known who is there.
  const count = room.joined ? room.memberCount : people.length;
  byId("people-count").textContent = count === 0 ? "" : number(count);
  byId("people-label").textContent = count === 0 ? word("people") : word("peopleHere", { count });
  byId("people-total").textContent = count === 0 ? "" : number(count);
  const items = people.map(([id, name]) => {
    const item = make("li", { class: `bar ${hueOf(id)}`, "data-id": id }, faceOf(name), nameLabel(name, "cut"));
    item.classList.toggle("typing", othersTyping.includes(id));
    if (id === me.id) item.append(make("span", { class: "you" }, word("you")));
    return item;
  });
  const more = people.length === 0
    ? word("peopleCount", { count })
    : word("peopleMore", { count: count - people.length });
  if (count > people.length) items.push(make("li", { class: "rest bar" }, more));
  byId("people-list").replaceChildren(...items);
}

/** @param {PageState} page */
function showTyping({ room, othersTyping: ids }) {
  const line = byId("typing");
  line.replaceChildren();
  if (ids.length === 0) return;
  if (ids.length > 3) return line.append(word("severalTyping"));
  const names = make("span", {}, ...listOf(ids.map((id) => nameLabel(room.members.get(id) ?? word("somebody"), ""))));
  line.append(...wordWith("isTyping", { names }, ids.length));
}
