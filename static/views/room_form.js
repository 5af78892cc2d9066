/** The dialogs that make a room and set one up: one form, in which a room that is there has some fields less. @module */

import { byId, make } from "../dom.js";
import { TITLE_CHARACTERS, TOPIC_CHARACTERS } from "../limits.js";
import { notDone } from "../refusals.js";
import { isSecretName, roomName } from "../room_names.js";
import { word } from "../words.js";
import { asking, choiceOf } from "./asking.js";
import { showDialog } from "./dialog.js";
import { roomRules } from "./room_rules.js";
import { WRITTEN_BY } from "./standing_label.js";

/** @import { RoomSettings } from "../client/lines.js" */
/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {RoomSettings} */
const OPEN = { title: "", topic: "", visibility: "public", writers: "all", locked: false };
/** @type {Record<RoomSettings["visibility"], Key>} */
const FOUND_BY = { public: "foundByAll", unlisted: "foundByLink", private: "foundByMembers" };

/** @param {PageState} page @param {string} [title] */
export function makeRoom(page, title = "") {
  openForm("newRoom", "makeRoom", { ...OPEN, title }, Object.keys(FOUND_BY), (set, done) => {
    const { link, world } = page;
    const room = set.visibility === undefined ? roomName(set.title ?? "") || undefined : undefined;
    // An empty change is none: the topic says nothing either.
    const all = Object.keys(set).length === 0 ? { topic: "" } : set;
    link.ask({ type: "create", nonce: world.randomHex(16), room, set: all }, (line) => {
      if (line.type !== "ok" || line.room === undefined) return done(line);
      done();
      page.go(line.room);
      byId("field").focus();
    });
  });
}

/** @param {PageState} page */
export function setUpRoom(page) {
  const { link, world, room } = page;
  openForm("roomSettings", "save", { ...OPEN, ...room.settings }, findableAs(room), (set, done) => {
    if (Object.keys(set).length === 0) return done();
    link.ask(
      { type: "settings", room: room.name, nonce: world.randomHex(16), set },
      (line) => done(line.type === "ok" ? undefined : line),
    );
  }, true);
}

/** A room whose name is known cannot be hidden any more. @param {Room} room */
function findableAs({ name }) {
  return isSecretName(name) ? Object.keys(FOUND_BY) : [];
}

/**
 * @param {Key} title
 * @param {Key} does
 * @param {RoomSettings} now
 * @param {string[]} findable as what it may be found
 * @param {(set: Partial<RoomSettings>, done: (error?: { type: string, code?: string }) => void) => void} save gets what is another than now
 * @param {boolean} [isThere]
 */
function openForm(title, does, now, findable, save, isThere = false) {
  const called = fieldOf("room-title", now.title, TITLE_CHARACTERS);
  const topic = fieldOf("room-topic", now.topic, TOPIC_CHARACTERS);
  const visibility = choiceOf(wordsOf(FOUND_BY), now.visibility, { id: "room-found" });
  const writers = choiceOf(wordsOf(WRITTEN_BY), now.writers, { id: "room-writers" });
  const rules = roomRules(now);
  const locked = make("input", { type: "checkbox" });
  locked.checked = now.locked;
  const fields = [
    ...labelled("roomTitle", called),
    ...labelled("roomTopic", topic),
    ...findable.length > 0 ? labelled("whoFinds", visibility) : [],
    ...labelled("whoWrites", writers),
    ...isThere ? [make("label", { class: "bar choice" }, locked, word("lockRoom"))] : [],
    rules.content,
  ];
  const showRules = () => rules.showFor(visibility.value);
  visibility.addEventListener("change", showRules);
  showRules();
  const form = asking({ class: "room-form" }, fields, word(does), (done) => {
    const next = {
      title: called.value.trim(),
      topic: topic.value.trim(),
      visibility: visibility.value,
      writers: writers.value,
      locked: locked.checked,
    };
    const changed = Object.entries(next).filter(([name, value]) =>
      value !== /** @type {Record<string, unknown>} */ (now)[name] || (name === "title" && !isThere && value !== "")
    );
    const set = { ...Object.fromEntries(changed), ...rules.changed };
    save(set, (error) => {
      if (error !== undefined) return done(notDone(error));
      dialog.close();
    });
  });
  const dialog = showDialog(word(title), form);
  called.focus();
}

/** @param {string} id @param {string} value @param {number} most */
function fieldOf(id, value, most) {
  const field = make("input", { id, dir: "auto", maxlength: String(most), autocomplete: "off" });
  field.value = value;
  return field;
}

/** @param {Record<string, Key>} choices */
function wordsOf(choices) {
  return Object.entries(choices).map(([value, said]) => [value, word(said)]);
}

/** @param {Key} said @param {HTMLElement} field */
function labelled(said, field) {
  return [make("label", { for: field.id }, word(said)), field];
}
