/** What can be done with a message: its bar, its menu and its keys are made of this one table. @module */

import { pathOf } from "../address.js";
import { abilities, change, changesOf } from "../changing.js";
import { isMine } from "../client/expected.js";
import { at } from "../client/room.js";
import { copyText } from "../clipboard.js";
import { byId } from "../dom.js";
import { beginEdit } from "../editing.js";
import { FOCUS_MS } from "../limits.js";
import { isProven } from "../likeness.js";
import { outranks } from "../standing.js";
import { word } from "../words.js";
import { deleteForNow } from "./deletion.js";
import { later } from "./later.js";
import { showMessage } from "./message.js";
import { pin } from "./pin.js";
import { openPopup } from "./popup.js";
import { makeRow } from "./rows.js";
import { typeAhead } from "./type_ahead.js";

/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */
/** What one may do, and whether that is possible with this message. @typedef {ReturnType<typeof abilities> & { copy: boolean, link: boolean, thread: boolean, reactors: boolean, person: boolean, report: boolean, pin: boolean, unpin: boolean }} May */
/**
 * @typedef {object} Act
 * @property {keyof May} needs
 * @property {Key} said
 * @property {string} [key] what a person presses while the message has the focus
 * @property {(page: PageState, item: Item, row: HTMLElement) => void} run
 */

/** The emoji that the bar offers at once. */
export const LIKE = "👍";

/** In the order of the menu. @type {Record<string, Act>} */
export const ACTS = {
  like: { needs: "react", said: "reactWith", run: (page, item) => toggle(page, item, LIKE) },
  react: {
    needs: "react",
    said: "react",
    key: "+",
    run: (page, item, row) =>
      typeAhead(() =>
        later(page, "emoji", ({ pickEmoji }) => pickEmoji(openAt(row), (emoji) => toggle(page, item, emoji)))
      ),
  },
  reply: {
    needs: "reply",
    said: "reply",
    key: "r",
    run: (page, item) => inField(page, () => page.write({ reply: item })),
  },
  edit: { needs: "edit", said: "edit", key: "e", run: (page, item) => inField(page, () => beginEdit(page, item)) },
  copy: { needs: "copy", said: "copyText", key: "c", run: (page, { text }) => copy(page, text) },
  link: { needs: "link", said: "copyLink", run: (page, item) => copy(page, addressOf(page, item)) },
  thread: {
    needs: "thread",
    said: "showReplies",
    key: "t",
    run: (page, item) =>
      later(page, "thread", ({ showThread }) => showThread(page, item, (each) => plainRow(page, each))),
  },
  reactors: {
    needs: "reactors",
    said: "whoReacted",
    run: (page, item, row) => later(page, "reactors", ({ showReactors }) => showReactors(page, item, openAt(row))),
  },
  person: { needs: "person", said: "whoIsIt", key: "p", run: (page, { id }) => page.tell("person", id) },
  pin: { needs: "pin", said: "pin", run: (page, { seq }) => pin(page, seq) },
  unpin: { needs: "unpin", said: "unpin", run: (page) => pin(page, null) },
  report: {
    needs: "report",
    said: "reportIt",
    run: (page, item) => later(page, "reports", ({ reportMessage }) => reportMessage(page, item)),
  },
  delete: { needs: "delete", said: "delete", key: "Delete", run: deleteForNow },
};

/** What is typed goes into the composer from now on, also before that is ready for it. @param {PageState} page @param {() => void} begin */
function inField(page, begin) {
  typeAhead(() => {
    const hadFocus = document.activeElement === byId("field");
    const arrived = new Promise((resolve) => byId("field").addEventListener("focus", resolve, { once: true }));
    begin();
    const given = later(page, "writing", () => {});
    // The focus does not come to where it is.
    if (hadFocus) return given.then(() => true);
    // Where nothing comes of it, the keys are free again.
    return Promise.race([arrived, given.then(() => new Promise((resolve) => setTimeout(resolve, FOCUS_MS)))]);
  });
}

/** For what is fetched later: it need not have this, too. @param {HTMLElement} row @returns {(label: string, ...children: Node[]) => ReturnType<typeof openPopup>} */
function openAt(row) {
  return (label, ...children) => openPopup(row, label, ...children);
}

/** @param {PageState} page @param {Item} item @returns {May} */
export function mayWith(page, item) {
  const isThere = !item.deleted && !item.unknown;
  const isPlaced = item.seq > 0 && item.era === page.room.era;
  const moderates = page.room.may.has("moderate") && page.features.has("reports");
  const isPinned = page.room.settings?.pinned === item.seq;
  const going = changesOf(page, item).some(({ type, state }) => type === "delete" && state !== "failed");
  const can = abilities(page, item);
  const may = {
    ...can,
    delete: can.delete && (item.id === page.me.id || outranks(page.room, page.me.id, item.id, page.world.now())),
    copy: isThere,
    link: isThere && isPlaced,
    thread: isThere && isPlaced && item.replies !== undefined,
    reactors: item.reactions !== undefined,
    person: isThere,
    pin: isThere && isPlaced && moderates && !isPinned,
    unpin: isThere && isPlaced && moderates && isPinned,
    report: isThere && isPlaced && isReportable(page, item),
  };
  return going ? /** @type {May} */ (Object.fromEntries(Object.keys(may).map((each) => [each, false]))) : may;
}

/** Whether somebody moderates the room, who can look into it. @param {PageState} page @param {Item} item */
function isReportable({ features, room, me }, item) {
  return features.has("reports") && room.between === undefined && item.id !== me.id && isProven(me.id);
}

/** Adds one's own reaction, or takes it back. @param {PageState} page @param {Item} item @param {string} emoji */
export function toggle(page, item, emoji) {
  const waiting = changesOf(page, item).findLast((entry) => entry.emoji === emoji && entry.state !== "failed");
  // It may have arrived since the log last showed it.
  const now = at(page.timeline.items, item) ?? item;
  const on = !(waiting?.on ?? isMine(now, emoji));
  change(page, item, { type: "react", emoji, on });
}

/** A message by itself: what it answers, and what was done to it, is seen where it stands. @param {PageState} page @param {Item} item */
function plainRow(page, item) {
  const { reply: _, replies: __, reactions: ___, ...plain } = item;
  const row = makeRow(page, item);
  showMessage(page, row, plain, [], undefined);
  return row;
}

/** The address of a message. @param {PageState} page @param {Item} item */
function addressOf({ room }, { seq }) {
  return new URL(`${pathOf(room.name)}/${seq}`, location.href).href;
}

/** @param {PageState} page @param {string} text */
async function copy(page, text) {
  page.tell("notice", word(await copyText(text) ? "copied" : "notCopied"));
}
