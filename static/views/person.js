/** A card for a person: who it is, by what one knows that it is the same as before, and what one can do. @module */

import { copyText } from "../clipboard.js";
import { button, byId, faceOf, make, writeOn } from "../dom.js";
import { timeLabel } from "../formats.js";
import { hueOf } from "../hues.js";
import { knownPeople } from "../known_people.js";
import { inGroups, isKeyed, isProven } from "../likeness.js";
import { CONFIRMED_MS } from "../limits.js";
import { notDone } from "../refusals.js";
import { calledOf, keepTitle } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { givingUp } from "./give_up.js";
import { choose } from "./mentions.js";
import { moderation } from "./moderation.js";
import { standingOf } from "./standing_label.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {string} id */
export function showPerson(page, id) {
  const { me, prints } = page;
  // Of somebody who has left, the name in the newest message.
  const names = knownPeople(page, [id]).map(({ name }) => name);
  // Somebody who was never in the room of two is called as the room is.
  const { other, title } = calledOf(page, page.room.name);
  const name = (page.room.members.has(id) ? names[0] : names.at(-1)) ?? (other === id ? title : word("somebody"));
  const dialog = showDialog(
    name,
    make(
      "div",
      { class: `person bar ${hueOf(id)}` },
      faceOf(name),
      make("p", { class: "quiet" }, stateOf(page, id)),
      roleLabel(page, id),
    ),
    ...id === me.id ? [] : [
      acts(page, id, name, () => dialog.close()),
      ...moderation(page, id, name, () => dialog.close()),
    ],
    ...prints.has(id) ? [make("p", { class: "problem" }, word("looksAlike"))] : [],
    make("h3", {}, word(isKeyed(id) ? "fingerprint" : "idOf")),
    fingerprint(id),
    make("p", { class: "quiet" }, word(isKeyed(id) ? "keyed" : "notKeyed")),
    ...partingFrom(page, id, name, () => dialog.close()),
  );
  dialog.querySelector("h2")?.setAttribute("dir", "auto");
}

/** @param {PageState} page @param {string} id */
function roleLabel(page, id) {
  return make("span", { class: "role" }, standingOf(page, id));
}

/** Whether somebody is there, and when they last wrote, as far as that is known. @param {PageState} page @param {string} id */
function stateOf({ room, timeline, me }, id) {
  if (id === me.id) return word("thisIsYou");
  const last = timeline.items.findLast((item) => item.id === id);
  const here = word(room.members.has(id) ? "isHere" : "isGone");
  return last === undefined ? here : `${here} ${word("lastWrote", { time: timeLabel(last.ts) })}`;
}

/** @param {PageState} page @param {string} id @param {string} name @param {() => void} close */
function acts(page, id, name, close) {
  const mention = button(word("mention"), () => {
    close();
    choose(page, id);
    write(`@${name} `);
  });
  const isIgnored = page.settings.ignores(id);
  const ignore = button(word(isIgnored ? "ignoreNoMore" : "ignore"), () => {
    close();
    page.settings.ignore(id, !isIgnored);
    page.tell("settings");
    const said = word(isIgnored ? "ignoresNoMore" : "ignores", { name });
    page.tell("notice", { said, undo: () => (page.settings.ignore(id, isIgnored), page.tell("settings")) });
  });
  return make("p", { class: "acts-of-person" }, ...writeTo(page, id, name, close), mention, ignore);
}

/** Opens the room of the two. @param {PageState} page @param {string} id @param {string} name @param {() => void} close */
function writeTo(page, id, name, close) {
  const isHere = calledOf(page, page.room.name).other === id;
  if (!page.features.has("dm") || !isProven(id) || !isProven(page.me.id) || isHere) return [];
  const press = button(word("messagePerson"), () => {
    press.disabled = true;
    page.link.ask({ type: "dm", id }, (line) => {
      press.disabled = false;
      if (line.type === "error") return page.tell("notice", notDone(line));
      if (line.room === undefined) return;
      close();
      // Until it is joined nobody else says who it is.
      keepTitle(page, line.room, { title: name, isPrivate: true, other: id });
      if (page.go(line.room)) writeOn();
    });
  });
  return [press];
}

/** In the room of the two, whose card this is. @param {PageState} page @param {string} id @param {string} name @param {() => void} close */
function partingFrom(page, id, name, close) {
  if (calledOf(page, page.room.name).other !== id || !page.room.joined) return [];
  const acts = make("div", { class: "acts-of-person last" });
  acts.append(givingUp(page, acts, word("giveUpTwoWarning", { name }), close));
  return [acts];
}

/** Puts a text where the caret is, as one writes it. @param {string} text */
function write(text) {
  const field = byId("field");
  field.focus();
  const before = field.value.slice(0, field.selectionStart);
  document.execCommand("insertText", false, before === "" || /\s$/.test(before) ? text : ` ${text}`);
}

/** @param {string} id */
function fingerprint(id) {
  const shown = make("code", { class: "fingerprint", dir: "ltr" }, isKeyed(id) ? inGroups(id) : id);
  const copy = button(word("copy"), async () => {
    copy.textContent = word(await copyText(id) ? "copied" : "notCopied");
    setTimeout(() => copy.textContent = word("copy"), CONFIRMED_MS);
  });
  return make("p", { class: "bar of-id" }, shown, copy);
}
