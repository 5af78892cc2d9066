/** Whom messages call by name. @module */

import { knownPeople } from "../known_people.js";
import { MENTIONS } from "../limits.js";
import { tokenize } from "../text/blocks.js";

/** @import { Person } from "../known_people.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Part } from "../text/parts.js" */

/**
 * The ids of those whom a text calls: everybody with such a name, unless one of them was chosen.
 *
 * @param {PageState} page
 * @param {string} text
 * @param {string[]} [before] whom it called before it was edited
 * @returns {string[] | undefined}
 */
export function mentionsIn(page, text, before = []) {
  if (!text.includes("@")) return undefined;
  const { me, room, chosen } = page;
  const people = knownPeople(page).filter(({ id }) => id !== me.id);
  // Of those who are called under a name that nobody knows any more, it cannot be seen whether the text still does.
  const ids = new Set(before.filter((id) => !people.some((each) => each.id === id)));
  for (const name of namesIn(tokenize(text, { mentions: people }))) {
    const all = people.filter((each) => fits(each, name));
    const present = all.filter((each) => room.members.get(each.id) === each.name);
    const meant = [chosen, new Set(before)].map((set) => all.filter(({ id }) => set.has(id)));
    for (const { id } of [...meant, present, all].find(({ length }) => length > 0) ?? []) ids.add(id);
  }
  return ids.size === 0 ? undefined : [...ids].slice(0, MENTIONS);
}

/** Notes who is meant by a name that several have. Of too many the first gives way: a text cannot call more. @param {Pick<PageState, "chosen">} page @param {string} id */
export function choose({ chosen }, id) {
  chosen.delete(id);
  const [first = ""] = chosen;
  if (chosen.size >= MENTIONS) chosen.delete(first);
  chosen.add(id);
}

/** @param {Person} person @param {string} name in any case */
function fits(person, name) {
  return person.name.toLowerCase() === name.toLowerCase();
}

/** The names behind an "@", but not in code. @param {Part[]} parts @returns {string[]} */
function namesIn(parts) {
  return parts.flatMap((part) => {
    if (typeof part === "string") return [];
    if (part.kind === "at") return [part.text.slice(1)];
    return "parts" in part
      ? namesIn(part.parts)
      : "items" in part
      ? part.items.flatMap(({ parts }) => namesIn(parts))
      : [];
  });
}
