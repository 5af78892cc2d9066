/** Asks before somebody's place in a room is changed, in place of the buttons that were pressed. @module */

import { button, make } from "../dom.js";
import { reasonOf } from "../refusals.js";
import { word } from "../words.js";

/** @import { Commands } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * @param {PageState} page
 * @param {HTMLElement} where
 * @param {string} said the question
 * @param {string} does what the button says that does it
 * @param {Omit<Commands["member"], "room" | "nonce">} fields
 * @param {() => void} done
 */
export function question({ room, link, world }, where, said, does, fields, done) {
  const before = [...where.childNodes];
  const focused = document.activeElement;
  const problem = make("p", { class: "problem", role: "alert" });
  // The same one again, if it was not answered: it is carried out once.
  const nonce = world.randomHex(16);
  const act = button(does, () => {
    act.disabled = true;
    link.ask({ type: "member", room: room.name, nonce, ...fields }, (line) => {
      act.disabled = false;
      if (line.type === "ok") return done();
      problem.textContent = word("notDone", { reason: reasonOf(line) });
    });
  }, { class: "primary filled" });
  // It gets the focus: a screen reader says the question with it.
  const back = button(word("cancel"), () => {
    where.replaceChildren(...before);
    if (focused instanceof HTMLElement) focused.focus();
  }, { "aria-describedby": "asked" });
  where.replaceChildren(make("p", { id: "asked", class: "asked" }, said), problem, act, back);
  back.focus();
}
