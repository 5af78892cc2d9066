/**
 * The quick way to a room, a person or a command: a field, and below it what fits what is typed, for arrows and Enter. Behind what the page
 * knows come the rooms that the server lists.
 *
 * @module
 */

import { byId, make, nameLabel } from "../dom.js";
import { fold, rank } from "../finding.js";
import { CHOICES_SHOWN, TITLE_CHARACTERS } from "../limits.js";
import { roomName } from "../room_names.js";
import { goTo, leave, muting } from "../room_acts.js";
import { calledIn, calledOf, labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { isComposing } from "../written.js";
import { showDialog } from "./dialog.js";
import { Directory, stateOf } from "./directory.js";
import { showMark } from "./room_mark.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Called } from "../room_titles.js" */
/** @import { Answer } from "./directory.js" */
/** `stays`: the dialog does, too. @typedef {{ label: string, content: (Node | string)[], hint?: string, stays?: true, go: () => void }} Choice */

/** @param {PageState} page @param {boolean} [browse] offers rooms only, those that the server lists */
export function openJump(page, browse = false) {
  const title = word(browse ? "publicRooms" : "jumpTo");
  const field = fieldOf(title, browse);
  const list = make("ul", { id: "choices", class: "choices", role: "listbox", "aria-label": title });
  const none = make("p", { class: "quiet" }, word("noRooms"));
  const dialog = showDialog(title, field, list, none);
  dialog.classList.add("jump");
  const directory = new Directory(page, () => {
    const chosen = choices[at];
    update(at);
    // What comes goes before what somebody has gone down to, and must not be taken for it.
    if (at > 0 && !chosen?.stays) point(choices.findIndex(({ label }) => label === chosen?.label));
  });
  dialog.addEventListener("close", () => directory.stop());
  /** @type {Choice[]} */
  let choices = [];
  let at = 0;

  const point = (/** @type {number} */ index) => {
    at = index;
    markOption(field, optionsIn(list), at);
  };
  const update = (/** @type {number} */ index) => {
    const { likely, others } = choicesOf(page, field.value.trim(), directory, browse);
    choices = [...likely, ...others];
    const shown = choices.map(optionOf);
    if (!browse && others.length > 0) shown.splice(likely.length, 0, headingOf(word("publicRooms")));
    list.replaceChildren(...shown);
    // A list of choices must have one.
    list.hidden = choices.length === 0;
    none.hidden = !list.hidden;
    point(index);
  };
  const take = (/** @type {Choice | undefined} */ choice) => {
    if (choice === undefined) return;
    if (choice.stays) field.focus();
    else dialog.close();
    choice.go();
  };
  field.addEventListener("input", () => update(0));
  field.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") take(choices[at]);
    else if (step !== undefined && choices.length > 0) point((at + step + choices.length) % choices.length);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", ({ target }) => {
    const index = indexIn(list, target);
    if (index >= 0 && index !== at) point(index);
  });
  list.addEventListener("click", ({ target }) => take(choices[indexIn(list, target)]));
  update(0);
}

/** @param {string} title @param {boolean} browse */
function fieldOf(title, browse) {
  return make("input", {
    id: "jump-field",
    role: "combobox",
    autofocus: "",
    dir: "auto",
    "aria-label": title,
    "aria-controls": "choices",
    "aria-expanded": "true",
    placeholder: word(browse ? "findRoom" : "jumpHint"),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: String(TITLE_CHARACTERS),
  });
}

/** What the arrows have come to, told to screen readers as well. @param {Element} field @param {Element[]} options @param {number} at */
function markOption(field, options, at) {
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  const option = options[at];
  option?.scrollIntoView({ block: "nearest" });
  if (option === undefined) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", option.id);
}

/**
 * What is offered: the likely choices, and behind them the other rooms that the server lists.
 *
 * @param {PageState} page
 * @param {string} typed
 * @param {Directory} directory
 * @param {boolean} browse
 */
function choicesOf(page, typed, directory, browse) {
  const found = directory.find(typed);
  const listed = roomsOfAll(page, roomName(typed), found, browse);
  // Somebody who types "lob" and presses Enter wants the lobby, and would write to nobody in a new room.
  const begun = listed.filter(({ label }) => label.startsWith(roomName(typed)));
  const others = listed.filter((each) => !begun.includes(each));
  if (found.more) others.push(moreRooms(() => directory.more(typed)));
  const known = browse ? [] : knownChoices(page, typed);
  return { likely: [...known, ...begun, ...joinOrStart(page, typed, found)], others };
}

/** @param {Element} list */
function optionsIn(list) {
  return [...list.querySelectorAll("[role=option]")];
}

/** @param {Element} list @param {EventTarget | null} target */
function indexIn(list, target) {
  const option = target instanceof Element ? target.closest("li") : null;
  return option === null ? -1 : optionsIn(list).indexOf(option);
}

/** @param {string} said */
function headingOf(said) {
  return make("li", { role: "presentation", class: "bar quiet heading" }, said);
}

/** @param {Choice} choice @param {number} index */
function optionOf({ content, hint }, index) {
  const option = make("li", { id: `choice-${index}`, role: "option", class: "bar" }, ...content);
  if (hint !== undefined) option.append(make("span", { class: "quiet hint-end" }, hint));
  return option;
}

