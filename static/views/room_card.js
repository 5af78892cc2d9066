/** A card for the shown room: what it is about, who finds it and who writes in it, and what one may do with it. @module */

import { button, byId, make } from "../dom.js";
import { leave, muting } from "../room_acts.js";
import { labelOf } from "../room_titles.js";
import { RANKS, roleOf } from "../standing.js";
import { locale, word } from "../words.js";
import { daysLabel, durationLabel, everyLabel } from "./durations.js";
import { erasing, givingUp } from "./give_up.js";
import { question } from "./question.js";
import { ROLE_NAMES, WRITTEN_BY } from "./standing_label.js";
import { showDialog } from "./dialog.js";

/** @import { Role } from "../client/lines.js" */
/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Record<string, Key>} */
const HOW = { public: "isPublic", unlisted: "isUnlisted", private: "isPrivate" };

/** @param {PageState} page */
export function showRoomCard(page) {
  const { room, rooms, me, world } = page;
  const { settings } = room;
  const role = roleOf(room, me.id, world.now());
  const acts = make("div", { class: "acts-of-person" });
  const then = (/** @type {() => void} */ act) => () => (dialog.close(), act());
  if (room.may.has("settings")) {
    acts.append(button(word("roomSettings"), then(() => page.tell("roomDialog", "settings"))));
  }
  // Nobody can be brought into a room of two.
  if (!byId("invite").hidden) {
    acts.append(button(word("bringSomebodyIn"), then(() => byId("invite").click())));
  }
  if (room.may.has("moderate") && page.features.has("reports")) {
    acts.append(button(word("reports"), then(() => page.tell("roomDialog", "reports"))));
  }
  if (room.may.has("moderate")) {
    acts.append(button(word("audit"), then(() => page.tell("roomDialog", "audit"))));
  }
  const [mutes, mute] = muting(page);
  acts.append(button(mutes, then(mute)));
  if ([...rooms].length > 1) acts.append(button(word("leave"), then(() => leave(page, room))));
  const close = () => dialog.close();
  // Apart from what one does every day: nobody is to give up a place who only wants to leave.
  const ends = make("div", { class: "acts-of-person last" });
  if (role === "owner") ends.append(archiving(page, ends, close));
  if (role === "owner" && settings?.archived) ends.append(erasing(page, ends, close));
  if (RANKS[role] > RANKS.guest) {
    ends.append(givingUp(page, ends, word("giveUpWarning", { room: labelOf(page, room.name) }), close));
  }
  const dialog = showDialog(
    labelOf(page, room.name),
    ...settings?.topic ? [make("p", { class: "topic", dir: "auto" }, settings.topic)] : [],
    make("ul", { class: "facts quiet" }, ...factsOf(room, role).map((fact) => make("li", {}, fact))),
    acts,
    ...ends.hasChildNodes() ? [ends] : [],
  );
  dialog.querySelector("h2")?.setAttribute("dir", "auto");
}

/** @param {Room} room @param {Role} role one's own */
function factsOf(room, role) {
  const {
    visibility = "public",
    writers = "all",
    locked,
    slowMs,
    newcomerDelayMs,
    keepDays,
    keepMessages,
    history,
    archived,
  } = room.settings ?? {};
  const isAnybodys = visibility === "public" && writers === "all" && !isOwned(room);
  return [
    ...isAnybodys ? [word("ofNobody")] : [
      word(HOW[visibility] ?? "isPublic"),
      word("whoWritesIs", { who: word(WRITTEN_BY[writers] ?? "writtenByAll") }),
    ],
    ...locked ? [word("isLocked")] : [],
    ...slowMs ? [word("isSlow", { time: everyLabel(slowMs) })] : [],
    ...newcomerDelayMs ? [word("isForKnownFaces", { time: durationLabel(newcomerDelayMs) })] : [],
    ...keepDays ? [word("isKeptFor", { time: daysLabel(keepDays) })] : [],
    ...keepMessages ? [word("keepsNewest", { count: keepMessages.toLocaleString(locale()) })] : [],
    ...history === "joined" && visibility === "private" ? [word("isWithoutPast")] : [],
    ...archived ? [word("archivedHere")] : [],
    ...role === "guest" ? [] : [word("youAre", { role: word(ROLE_NAMES[role] ?? "member") })],
  ];
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

/** As far as one is told: those who have a place may be too many. @param {Room} room */
function isOwned({ places }) {
  return [...places.values()].some(({ role }) => role === "owner");
}
