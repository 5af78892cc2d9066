/** Becomes the identity of another device, once its reader has said so: what this browser was until then is gone with its key. @module */

import { button, make, nameLabel } from "../dom.js";
import { idOfKey } from "../identity.js";
import { inGroups } from "../likeness.js";
import * as limits from "../limits.js";
import { word } from "../words.js";
import { become } from "./become.js";
import { showDialog } from "./dialog.js";

/** @param {import("../page_state.js").PageState} page @param {string} key @param {() => void} done the key is not needed any more @param {string} name what its person is called, if the link says so */
export async function takeKey(page, key, done, name) {
  const { storage } = page;
  if (storage.get("key") === key) {
    done();
    return page.tell("notice", word("keyIsHereAlready"));
  }
  const [next, now] = await Promise.all([idOfKey(key), idOfKey(storage.get("key") ?? "")]);
  const take = () => {
    done();
    become(page, key, name);
  };
  const printLine = (/** @type {string} */ said, /** @type {string} */ id) =>
    make("p", { class: "quiet" }, said, " ", make("code", { dir: "ltr" }, inGroups(id)));
  const yes = button(word("takeKey"), take, { class: "primary filled", disabled: "" });
  // A page of somebody else may have opened this one under a pointer that is about to press.
  page.world.after(limits.TAKE_ARMED_MS, () => yes.disabled = false);
  const back = button(word("notNow"), () => dialog.close());
  const dialog = showDialog(
    word("takeKeyTitle"),
    make("p", {}, word("takeKeyWarning")),
    ...name ? [make("p", {}, word("keyNext"), " ", nameLabel(name, "name"))] : [],
    make("p", {}, word("keyNow"), " ", nameLabel(page.me.name, "name")),
    make(
      "details",
      {},
      make("summary", { class: "quiet" }, word("comparePrints")),
      printLine(word("keyNext"), next),
      printLine(word("keyNow"), now),
    ),
    make("p", { class: "acts-of-person" }, yes, back),
  );
  dialog.addEventListener("close", done);
  // Nobody becomes somebody else by an Enter that was meant for the field.
  back.focus();
}
