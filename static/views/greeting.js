/** Where a first visitor is asked for a name. @module */

import { byId, make, nameField } from "../dom.js";
import { rename } from "../rename.js";
import { word } from "../words.js";

/** On the first visit: asks for a name, without getting in the way. @param {import("../page_state.js").PageState} page */
export function greet(page) {
  if (page.storage.get("greeted") !== null) return;
  const field = nameField("welcome-name", page.me.name);
  const form = make(
    "form",
    { id: "welcome", class: "bar" },
    make("label", { for: "welcome-name" }, word("greeting")),
    field,
    make("button", { class: "primary filled" }, word("thatIsMe")),
  );
  byId("composer").before(form);
  const dismiss = () => {
    stop();
    greeted(page);
  };
  const stop = page.on("sent", dismiss);
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

/** Somebody has a name by now: asks for none any more. @param {import("../page_state.js").PageState} page */
export function greeted(page) {
  page.storage.set("greeted", "yes");
  document.getElementById("welcome")?.remove();
}
