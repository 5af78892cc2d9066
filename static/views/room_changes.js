/** What changed the room itself, as quiet lines of the log. @module */

import { isRoomChange } from "../client/room_changes.js";
import { endLabel } from "../exact_formats.js";
import { isDirect } from "../room_names.js";
import { locale, word, wordWith } from "../words.js";
import { daysLabel, durationLabel, everyLabel } from "./durations.js";
import { personLabel } from "./person_label.js";

/** @import { RoomChange, RoomEvent, RoomSettings } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */
/** Its word, and what stands in that besides people. @typedef {[said: Key, values?: Record<string, string>]} Said */

/** @type {Record<string, Key>} */
const ROLES = { owner: "madeOwner", moderator: "madeModerator", member: "madeMember", guest: "madeGuest" };
/** @type {Record<RoomSettings["visibility"], Key>} */
const VISIBILITIES = { public: "roomMadePublic", unlisted: "roomMadeUnlisted", private: "roomMadePrivate" };
/** @type {Record<RoomSettings["writers"], Key>} */
const WRITERS = { all: "roomForAll", known: "roomForKnown", members: "roomForMembers" };

/** @param {PageState} page @param {HTMLElement} row @param {RoomEvent} event */
export function showRoomChange(page, row, event) {
  const text = row.querySelector(":scope > .text");
  row.classList.add("noted");
  text?.classList.add("quiet");
  if (!isRoomChange(event)) return text?.replaceChildren(word("unknownMessage"));
  text?.replaceChildren(...linesOf(page, event));
}

/** What a change of the room says, a line for each thing that it changes. @param {PageState} page @param {RoomChange} event */
export function linesOf(page, event) {
  /** @type {Said[]} */
  const lines = event.kind === "member"
    ? [ofPlace(event)]
    : isDirect(page.room.name)
    ? [["directBegan"]]
    : ofSettings(event.set);
  const who = () => personLabel(page, event.id, event.name);
  const whom = () => personLabel(page, memberOf(event), nameOf(page, memberOf(event)));
  return lines.map(([key, values = {}]) => {
    const line = document.createElement("div");
    line.append(...wordWith(key, { who: who(), whom: whom(), ...values }));
    return line;
  });
}

/** @param {RoomChange} event */
function memberOf(event) {
  return event.kind === "member" ? event.member : event.id;
}

/** The name of somebody of whom an event has only the id. @param {PageState} page @param {string} id */
export function nameOf({ room, timeline }, id) {
  const item = timeline.items.findLast((each) => each.id === id);
  return room.members.get(id) ?? item?.name ?? word("somebody");
}

/** @param {Extract<RoomChange, { kind: "member" }>} event @returns {Said} */
function ofPlace({ ts, id, member, role, mute, kick, untilMs }) {
  const until = untilMs === undefined ? "" : endLabel(untilMs, ts);
  if (id === member) return [role === "guest" ? "gaveUpPlace" : "isMember"];
  if (role === "banned") return untilMs === undefined ? ["banned"] : ["bannedUntil", { until }];
  if (role !== undefined) return [ROLES[role] ?? "madeGuest"];
  if (mute) return untilMs === undefined ? ["muted"] : ["mutedUntil", { until }];
  return [kick ? "sentOut" : "unmuted"];
}

/** @param {Partial<RoomSettings>} set @returns {Said[]} */
function ofSettings({ title, topic, visibility, writers, locked, history, archived, pinned, ...times }) {
  /** @type {Said[]} */
  const said = [];
  if (title !== undefined) said.push(title === "" ? ["roomUncalled"] : ["roomCalled", { title }]);
  if (topic !== undefined) said.push(topic === "" ? ["topicCleared"] : ["topicSet", { topic }]);
  if (visibility !== undefined) said.push([VISIBILITIES[visibility] ?? "roomSetUp"]);
  if (writers !== undefined) said.push([WRITERS[writers] ?? "roomSetUp"]);
  if (locked !== undefined) said.push([locked ? "roomLocked" : "roomUnlocked"]);
  if (history !== undefined) said.push([history === "joined" ? "roomHidesPast" : "roomShowsPast"]);
  const { slowMs, editWindowMs, newcomerDelayMs } = times;
  if (slowMs !== undefined) said.push(ofTime(slowMs, "roomSlowed", "roomNotSlow", everyLabel));
  if (editWindowMs !== undefined) said.push(ofTime(editWindowMs, "roomEditedFor", "roomNotEdited"));
  if (newcomerDelayMs !== undefined) said.push(ofTime(newcomerDelayMs, "roomNewcomersWait", "roomNewcomersWrite"));
  said.push(...ofRetention(times));
  if (archived !== undefined) said.push([archived ? "roomArchived" : "roomUnarchived"]);
  if (pinned !== undefined) said.push([pinned === null ? "unpinnedOne" : "pinnedOne"]);
  return said.length === 0 ? [["roomSetUp"]] : said;
}

/** @param {Partial<RoomSettings>} set @returns {Said[]} */
function ofRetention({ keepDays, keepMessages }) {
  /** @type {Said[]} */
  const said = [];
  if (keepDays !== undefined) said.push(keepDays === 0 ? ["roomKept"] : ["roomKeptFor", { time: daysLabel(keepDays) }]);
  if (keepMessages !== undefined) {
    const count = keepMessages.toLocaleString(locale());
    said.push(keepMessages === 0 ? ["roomKeepsAsMany"] : ["roomKeepsNewest", { count }]);
  }
  return said;
}

/** @param {number} ms @param {Key} said @param {Key} none @param {(ms: number) => string} [label] @returns {Said} */
function ofTime(ms, said, none, label = durationLabel) {
  return ms === 0 ? [none] : [said, { time: label(ms) }];
}
