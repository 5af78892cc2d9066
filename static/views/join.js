/** The field that joins or starts a room, and says what its name will be. @module */

import { button, byId } from "../dom.js";
import { isRoomName, roomName } from "../room_names.js";
import { goTo } from "../room_acts.js";
import { word } from "../words.js";
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
  field.addEventListener("keydown", ({ key, isComposing }) => {
    if (key === "Escape" && !isComposing) byId("field").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!goTo(page, field.value)) return;
    field.value = hint.textContent = "";
    byId("field").focus();
  });
  const browse = () => typeAhead(() => later(page, "jump", ({ openJump }) => openJump(page, true)));
  hint.after(button(word("browseRooms"), browse, { id: "browse", class: "bar", "aria-haspopup": "dialog" }));
  const start = () => typeAhead(() => later(page, "roomForm", ({ makeRoom }) => makeRoom(page, field.value.trim())));
  hint.after(button(word("newRoom"), start, { id: "new-room", class: "bar", "aria-haspopup": "dialog" }));
  byId("room-add").addEventListener("click", () => field.focus());
}
