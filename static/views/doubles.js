/** Finds those in the shown room whose names could be taken for each other's, so that they are told apart wherever they are named. @module */

import { soon } from "../dom.js";
import { knownPeople } from "../known_people.js";
import { tellApart } from "../likeness.js";

let isTelling = false;

/** Begins with that, if it has not begun yet. @param {import("../page_state.js").PageState} page */
export function tellDoubles(page) {
  if (isTelling) return;
  isTelling = true;
  const tell = () => {
    const prints = tellApart(knownPeople(page));
    const isSame = prints.size === page.prints.size &&
      [...prints].every(([id, print]) => page.prints.get(id) === print);
    if (isSame) return;
    page.prints = prints;
    page.tell("prints");
  };
  page.on("room", tell);
  for (const type of /** @type {const} */ (["people", "messages"])) page.on(type, soon(tell));
  tell();
}
