/** What the shown room is called, wherever that is said; its topic, and the card behind both. @module */

import { button, byId } from "../dom.js";
import { calledOf, keepTitle, markOf } from "../room_titles.js";
import { isDirect } from "../room_names.js";
import { word } from "../words.js";
import { later } from "./later.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showHead(page) {
  const heading = /** @type {HTMLElement} */ (byId("room-name").parentElement);
  page.on("roomDialog", (which) => {
    const { other } = calledOf(page, page.room.name);
    if (which === "card" && other !== undefined) page.tell("person", other);
    else if (which === "reports") later(page, "reports", ({ showReports }) => showReports(page));
    else if (which === "audit") later(page, "audit", ({ showAudit }) => showAudit(page));
    else if (which === "card") later(page, "room", ({ showRoomCard }) => showRoomCard(page));
    else later(page, "roomForm", ({ makeRoom, setUpRoom }) => which === "form" ? makeRoom(page) : setUpRoom(page));
  });
  const open = () => page.tell("roomDialog", "card");
  const press = button("", open, {
    id: "about-room",
    class: "cut",
    "aria-haspopup": "dialog",
    title: word("aboutRoom"),
  });
  press.append(...heading.childNodes);
  heading.append(press);
  // A mouse finds the rest of a topic that is cut off; everybody else has the heading.
  byId("topic").addEventListener("click", open);
  const beginning = /** @type {Node} */ (byId("beginning").querySelector("h2 > span"));
  const isBeginning = beginning.textContent ?? "";
  const show = () => {
    const { room } = page;
    const called = calledOf(page, room.name);
    if (room.settings !== undefined) keepTitle(page, room.name, called);
    const [mark, isOfTwo] = [markOf(called), isDirect(room.name)];
    setText(/** @type {HTMLElement} */ (press.firstElementChild), mark);
    setText(byId("room-name"), called.title);
    setText(beginning, isOfTwo ? word("youAnd") : isBeginning);
    setText(byId("beginning-name"), called.title);
    setText(/** @type {Node} */ (byId("beginning-name").previousSibling), mark);
    // Into a room of two nobody else can come; and who is kept out of a room can let nobody in.
    byId("invite").hidden = isOfTwo || room.refused !== undefined;
    const { visibility = "public", writers = "all", locked } = room.settings ?? {};
    // The sentence below it, which holds for an open room only.
    document.querySelector("#beginning > p")?.toggleAttribute(
      "hidden",
      locked || visibility !== "public" || writers !== "all",
    );
    setText(byId("topic"), isOfTwo ? word("onlyYouTwo") : room.settings?.topic ?? "");
    const label = { room: `${mark}${called.title}` };
    byId("field").placeholder = byId("field").ariaLabel = word("messageTo", label);
    byId("bell").ariaLabel = word("notificationsOf", label);
  };
  for (const type of /** @type {const} */ (["room", "people", "joinRefused"])) page.on(type, show);
  // A message says what the other one is called now.
  page.on("news", () => isDirect(page.room.name) && show());
  show();
}

/** @param {Node} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
