/** Asks before something is done to a room or to somebody in it, in place of the buttons that were pressed. @module */

import { button, make } from "../dom.js";
import { notDone } from "../refusals.js";
import { word } from "../words.js";

/** @import { Commands, Of } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** What a button has that leads to something grave: it looks like the one that deletes a message. */
export const GRAVE = { class: "grave" };

/**
 * @param {HTMLElement} where
 * @param {string} said the question
 * @param {string} does what the button says that does it
 * @param {(reply: (line: Of<"ok"> | Of<"error">) => void) => void} act asks the server
 * @param {(line: Of<"ok">) => void} done
 */
export function question(where, said, does, act, done) {
  const before = [...where.childNodes];
  const focused = document.activeElement;
  const problem = make("p", { class: "problem", role: "alert" });
  const press = button(does, () => {
    press.disabled = true;
    act((line) => {
      press.disabled = false;
      if (line.type === "ok") return done(line);
      problem.textContent = notDone(line);
    });
  }, { class: "primary filled" });
  // It gets the focus: a screen reader says the question with it.
  const back = button(word("cancel"), () => {
    where.replaceChildren(...before);
    if (focused instanceof HTMLElement) focused.focus();
  }, { "aria-describedby": "asked" });
  where.replaceChildren(make("p", { id: "asked", class: "asked" }, said), problem, press, back);
  back.focus();
}

/**
 * Changes somebody's place, as the answer to a question: one that was not answered is carried out once, however often it is sent.
 *
 * @param {PageState} page
 * @param {Omit<Commands["member"], "room" | "nonce">} fields
 * @returns {(reply: (line: Of<"ok"> | Of<"error">) => void) => void}
 */
export function placing({ room, link, world }, fields) {
  const nonce = world.randomHex(16);
  return (reply) => link.ask({ type: "member", room: room.name, nonce, ...fields }, reply);
}
