/** The pinned message of the shown room, in a line below its header. @module */

import { isMessage } from "../client/lines.js";
import { button, byId, hide, make, nameLabel, soon } from "../dom.js";
import { excerptOf } from "../excerpt.js";
import { word } from "../words.js";
import { pin } from "./pin.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showPinned(page) {
  const said = button("", () => page.tell("show", shown), { class: "bar" });
  const take = button("×", () => pin(page, null), { class: "icon-button bar", "aria-label": word("unpin") });
  const strip = make("div", { id: "pinned", class: "column bar", hidden: "" }, said, take);
  byId("topic").parentElement?.after(strip);
  let shown = 0;
  let look = "";
  let asked = "";
  /** One that is older than what is here. */
  const fetchPinned = () => {
    const { room, link } = page;
    const wanted = shown;
    if (!room.joined || asked === `${room.name} ${room.epoch} ${wanted}`) return;
    asked = `${room.name} ${room.epoch} ${wanted}`;
    link.ask({ type: "history", room: room.name, before: wanted + 1, limit: 1 }, (line) => {
      const found = line.type === "history" ? line.messages.find(({ seq }) => seq === wanted) : undefined;
      if (!isMessage(found)) return;
      // There it is changed, and deleted, as all others are.
      room.quotes.set(wanted, found);
      show();
    });
  };
  const show = () => {
    const { room, timeline } = page;
    shown = room.settings?.pinned ?? 0;
    const message = shown === 0 ? undefined : timeline.find(shown);
    if (shown !== 0 && message === undefined) fetchPinned();
    hide(strip, message === undefined || message.deleted === true);
    hide(take, !room.may.has("moderate"));
    if (message === undefined || look === `${room.name} ${shown} ${message.text}`) return;
    look = `${room.name} ${shown} ${message.text}`;
    const text = make("bdi", { class: "cut" }, excerptOf(message.text));
    said.replaceChildren(
      make("span", { "aria-hidden": "true" }, "📌 "),
      make("span", { class: "unseen" }, word("pinned")),
      nameLabel(message.name, "name"),
      text,
    );
  };
  for (const type of /** @type {const} */ (["people", "messages"])) page.on(type, soon(show));
  page.on("room", show);
  show();
}
