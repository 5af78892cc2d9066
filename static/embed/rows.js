/** The messages as a list. Only the rows of what has changed are touched. @module */

import { make, nameLabel } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import { dayLabel, dayOf, timeLabel } from "../formats.js";
import { gapBefore } from "../gaps.js";
import { hueOf } from "../hues.js";
import { knownPeople } from "../known_people.js";
import { MENTIONED_NAMES } from "../limits.js";
import { render } from "../text/render.js";
import { gapLine } from "../views/gap_line.js";
import { isOfGroup } from "../views/groups.js";
import { word } from "../words.js";

/** @import { Quote } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { Visit } from "./visit.js" */
/** @typedef {{ row: HTMLElement, item?: Item, before?: Item, answered?: Quote }} Shown */

export class Rows {
  #visit;
  #list;
  /** By place. @type {Map<string, Shown>} */
  #shown = new Map();

  /** @param {Visit} visit @param {HTMLElement} list */
  constructor(visit, list) {
    this.#visit = visit;
    this.#list = list;
    list.replaceChildren();
  }

  show() {
    const { timeline } = this.#visit;
    const items = new Map(timeline.items.map((item) => [`${item.era} ${item.seq}`, item]));
    for (const [key, { row }] of this.#shown) {
      if (items.has(key)) continue;
      row.remove();
      this.#shown.delete(key);
    }
    const fresh = document.createDocumentFragment();
    /** @type {Item | undefined} */
    let before;
    for (const [key, item] of items) {
      let each = this.#shown.get(key);
      if (each === undefined) {
        each = { row: makeRow(item, item.id === this.#visit.me.id) };
        this.#shown.set(key, each);
        fresh.append(each.row);
      } else if (fresh.firstChild !== null) this.#list.insertBefore(fresh, each.row);
      this.#fill(each, before, item);
      before = item;
    }
    this.#list.append(fresh);
  }

  /** @param {Shown} shown @param {Item | undefined} before @param {Item} item */
  #fill(shown, before, item) {
    const { row } = shown;
    const answered = item.reply === undefined ? undefined : this.#visit.timeline.find(item.reply);
    if (shown.item !== item || shown.answered !== answered) showContent(this.#visit, row, item, answered);
    if (shown.before !== before || shown.item === undefined) this.#separate(row, before, item);
    Object.assign(shown, { item, before, answered });
  }

  /** Shows what stands between a message and the one before. @param {HTMLElement} row @param {Item | undefined} before @param {Item} item */
  #separate(row, before, item) {
    const { room } = this.#visit;
    row.querySelectorAll(":scope > .above").forEach((each) => each.remove());
    const gap = gapBefore(room, before, item);
    const isNextDay = before === undefined || dayOf(before.ts) !== dayOf(item.ts);
    if (isNextDay && !item.unknown) row.prepend(make("p", { class: "above day" }, dayLabel(item.ts)));
    if (gap !== undefined) row.prepend(above(gapLine(gap, (done) => this.#visit.load(item, done))));
    row.classList.toggle("more", !gap && !isNextDay && isOfGroup(before, item));
  }
}

/** @param {HTMLElement} mark */
function above(mark) {
  mark.classList.add("above");
  return mark;
}

/** @param {Item} item @param {boolean} isMine */
export function makeRow({ id, name, ts, unknown }, isMine) {
  // A change of the room itself has a place, and nothing to be read here.
  if (unknown !== undefined) return make("li", { class: "change" });
  return make(
    "li",
    { class: `row ${hueOf(id)} ${isMine ? "mine" : ""}` },
    make(
      "p",
      { class: "who" },
      nameLabel(name, "name"),
      " ",
      make("time", { datetime: new Date(ts).toISOString() }, timeLabel(ts)),
    ),
    make("div", { class: "text", dir: "auto" }),
  );
}

/** @param {Visit} visit @param {HTMLElement} row @param {Item} item @param {Quote | undefined} [answered] */
export function showContent(visit, row, item, answered) {
  const text = row.querySelector(":scope > .text");
  if (text === null) return;
  const { deleted = false, mentions, version = 0, reactions = [] } = item;
  row.classList.toggle("gone", deleted);
  if (deleted) text.replaceChildren(word("deletedMessage"));
  else {
    const people = mentions && knownPeople(visit, mentions).slice(0, MENTIONED_NAMES);
    text.replaceChildren(render(item.text, { mentions: people }));
    if (version > 0) text.append(" ", make("small", { class: "quiet" }, word("edited")));
  }
  row.querySelectorAll(":scope > :is(.quote, .reactions)").forEach((each) => each.remove());
  if (item.reply !== undefined) text.before(quote(answered));
  if (reactions.length === 0) return;
  row.append(
    make("p", { class: "reactions quiet" }, reactions.map(({ emoji, count }) => `${emoji} ${count}`).join("  ")),
  );
}

/** @param {Quote & Pick<Item, "unknown"> | undefined} answered */
function quote(answered) {
  const arrow = make("span", { "aria-hidden": "true" }, "↪ ");
  const line = make("p", { class: "quote quiet" }, arrow);
  if (answered === undefined || answered.unknown) line.append(word("earlierMessage"));
  else {
    const said = answered.deleted ? word("deletedMessage") : excerptOf(answered.text);
    line.append(nameLabel(answered.name, "name"), ": ", make("bdi", {}, said));
  }
  return line;
}
