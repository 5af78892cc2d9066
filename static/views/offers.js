/** What may be meant by what is typed: people behind an "@", emoji behind a ":". @module */

import { faceOf, make } from "../dom.js";
import { fold, rank } from "../finding.js";
import { hueOf } from "../hues.js";
import { COMPLETED_CHARACTERS, COMPLETIONS_SHOWN } from "../limits.js";
import { word } from "../words.js";
import { personLabel } from "./person_label.js";

/** @import { PageState } from "../page_state.js" */
/** @import { findEmoji } from "../text/shortcodes.js" */

/** What can be put in the place of what was typed. @typedef {{ text: string, content: (Node | string)[], kind: string, id?: string }} Offer */
/** Where what was typed begins, and what it may mean, the likeliest first. @typedef {{ from: number, label: string, offers: Offer[] }} Offers */

const PERSON = new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}_])@((?!\s)[^@\n]{0,${COMPLETED_CHARACTERS}})$`, "u");
/** Two characters at least: what is behind one is a face, mostly. */
const EMOJI = /(?<![\p{L}\p{M}\p{N}_:/]):([a-z\d_+\-]{2,})$/iu;
const WHOLE_EMOJI = /(?<![\p{L}\p{M}\p{N}_:/]):([a-z\d_+\-]{1,40}):$/iu;

/** @param {PageState} page @param {string} before what is before the caret @param {typeof findEmoji} findEmoji @returns {Offers | undefined} */
export function offersFor(page, before, findEmoji) {
  if (isInCode(before)) return undefined;
  const [person, wanted] = PERSON.exec(before) ?? [];
  if (person !== undefined && wanted !== undefined) {
    const offers = peopleFor(page, fold(wanted));
    // Somebody who has written it all wants to go on, or to send.
    const isAll = offers.length === 1 && offers[0]?.text.toLowerCase() === person.toLowerCase();
    if (offers.length > 0 && !isAll) return { from: before.length - person.length, label: word("whoIsMeant"), offers };
  }
  const [emoji, name] = EMOJI.exec(before) ?? [];
  if (emoji === undefined || name === undefined) return undefined;
  const offers = findEmoji(name, COMPLETIONS_SHOWN).map(({ name, emoji }) => ({
    text: emoji,
    content: [make("span", { class: "emoji" }, emoji), make("span", { class: "cut" }, `:${name}:`)],
    kind: "",
  }));
  return offers.length === 0 ? undefined : { from: before.length - emoji.length, label: word("whichEmoji"), offers };
}

/** The emoji whose whole name between colons a text ends in. @param {string} before @param {typeof findEmoji} findEmoji */
export function wholeEmoji(before, findEmoji) {
  const [typed, name = ""] = WHOLE_EMOJI.exec(before) ?? [];
  const found = typed === undefined || isInCode(before) ? undefined : findEmoji(name, 1)[0];
  if (typed === undefined || found?.name !== name.toLowerCase()) return undefined;
  return { from: before.length - typed.length, emoji: found.emoji };
}

/** @param {string} before */
function isInCode(before) {
  return before.split("`").length % 2 === 0;
}

/** Everybody else, those who spoke last first. @param {PageState} page @param {string} wanted @returns {Offer[]} */
function peopleFor(page, wanted) {
  const { room: { members }, timeline, me } = page;
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { id, name, unknown } of timeline.items.toReversed()) {
    if (!unknown && !names.has(id)) names.set(id, members.get(id) ?? name);
  }
  for (const [id, name] of members) names.set(id, name);
  names.delete(me.id);
  return Array.from(names, ([id, name]) => ({ id, name, rank: rank(fold(name), wanted) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || Number(members.has(b.id)) - Number(members.has(a.id)))
    .slice(0, COMPLETIONS_SHOWN)
    .map(({ id, name }) => ({
      text: `@${name}`,
      content: [
        faceOf(name),
        personLabel(page, id, name),
        ...members.has(id) ? [] : [make("span", { class: "quiet hint-end" }, word("notHere"))],
      ],
      kind: hueOf(id),
      id,
    }));
}
