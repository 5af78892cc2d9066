/** Comes into a room by an invitation, once its reader has said so. Of the room nothing is known before. @module */

import { button, make, nameField, writeOn } from "../dom.js";
import { notDone } from "../refusals.js";
import { rename } from "../rename.js";
import { isSecretName } from "../room_names.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { greeted } from "./greeting.js";
import { onceOnline } from "./once_online.js";

/** @import { Of } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {string} room @param {string} secret @param {() => void} done the secret is not needed any more */
export function redeem(page, room, secret, done) {
  // Somebody who has yet to sign in must get at the page below.
  onceOnline(page, () => ask(page, room, secret, done));
}

/** @param {PageState} page @param {string} room @param {string} secret @param {() => void} done */
function ask(page, room, secret, done) {
  const { link, world } = page;
  const status = make("p", { role: "status" });
  const problem = make("p", { class: "problem", role: "alert" });
  const nonce = world.randomHex(16);
  const name = nameField("name", page.me.name);
  // Seen until somebody has written another. A proxy may have named them only now.
  const stopNaming = page.on("me", () => name.defaultValue = page.me.name);
  let stop = () => {};
  const join = () => {
    act.disabled = true;
    status.textContent = problem.textContent = "";
    if (name.value.trim() === page.me.name) return comeIn();
    rename(page, name.value, (what) => {
      if (what === "") return comeIn();
      act.disabled = false;
      problem.textContent = what;
    });
  };
  const comeIn = () => {
    link.ask({ type: "redeem", room, nonce, secret }, (line) => {
      if (line.type === "ok") return enter();
      if (line.code === "link_down") {
        status.textContent = word("joinsLater");
        stop = onceOnline(page, join);
        return;
      }
      act.disabled = false;
      problem.textContent = whyNot(line);
      if (line.code !== "no_access") return;
      act.remove();
      back.textContent = word("close");
      back.focus();
    });
  };
  const enter = () => {
    greeted(page);
    dialog.close();
    const known = page.rooms.get(room);
    if (!page.go(room)) return;
    // It was tried before, and was shut then.
    if (known !== undefined && !known.joined) page.rooms.join(known);
    writeOn();
  };
  const act = make("button", { class: "primary filled" }, word("joinTheRoom"));
  const back = button(word("notNow"), () => dialog.close());
  const acts = make("p", { class: "acts-of-person" }, act, back);
  const form = make("form", {}, make("label", { for: "name" }, word("seenAs")), name, status, problem, acts);
  const dialog = showDialog(
    word("youAreInvited"),
    make("p", {}, isSecretName(room) ? word("invitedToPrivate") : word("invitedTo", { room })),
    form,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    join();
  });
  dialog.addEventListener("close", () => {
    stop();
    stopNaming();
    done();
  });
  act.focus();
}

/** The server says no more than that: somebody who tries secrets learns nothing. @param {Of<"error">} error */
function whyNot(error) {
  return error.code === "no_access" ? word("inviteOver") : notDone(error);
}
