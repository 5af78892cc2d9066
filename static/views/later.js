/** The parts of the page that are fetched once it is up: nobody needs them at once. @module */

import { AHEAD_MS } from "../limits.js";
import { usePart } from "./part.js";

/** @import { PageState } from "../page_state.js" */

const PARTS = {
  arriving: () => import("./arriving.js"),
  audit: () => import("./audit.js"),
  bell: () => import("./bell.js"),
  completion: () => import("./completion.js"),
  copying: () => import("./copying.js"),
  device: () => import("./device.js"),
  dialogs: () => import("./dialogs.js"),
  editing: () => import("../editing.js"),
  emoji: () => import("./emoji_picker.js"),
  invite: () => import("./invite.js"),
  jump: () => import("./jump.js"),
  link: () => import("./link_card.js"),
  person: () => import("./person.js"),
  reactors: () => import("./reactors.js"),
  refusals: () => import("./refusals.js"),
  reports: () => import("./reports.js"),
  room: () => import("./room_card.js"),
  roomForm: () => import("./room_form.js"),
  settings: () => import("./settings.js"),
  shortcodes: () => import("../text/shortcodes.js"),
  thread: () => import("./thread.js"),
  writing: () => import("./writing.js"),
};
/** @typedef {{ [Name in keyof typeof PARTS]: Awaited<ReturnType<typeof PARTS[Name]>> }} Parts */

/** What has been asked for. @type {Partial<Record<keyof Parts, Promise<unknown>>>} */
const fetched = {};
/** @type {() => void} */
let begin;
/** The page has been connected for a while: from now on it may fetch what nobody has asked for. @type {Promise<void>} */
export const ahead = new Promise((resolve) => begin = resolve);

/** Fetches all of them then: they are there when the server is not, and so is the page. @param {PageState} page */
export function fetchAhead(page) {
  let timer = 0;
  const wait = () => {
    if (page.link.online) timer ||= setTimeout(begin, AHEAD_MS);
  };
  page.on("link", wait);
  wait();
  ahead.then(async () => {
    await Promise.allSettled(Object.values(PARTS).map((part) => part()));
    PARTS.device().then(({ keepPage }) => keepPage(page), () => {});
  });
}

/**
 * Uses a part as soon as it is there. Resolves when that is done.
 *
 * @template {keyof Parts} Name
 * @param {PageState} page
 * @param {Name} name
 * @param {(part: Parts[Name]) => void} use
 * @returns {Promise<void>}
 */
export function later(page, name, use) {
  // The same promise for all: who asks first gets it first, and what is there needs no turn more.
  const part = /** @type {Promise<Parts[Name]>} */ (fetched[name] ??= PARTS[name]());
  part.catch(() => delete fetched[name]);
  return usePart(page, part, use);
}
