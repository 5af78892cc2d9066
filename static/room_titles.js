/** What a room is called: by its title where it has one, because the name of a private room says nothing; or by the other one of two. @module */

import { ROOMS_REMEMBERED } from "./limits.js";
import { isDirect, isSecretName } from "./room_names.js";
import { word } from "./words.js";

/** @import { Listed } from "./client/lines.js" */
/** @import { PageState } from "./page_state.js" */
/** `other`: the id of the other one of two. @typedef {{ title: string, isPrivate: boolean, other?: string }} Called */

/** @param {PageState} page @param {string} name @returns {Called} */
export function calledOf(page, name) {
  const { rooms, mine } = page;
  if (isDirect(name)) return calledByOther(page, name);
  const { settings } = rooms.get(name) ?? {};
  if (settings !== undefined) return { title: settings.title || name, isPrivate: settings.visibility === "private" };
  const listed = mine.get(name);
  return listed === undefined ? keptTitle(page, name) ?? { title: name, isPrivate: false } : calledIn(listed);
}

/** A room as the server lists it: whether it is private can be known by its name only. @param {Listed} listed @returns {Called} */
export function calledIn({ room, title = room, with: other }) {
  if (isDirect(room)) return { title: other?.name ?? word("somebody"), isPrivate: true, other: other?.id };
  return { title, isPrivate: isSecretName(room) };
}

/** @param {PageState} page @param {string} name @returns {Called} */
function calledByOther(page, name) {
  const { rooms, mine, me } = page;
  const room = rooms.get(name);
  const listed = mine.get(name)?.with;
  const other = room?.between === undefined
    ? listed?.id ?? keptTitle(page, name)?.other
    : room.between.find((id) => id !== me.id) ?? me.id;
  if (other === me.id) return { title: word("toOneself"), isPrivate: true, other };
  const written = room?.recent.findLast((item) => item.id === other && !item.unknown)?.name;
  const here = room?.members.get(other ?? "") ?? written;
  const title = here ?? keptTitle(page, name)?.title ?? listed?.name ?? word("somebody");
  return { title, isPrivate: true, other };
}

/** The title with what it is. @param {PageState} page @param {string} name */
export function labelOf(page, name) {
  const called = calledOf(page, name);
  return `${markOf(called)}${called.title}`;
}

/** What stands before a room's title; nothing before a person's name. @param {Called} called */
export function markOf({ isPrivate, other }) {
  return other !== undefined ? "" : isPrivate ? "🔒\u00a0" : "#";
}

/** What it was called the last time, for as long as it is not joined. @param {PageState} page @param {string} name */
function keptTitle({ storage }, name) {
  return /** @type {Called | undefined} */ (storage.getIn("titles", name));
}

/** Keeps the title over a reload. @param {PageState} page @param {string} name @param {Called} called */
export function keepTitle(page, name, called) {
  const known = keptTitle(page, name);
  if (known?.title === called.title && known.isPrivate === called.isPrivate && known.other === called.other) return;
  page.storage.setIn("titles", name, called, ROOMS_REMEMBERED);
}
