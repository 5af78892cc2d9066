/** What a room is called: by its title where it has one, because the name of a private room says nothing. @module */

import { ROOMS_REMEMBERED } from "./limits.js";

/** @import { Listed } from "./client/lines.js" */
/** @import { Room } from "./client/room.js" */
/** @import { PageState } from "./page_state.js" */
/** @typedef {{ title: string, isPrivate: boolean }} Called */

/** @param {PageState} page @param {string} name @returns {Called} */
export function calledOf({ rooms, mine, storage }, name) {
  const { settings } = rooms.get(name) ?? {};
  if (settings !== undefined) return { title: settings.title || name, isPrivate: settings.visibility === "private" };
  const listed = mine.get(name);
  if (listed !== undefined) return calledIn(listed);
  // Until it is joined, as it was the last time.
  const { [name]: known } = storage.getJson("titles", /** @type {Record<string, Called>} */ ({}));
  return known ?? { title: name, isPrivate: false };
}

/** A room as the server lists it: whether it is private can be known by its name only. @param {Listed} listed @returns {Called} */
export function calledIn({ room, title = room }) {
  return { title, isPrivate: room.startsWith("p-") };
}

/** The title with what it is. @param {PageState} page @param {string} name */
export function labelOf(page, name) {
  const { title, isPrivate } = calledOf(page, name);
  return `${markOf(isPrivate)}${title}`;
}

/** What stands before a room's title. @param {boolean} isPrivate */
export function markOf(isPrivate) {
  return isPrivate ? "🔒\u00a0" : "#";
}

/** Keeps the title over a reload. @param {PageState} page @param {Room} room */
export function rememberTitle(page, { name, settings }) {
  if (settings === undefined) return;
  const { title, isPrivate } = calledOf(page, name);
  const { [name]: known } = page.storage.getJson("titles", /** @type {Record<string, Called>} */ ({}));
  if (known?.title === title && known.isPrivate === isPrivate) return;
  page.storage.setIn("titles", name, { title, isPrivate }, ROOMS_REMEMBERED);
}
