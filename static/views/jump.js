/** The quick way to a room, a person or a command: a field, and below it what fits what is typed, for arrows and Enter. @module */

import { byId, faceOf, hueOf, make, nameLabel } from "../dom.js";
import { fold, rank } from "../finding.js";
import { CHOICES_SHOWN } from "../limits.js";
import { roomName } from "../room_names.js";
import { goTo, leave } from "../room_acts.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";

/** @import { PageState } from "../page_state.js" */
/** @typedef {{ label: string, content: (Node | string)[], hint?: string, kind: string, go: () => void }} Choice */

/** @param {PageState} page */
export function openJump(page) {
  const list = make("ul", { id: "choices", class: "choices", role: "listbox", "aria-label": word("jumpTo") });
  const field = make("input", {
    id: "jump-field",
    role: "combobox",
    autofocus: "",
    dir: "auto",
    "aria-label": word("jumpTo"),
    "aria-controls": "choices",
    "aria-expanded": "true",
    placeholder: word("jumpHint"),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  });
  const dialog = showDialog(word("jumpTo"), field, list);
  dialog.classList.add("jump");
  /** @type {Choice[]} */
  let choices = [];
  let at = 0;

  const point = (/** @type {number} */ index) => {
    at = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = list.children[at];
    option?.scrollIntoView({ block: "nearest" });
    if (option === undefined) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", option.id);
  };
  const update = () => {
    choices = choicesFor(page, field.value.trim());
    list.replaceChildren(...choices.map(optionOf));
    point(0);
  };
  const take = (/** @type {Choice | undefined} */ choice) => {
    if (choice === undefined) return;
    dialog.close();
    choice.go();
  };
  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
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
  update();
}

/** @param {Element} list @param {EventTarget | null} target */
function indexIn(list, target) {
  const option = target instanceof Element ? target.closest("li") : null;
  return option === null ? -1 : [...list.children].indexOf(option);
}

/** @param {Choice} choice @param {number} index */
function optionOf({ content, hint, kind }, index) {
  const option = make("li", { id: `choice-${index}`, role: "option", class: `bar ${kind}` }, ...content);
  if (hint !== undefined) option.append(make("span", { class: "quiet hint-end" }, hint));
  return option;
}

/** What fits, the likeliest first. @param {PageState} page @param {string} typed @returns {Choice[]} */
function choicesFor(page, typed) {
  const wanted = fold(typed);
  const fits = (/** @type {Choice} */ { label }) => rank(fold(label), wanted) > 0;
  const known = [...roomChoices(page, typed), ...commands(page), ...peopleChoices(page)].filter(fits);
  if (wanted !== "") known.sort((a, b) => rank(fold(b.label), wanted) - rank(fold(a.label), wanted));
  const name = roomName(typed);
  if (name !== "" && page.rooms.get(name) === undefined) {
    known.push({
      label: name,
      content: ["#", name],
      hint: word("joinOrStart"),
      kind: "room",
      go: () => enter(page, typed),
    });
  }
  return known.slice(0, CHOICES_SHOWN);
}

/** @param {PageState} page @param {string} typed @returns {Choice[]} */
function roomChoices(page, typed) {
  const { rooms, reading, room } = page;
  const name = roomName(typed);
  return [...rooms].filter((each) => typed !== "" || each !== room)
    .sort((a, b) => reading.of(b).unread - reading.of(a).unread || (a.name < b.name ? -1 : 1))
    .map((each) => {
      const { unread } = reading.of(each);
      return {
        // "Wine cellar" finds the room that is made of it.
        label: name !== "" && each.name.includes(name) ? `${typed} ${each.name}` : each.name,
        content: [make("span", { class: "hash" }, "#"), make("span", { class: "cut" }, each.name)],
        hint: unread > 0 ? word("unread", { count: unread }) : undefined,
        kind: "room",
        go: () => enter(page, each.name),
      };
    });
}

/** @param {PageState} page @returns {Choice[]} */
function peopleChoices(page) {
  return [...page.room.members].map(([id, name]) => ({
    label: name,
    content: [faceOf(name), nameLabel(name, "cut")],
    hint: id === page.me.id ? word("you") : undefined,
    kind: `person ${hueOf(id)}`,
    go: () => page.tell("person", id),
  }));
}

/** @param {PageState} page @returns {Choice[]} */
function commands(page) {
  const { room, rooms } = page;
  const command = (/** @type {string} */ label, /** @type {() => void} */ go) => ({
    label,
    content: [make("span", { class: "hash", "aria-hidden": "true" }, "›"), label],
    kind: "command",
    go,
  });
  return [
    command(word("inviteTo", { room: room.name }), () => byId("invite").click()),
    command(word("changeName"), () => byId("me").click()),
    command(word("settings"), () => byId("settings-open").click()),
    command(word("notificationsOf", { room: room.name }), () => byId("bell").click()),
    command(word("shortcuts"), () => byId("help").click()),
    ...[...rooms].length > 1 ? [command(word("leaveRoom", { room: room.name }), () => leave(page, room))] : [],
  ];
}

/** @param {PageState} page @param {string} name */
function enter(page, name) {
  goTo(page, name);
  byId("field").focus();
}
