/** The table of emoji: found by their names, or typed as they are. @module */

import { make } from "../dom.js";
import { EMOJI_SHOWN } from "../limits.js";
import { findEmoji } from "../text/shortcodes.js";
import { word } from "../words.js";
import { nextByKey } from "./roving.js";

/** Opens something at the message. @typedef {(label: string, ...children: Node[]) => { element: HTMLElement, close(): void }} Open */

/** As many as `css/menu.css` puts side by side. */
const COLUMNS = 8;

/** @param {Open} open @param {(emoji: string) => void} done */
export function pickEmoji(open, done) {
  const field = make("input", {
    "aria-label": word("findEmoji"),
    placeholder: word("findEmoji"),
    "aria-describedby": "emoji-problem",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    enterkeyhint: "done",
  });
  const table = make("div", { class: "emoji", role: "group", "aria-label": word("emoji") });
  const problem = make("p", { id: "emoji-problem", class: "quiet", role: "status" });
  const form = make("form", {}, field, table, problem);
  const take = (/** @type {string} */ emoji) => {
    close();
    done(emoji);
  };
  const show = () => {
    const found = emojiNamed(field.value);
    table.replaceChildren(
      ...found.map(({ emoji, name }) =>
        make(
          "button",
          { type: "button", tabindex: "-1", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
          emoji,
        )
      ),
    );
    table.firstElementChild?.setAttribute("tabindex", "0");
    problem.textContent = found.length === 0 && emojiIn(field.value) === undefined ? word("noSuchEmoji") : "";
  };
  field.addEventListener("input", show);
  table.addEventListener(
    "click",
    ({ target }) => target instanceof HTMLButtonElement && take(target.textContent ?? ""),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const emoji = emojiIn(field.value) ?? (field.value.trim() === "" ? undefined : emojiNamed(field.value)[0]?.emoji);
    if (emoji === undefined) problem.textContent = word("oneEmoji");
    else take(emoji);
  });
  form.addEventListener(
    "keydown",
    (event) => walk(event, field, [.../** @type {NodeListOf<HTMLButtonElement>} */ (table.querySelectorAll("button"))]),
  );
  show();
  const { close } = open(word("react"), form);
  field.focus();
}

/** @param {KeyboardEvent} event @param {HTMLElement} field @param {HTMLElement[]} buttons */
function walk(event, field, buttons) {
  const at = buttons.findIndex((each) => each === event.target);
  /** @type {HTMLElement[][]} */
  const lines = [];
  for (let i = 0; i < buttons.length; i += COLUMNS) lines.push(buttons.slice(i, i + COLUMNS));
  const next = at < 0 && event.key === "ArrowDown"
    ? buttons[0]
    : event.key === "ArrowUp" && at >= 0 && at < COLUMNS
    ? field
    : nextByKey(lines, event);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Each emoji once, by what its names begin with; `:tada:` is meant as `tada`. @param {string} typed */
function emojiNamed(typed) {
  const wanted = typed.trim().replace(/^:|:$/g, "").replaceAll(" ", "_");
  const seen = new Set();
  return findEmoji(wanted, Infinity).filter(({ emoji }) => !seen.has(emoji) && seen.add(emoji)).slice(0, EMOJI_SHOWN);
}

/** The emoji that a text is, in the form that the server takes. @param {string} text */
function emojiIn(text) {
  const emoji = text.trim();
  try {
    // Older browsers do not know them all: the server does.
    const is = new RegExp("^\\p{RGI_Emoji}$", "v");
    return [emoji, `${emoji}\uFE0F`].find((each) => is.test(each));
  } catch {
    return /^\p{Emoji_Presentation}/u.test(emoji) ? emoji : undefined;
  }
}
