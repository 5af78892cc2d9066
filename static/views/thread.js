/** A message and those that answer it, read together, wherever they are in the room. @module */

import { pathOf } from "../address.js";
import { at } from "../client/room.js";
import { thread } from "../client/history.js";
import { button, make, soon } from "../dom.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { isForElsewhere } from "./places.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {Item} item @param {(item: Item) => HTMLElement} rowOf makes what shows a message */
export function showThread(page, item, rowOf) {
  const rows = make("ol", {});
  const state = make("p", { class: "quiet", role: "status" });
  const earlier = button(word("earlierReplies"), () => load(first), { class: "filled primary", hidden: "" });
  const answer = button(word("reply"), () => {
    dialog.close();
    page.write({ reply: at(page.timeline.items, item) ?? item });
  }, { class: "filled primary" });
  const dialog = showDialog(
    word("repliesTo", { name: item.name }),
    earlier,
    rows,
    state,
    make("p", { class: "bar" }, answer),
  );
  dialog.classList.add("thread");
  answer.hidden = !page.room.may.has("publish");
  /** Those that are shown. @type {Item[]} */
  let items = [item];
  /** @type {number | undefined} */
  let first;
  const show = () =>
    rows.replaceChildren(...items.map((each) => withWay(page, rowOf(each), each, () => dialog.close())));
  /** @param {number} [before] */
  const load = (before) =>
    thread(page.client, page.room, { seq: item.seq, before }, (found) => {
      state.textContent = found === undefined ? word("cannotBeFetched") : "";
      if (found === undefined) return;
      const known = before === undefined ? [] : items;
      items = [...found.items, ...known.filter(({ seq }) => !found.items.some((each) => each.seq === seq))];
      first = found.from;
      earlier.hidden = !found.more;
      show();
    });
  let count = item.replies;
  const stop = page.on(
    "shown",
    soon(() => {
      const { replies } = at(page.timeline.items, item) ?? item;
      if (replies !== count) load();
      count = replies;
    }),
  );
  dialog.addEventListener("close", stop);
  show();
  load();
}

/** Makes the time of a message the way to where it stands. @param {PageState} page @param {HTMLElement} row @param {Item} item @param {() => void} close */
function withWay(page, row, { seq }, close) {
  const time = row.querySelector("time");
  const link = make("a", { class: "when", href: `${pathOf(page.room.name)}/${seq}`, title: word("goToIt") });
  time?.replaceWith(link);
  if (time !== null) link.append(time);
  link.addEventListener("click", (event) => {
    if (isForElsewhere(event)) return;
    event.preventDefault();
    close();
    page.tell("show", seq);
  });
  return row;
}
