/** The members of the room, and those that are typing. @module */

import { byId, faceOf, hueOf, make, nameLabel, soon } from "../dom.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showPeople(page) {
  const show = () => {
    showTyping(page);
    showList(page);
  };
  page.on("room", show);
  page.on("people", soon(show));
}

/** @param {PageState} page */
function showList({ room, me, othersTyping }) {
  const people = [...room.members].sort(([a, nameA], [b, nameB]) =>
    Number(b === me.id) - Number(a === me.id) || nameA.localeCompare(nameB)
  );
  const count = room.memberCount;
  byId("people-count").textContent = String(count);
  byId("people-label").textContent = count === 1 ? "1 person here" : `${count} people here`;
  byId("people-total").textContent = String(count);
  const items = people.map(([id, name]) => {
    const item = make("li", { class: `bar ${hueOf(id)}`, title: id }, faceOf(name), nameLabel(name, "label cut"));
    item.classList.toggle("typing", othersTyping.includes(id));
    if (id === me.id) item.append(make("span", { class: "you" }, "you"));
    return item;
  });
  const more = people.length === 0 ? `${count} people` : `and ${count - people.length} more`;
  if (count > people.length) items.push(make("li", { class: "rest bar" }, more));
  byId("people-list").replaceChildren(...items);
}

/** @param {PageState} page */
function showTyping({ room, othersTyping: ids }) {
  const line = byId("typing");
  line.replaceChildren();
  if (ids.length === 0) return;
  if (ids.length > 3) return line.append("Several people are typing …");
  ids.forEach((id, i) => {
    line.append(
      i === 0 ? "" : i === ids.length - 1 ? " and " : ", ",
      nameLabel(room.members.get(id) ?? "Somebody", ""),
    );
  });
  line.append(ids.length === 1 ? " is typing …" : " are typing …");
}
