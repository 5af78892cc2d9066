/** Where a first visitor is asked for a name. @module */

import { byId, make, nameField } from "../dom.js";
import { rename } from "../rename.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** The name in the id of somebody whom a proxy has named. A hash has no name in it; of a mail address only what stands before the @ counts. */
const NAME_IN_ID = /^t-(?![\da-f]{32}$)([^@]+)/;

/** On the first visit: asks for a name, without getting in the way. @param {PageState} page */
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
  const offer = () => {
    // What a proxy calls somebody is better than a name that was made up: the others know it.
    const name = NAME_IN_ID.exec(page.me.id)?.[1];
    if (name && page.invented && page.token === undefined) rename(page, name, () => {});
    // Seen until somebody has written another.
    field.defaultValue = page.me.name;
  };
  page.on("me", offer);
  offer();
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

/** Somebody has a name by now: asks for none any more. @param {PageState} page */
export function greeted(page) {
  page.storage.set("greeted", "yes");
  document.getElementById("welcome")?.remove();
}
