/** The own name: where it is shown, where it is changed, and where a first visitor is asked for it. @module */

import { byId, hueOf, initialOf } from "../dom.js";
import { later } from "./later.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showMe(page) {
  page.on("me", () => {
    const { id, name } = page.me;
    byId("me-name").textContent = name;
    byId("me-face").textContent = initialOf(name);
    byId("me").className = `bar ${hueOf(id)}`;
  });
  byId("me").addEventListener("click", () => later(page, "dialogs", ({ askName }) => askName(page)));
  byId("help").addEventListener("click", () => later(page, "dialogs", ({ showHelp }) => showHelp()));
  // Another tab of the same person has changed the name.
  addEventListener("storage", ({ key, newValue }) => {
    if (key === "switchboard.name" && newValue && newValue !== page.me.name) page.rename(newValue, () => {});
  });
}

/** On the first visit: asks for a name, without getting in the way. @param {PageState} page */
export function greet(page) {
  const [form, field] = [byId("welcome"), byId("welcome-name")];
  form.hidden = page.storage.get("greeted") !== null;
  field.value = page.me.name;
  const dismiss = () => {
    form.hidden = true;
    page.storage.set("greeted", "yes");
  };
  page.on("sent", dismiss);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.rename(field.value, (problem) => {
      field.setCustomValidity(problem);
      if (problem !== "") return void field.reportValidity();
      dismiss();
      byId("field").focus();
    });
  });
  field.addEventListener("input", () => field.setCustomValidity(""));
}
