/** A card for the shown room: what it is about, who finds it and who writes in it, and what one may do with it. @module */

import { button, byId, make } from "../dom.js";
import { leave } from "../room_acts.js";
import { labelOf } from "../room_titles.js";
import { RANKS, roleOf } from "../standing.js";
import { word } from "../words.js";
import { durationLabel } from "./durations.js";
import { invitedRoles } from "./invited_roles.js";
import { placing, question } from "./question.js";
import { ROLE_NAMES, WRITTEN_BY } from "./standing_label.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Record<string, Key>} */
const HOW = { public: "isPublic", unlisted: "isUnlisted", private: "isPrivate" };

/** @param {PageState} page */
export function showRoomCard(page) {
  const { room, rooms, me, world } = page;
  const { settings } = room;
  const role = roleOf(room, me.id, world.now());
  const facts = settings === undefined ? [word("ofNobody")] : [
    word(HOW[settings.visibility] ?? "isPublic"),
    word("whoWritesIs", { who: word(WRITTEN_BY[settings.writers] ?? "writtenByAll") }),
    ...settings.locked ? [word("isLocked")] : [],
    ...settings.slowMs ? [word("isSlow", { time: durationLabel(settings.slowMs) })] : [],
    ...settings.newcomerDelayMs ? [word("isForKnownFaces", { time: durationLabel(settings.newcomerDelayMs) })] : [],
    ...settings.history === "joined" && settings.visibility === "private" ? [word("isWithoutPast")] : [],
    ...settings.archived ? [word("archivedHere")] : [],
    ...role === "guest" ? [] : [word("youAre", { role: word(ROLE_NAMES[role] ?? "member") })],
  ];
  const acts = make("div", { class: "acts-of-person" });
  const then = (/** @type {() => void} */ act) => () => (dialog.close(), act());
  if (room.may.has("settings")) {
    acts.append(button(word("roomSettings"), then(() => page.tell("roomDialog", "settings"))));
  }
  if (invitedRoles(page, room).length > 0) {
    acts.append(button(word("bringSomebodyIn"), then(() => byId("invite").click())));
  }
  if (room.may.has("moderate") && page.features.has("reports")) {
    acts.append(button(word("reports"), then(() => page.tell("roomDialog", "reports"))));
  }
  if (room.may.has("moderate")) {
    acts.append(button(word("audit"), then(() => page.tell("roomDialog", "audit"))));
  }
  if (role === "owner") acts.append(archiving(page, acts, () => dialog.close()));
  if (RANKS[role] > RANKS.guest) {
    acts.append(button(word("giveUpPlace"), () => askToGiveUp(page, acts, () => dialog.close())));
  }
  if ([...rooms].length > 1) acts.append(button(word("leave"), then(() => leave(page, room))));
  const dialog = showDialog(
    labelOf(page, room.name),
    ...settings?.topic ? [make("p", { class: "topic", dir: "auto" }, settings.topic)] : [],
    make("ul", { class: "facts quiet" }, ...facts.map((fact) => make("li", {}, fact))),
    acts,
  );
  dialog.querySelector("h2")?.setAttribute("dir", "auto");
}

/** @param {PageState} page @param {HTMLElement} acts @param {() => void} close */
function archiving(page, acts, close) {
  const { room, link, world } = page;
  const archived = !room.settings?.archived;
  const [does, asks] = archived ? [word("archive"), word("askArchive")] : [word("unarchive"), word("askUnarchive")];
  const nonce = world.randomHex(16);
  return button(does, () => {
    const command = /** @type {const} */ ({ type: "settings", room: room.name, nonce, set: { archived } });
    question(acts, asks, does, (reply) => link.ask(command, reply), close);
  });
}

/** @param {PageState} page @param {HTMLElement} acts @param {() => void} close */
function askToGiveUp(page, acts, close) {
  const { room, me } = page;
  const said = word("giveUpWarning", { room: labelOf(page, room.name) });
  question(acts, said, word("giveUpPlace"), placing(page, { id: me.id, role: "guest" }), () => {
    close();
    leave(page, room);
  });
}
