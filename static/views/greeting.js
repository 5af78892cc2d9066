/** Where a first visitor is asked for a name. @module */

import { byId } from "../dom.js";
import { rename } from "../rename.js";

/** On the first visit: asks for a name, without getting in the way. @param {import("../page_state.js").PageState} page */
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
    rename(page, field.value, (problem) => {
      field.setCustomValidity(problem);
      if (problem !== "") return void field.reportValidity();
      dismiss();
      byId("field").focus();
    });
  });
  field.addEventListener("input", () => field.setCustomValidity(""));
}