/** What the page knows that fits, the likeliest first. @param {PageState} page @param {string} typed @returns {Choice[]} */
function knownChoices(page, typed) {
  const wanted = fold(typed);
  const fits = (/** @type {Choice} */ { label }) => rank(fold(label), wanted) > 0;
  const known = [...roomChoices(page, typed), ...commands(page), ...peopleChoices(page)].filter(fits);
  if (wanted !== "") known.sort((a, b) => rank(fold(b.label), wanted) - rank(fold(a.label), wanted));
  return known.slice(0, CHOICES_SHOWN);
}

/** The room that is called as what is typed, where one is not in it. @param {PageState} page @param {string} typed @param {Answer} found @returns {Choice[]} */
function joinOrStart(page, typed, found) {
  const name = roomName(typed);
  if (name === "" || page.rooms.get(name) !== undefined || page.mine.has(name)) return [];
  const listed = found.rooms.find(({ room }) => room === name);
  const hint = listed === undefined ? word("joinOrStart") : stateOf(listed);
  return [{
    label: name,
    content: labelled(listed === undefined ? { title: name, isPrivate: false } : calledIn(listed)),
    hint,
    go: () => enter(page, typed),
  }];
}

/**
 * The public rooms that the server has found.
 *
 * @param {PageState} page
 * @param {string} name the one that is offered already, if it can be joined
 * @param {Answer} found
 * @param {boolean} own whether those that one is in are among them
 * @returns {Choice[]}
 */
function roomsOfAll(page, name, { rooms }, own) {
  const isOwn = (/** @type {string} */ room) => page.rooms.get(room) !== undefined || page.mine.has(room);
  return rooms.filter(({ room }) => isOwn(room) ? own : room !== name).flatMap((listed) => {
    const called = page.rooms.get(listed.room) === undefined ? calledIn(listed) : calledOf(page, listed.room);
    // It is listed for its members only: here it would look as if everybody could come in.
    if (listed.mine && called.isPrivate) return [];
    return { label: listed.room, content: labelled(called), hint: stateOf(listed), go: () => enter(page, listed.room) };
  });
}

/** @param {() => void} go @returns {Choice} */
function moreRooms(go) {
  const label = word("moreRooms");
  return {
    label,
    content: [make("span", { class: "hash", "aria-hidden": "true" }, "↓"), label],
    stays: true,
    go,
  };
}

/** @param {Called} called */
function labelled(called) {
  return [showMark(called), nameLabel(called.title, "cut")];
}

/** @param {PageState} page @param {string} typed @returns {Choice[]} */
function roomChoices(page, typed) {
  const { rooms, reading, room, mine } = page;
  const wanted = roomName(typed);
  const choice = (/** @type {string} */ name, unread = 0) => {
    const called = calledOf(page, name);
    return {
      // "Wine cellar" finds the room that is made of it.
      label: wanted !== "" && name.includes(wanted) ? `${typed} ${name}` : `${called.title} ${name}`,
      content: labelled(called),
      hint: unread > 0 ? word("unread", { count: unread }) : undefined,
      go: () => enter(page, name),
    };
  };
  const followed = [...rooms].filter((each) => typed !== "" || each !== room)
    .sort((a, b) => reading.of(b).unread - reading.of(a).unread || (a.name < b.name ? -1 : 1))
    .map((each) => choice(each.name, reading.of(each).unread));
  const others = [...mine.keys()].filter((name) => rooms.get(name) === undefined).map((name) => choice(name));
  return [...followed, ...others];
}

/** @param {PageState} page @returns {Choice[]} */
function peopleChoices(page) {
  return [...page.room.members].map(([id, name]) => ({
    label: name,
    content: labelled({ title: name, isPrivate: true, other: id }),
    hint: id === page.me.id ? word("you") : undefined,
    go: () => page.tell("person", id),
  }));
}

/** @param {PageState} page @returns {Choice[]} */
function commands(page) {
  const { room, rooms } = page;
  const command = (/** @type {string} */ label, /** @type {() => void} */ go) => ({
    label,
    content: [make("span", { class: "hash", "aria-hidden": "true" }, "›"), label],
    go,
  });
  return [
    command(`${word("newRoom")} …`, () => page.tell("roomDialog", "form")),
    command(word("aboutRoom"), () => page.tell("roomDialog", "card")),
    command(word("inviteTo", { room: labelOf(page, room.name) }), () => byId("invite").click()),
    command(word("changeName"), () => byId("me").click()),
    command(word("settings"), () => byId("settings-open").click()),
    command(word("notificationsOf", { room: labelOf(page, room.name) }), () => byId("bell").click()),
    command(...muting(page)),
    command(word("shortcuts"), () => byId("help").click()),
    ...[...rooms].length > 1
      ? [command(word("leaveRoom", { room: labelOf(page, room.name) }), () => leave(page, room))]
      : [],
  ];
}

/** @param {PageState} page @param {string} name */
function enter(page, name) {
  goTo(page, name);
  byId("field").focus();
}
