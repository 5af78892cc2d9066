/** The field that joins or starts a room, and says what its name will be. @module */

import { button, byId } from "../dom.js";
import { isRoomName, roomName } from "../room_names.js";
import { goTo } from "../room_acts.js";
import { word } from "../words.js";
import { isComposing } from "../written.js";
import { later } from "./later.js";
import { typeAhead } from "./type_ahead.js";

/** @param {import("../page_state.js").PageState} page */
export function showJoin(page) {
  const [form, field, hint] = [byId("join-form"), byId("join-room"), byId("join-hint")];
  field.addEventListener("input", () => {
    const typed = field.value.trim();
    const room = roomName(typed);
    hint.textContent = isRoomName(typed) ? "" : room === "" ? word("noSuchName", { typed }) : word("becomes", { room });
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !isComposing(event)) byId("field").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!goTo(page, field.value)) return;
    field.value = hint.textContent = "";
    byId("field").focus();
  });
  const start = () => typeAhead(() => later(page, "roomForm", ({ makeRoom }) => makeRoom(page, field.value.trim())));
  document.querySelector("#rooms h2")?.after(openingButton("new-room", `${word("newRoom")} …`, start, "+"));
  const browse = () => typeAhead(() => later(page, "jump", ({ openJump }) => openJump(page, true)));
  const lens = byId("find").firstElementChild?.cloneNode(true) ?? "";
  form.append(openingButton("browse", word("browseRooms"), browse, lens));
}

/** A small button that opens a dialog. @param {string} id @param {string} said @param {() => void} press @param {Node | string} shown */
function openingButton(id, said, press, shown) {
  const made = button("", press, {
    id,
    class: "icon-button bar",
    "aria-label": said,
    title: said,
    "aria-haspopup": "dialog",
  });
  made.append(shown);
  return made;
}
