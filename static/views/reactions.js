/** The reactions to a message: for each emoji a button that adds one's own, or takes it back; and one that leads to the answers. @module */

import { make } from "../dom.js";
import { number, word } from "../words.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { Item } from "../client/room.js" */

/**
 * @param {Element} row
 * @param {Item} item
 * @param {Entry[]} entries what is on its way to it
 * @param {boolean} may whether one may react
 */
export function showReactions(row, { reactions = [], replies = 0 }, entries, may) {
  let bar = row.querySelector(":scope > .reactions");
  if (reactions.length === 0 && replies === 0) return bar?.remove();
  if (bar === null) {
    bar = make("div", { class: "reactions bar" });
    row.querySelector(":scope > .text")?.after(bar);
  }
  /** @type {Map<string | undefined, HTMLButtonElement>} */
  const buttons = new Map(Array.from(bar.querySelectorAll("button"), (each) => [each.dataset.emoji, each]));
  const now = reactions.map(({ emoji, count, mine = false }) => {
    const button = buttons.get(emoji) ?? make("button", { type: "button", "data-act": "react", "data-emoji": emoji });
    button.ariaPressed = String(mine);
    button.disabled = !may;
    button.textContent = `${emoji} ${number(count)}`;
    button.ariaLabel = word(mine ? "reactionOfYou" : "reaction", { emoji, count });
    button.classList.toggle("sending", entries.some((entry) => entry.emoji === emoji && entry.state === "pending"));
    return button;
  });
  if (replies > 0) now.push(threadButton(buttons.get(undefined), replies));
  now.forEach((button, i) => bar.children[i] === button || bar.insertBefore(button, bar.children[i] ?? null));
  while (bar.children.length > now.length) bar.lastElementChild?.remove();
}

/** What leads to the answers: it is of no emoji. @param {HTMLButtonElement | undefined} before @param {number} count */
function threadButton(before, count) {
  const button = before ??
    make("button", { type: "button", class: "quiet", "data-act": "thread", "aria-haspopup": "dialog" });
  button.textContent = word("replies", { count });
  return button;
}
