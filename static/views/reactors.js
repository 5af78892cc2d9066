/** The people who reacted to a message. @module */

import { button, make } from "../dom.js";
import { listOf } from "../exact_formats.js";
import { number, word } from "../words.js";
import { personLabel } from "./person_label.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** Opens something at the message. @typedef {(label: string, ...children: Node[]) => { element: HTMLElement, close(): void }} Open */

/** @param {PageState} page @param {Item} item @param {Open} open */
export function showReactors(page, item, open) {
  const lists = (item.reactions ?? []).map(({ emoji, count }, i) => {
    const names = make("p", { class: "quiet" });
    const list = make("details", {}, make("summary", {}, `${emoji} ${number(count)}`), names);
    list.addEventListener(
      "toggle",
      () => list.open && names.childNodes.length === 0 && load(page, names, item, emoji, []),
    );
    if (i === 0) list.open = true;
    return list;
  });
  const { element } = open(word("whoReacted"), make("h3", { class: "quiet" }, word("whoReacted")), ...lists);
  element.querySelector("summary")?.focus();
}

/** @param {PageState} page @param {Element} names @param {Item} item @param {string} emoji @param {string[]} known by id */
function load(page, names, item, emoji, known) {
  const { link, room } = page;
  link.ask({ type: "reactors", room: room.name, target: item.seq, emoji, after: known.at(-1) }, (line) => {
    if (line.type !== "reactors") return void (names.textContent = word("cannotBeFetched"));
    const ids = [...known, ...line.ids];
    const people = ids.map((id) => personLabel(page, id, nameOf(page, id)));
    names.replaceChildren(...listOf(people));
    if (!line.more) return;
    names.append(" ", button(word("more"), () => load(page, names, item, emoji, ids)));
  });
}

/** @param {PageState} page @param {string} id */
function nameOf({ room, timeline, me }, id) {
  if (id === me.id) return word("you");
  return room.members.get(id) ?? timeline.items.findLast((item) => item.id === id)?.name ?? word("somebody");
}
