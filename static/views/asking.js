/** What is filled in: a form that asks for something, and the choices in one. @module */

import { make } from "../dom.js";

/**
 * A form with its button. While it asks it cannot be sent again; what was wrong stands above the button.
 *
 * @param {Record<string, string>} attributes
 * @param {Node[]} fields
 * @param {string} does what the button says
 * @param {(done: (problem: string) => void) => void} ask is told by `done` what was wrong, or nothing
 */
export function asking(attributes, fields, does, ask) {
  const problem = make("p", { class: "problem", role: "alert" });
  const send = make("button", { class: "primary filled" }, does);
  const form = make("form", attributes, ...fields, problem, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.disabled = true;
    ask((said) => {
      send.disabled = false;
      problem.textContent = said;
    });
  });
  return form;
}

/** @param {(string | number)[][]} choices the value and the word of each @param {string | number} chosen @param {Record<string, string>} [attributes] */
export function choiceOf(choices, chosen, attributes = {}) {
  const options = choices.map(([value, said]) => make("option", { value: String(value) }, String(said)));
  const select = make("select", attributes, ...options);
  select.value = String(chosen);
  return select;
}
