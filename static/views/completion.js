/** The list above the field, for pointer and keys, of what may be meant by what is being typed. @module */

import { byId, make } from "../dom.js";
import { word } from "../words.js";
import { isComposing } from "../written.js";
import { choose } from "./mentions.js";
import { offersFor, wholeEmoji } from "./offers.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Offers } from "./offers.js" */

class Completion {
  #page;
  #findEmoji;
  #field = byId("field");
  #list = make("ul", { id: "completions", role: "listbox", hidden: "" });
  /** @type {Offers | undefined} */
  #shown;
  #at = 0;
  /** Where the list was closed, by a choice or by Escape: it does not come up there again. */
  #closedAt = -1;

  /** @param {PageState} page @param {typeof import("../text/shortcodes.js").findEmoji} findEmoji */
  constructor(page, findEmoji) {
    this.#page = page;
    this.#findEmoji = findEmoji;
    const field = this.#field;
    byId("composer").append(this.#list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "completions");
    field.addEventListener("input", (event) => this.#typed(/** @type {InputEvent} */ (event)));
    field.addEventListener("blur", () => this.#close());
    // Before the composer, which sends at Enter.
    field.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    document.addEventListener("selectionchange", () => {
      if (this.#shown !== undefined) this.#update();
    });
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("pointermove", ({ target }) => this.#point(this.#indexOf(target)));
    this.#list.addEventListener("click", ({ target }) => this.#take(this.#indexOf(target)));
    for (const type of /** @type {const} */ (["room", "writing", "sent"])) page.on(type, () => this.#begin());
    page.on("sent", () => this.#page.chosen.clear());
    this.#update();
  }

  /** Another text is written now. */
  #begin() {
    this.#closedAt = -1;
    this.#close();
  }

  /** @param {InputEvent} event */
  #typed({ inputType, isComposing }) {
    // Not where it is undone.
    const whole = inputType === "insertText" && !isComposing ? wholeEmoji(this.#before, this.#findEmoji) : undefined;
    if (whole === undefined) return this.#update();
    this.#close();
    this.#put(whole.from, whole.emoji);
  }

  /** What is before the caret. */
  get #before() {
    return this.#field.value.slice(0, this.#field.selectionStart);
  }

  #update() {
    const { selectionStart, selectionEnd } = this.#field;
    const isWriting = document.activeElement === this.#field && selectionStart === selectionEnd;
    const offers = isWriting ? offersFor(this.#page, this.#before, this.#findEmoji) : undefined;
    if (offers === undefined) this.#closedAt = -1;
    if (offers === undefined || offers.from === this.#closedAt) return this.#close();
    this.#show(offers);
  }

  /** @param {Offers} offers */
  #show(offers) {
    const isNew = this.#shown?.offers.length !== offers.offers.length;
    this.#shown = offers;
    this.#list.hidden = false;
    this.#list.setAttribute("aria-label", offers.label);
    this.#list.replaceChildren(
      ...offers.offers.map(({ content, kind }, i) =>
        make("li", { id: `completion-${i}`, role: "option", class: `bar ${kind}` }, ...content)
      ),
    );
    this.#point(0);
    if (isNew) byId("announcer").textContent = word("choices", { count: offers.offers.length });
  }

  #close() {
    this.#shown = undefined;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #point(index) {
    const option = this.#list.children[index];
    if (option === undefined) return;
    this.#at = index;
    [...this.#list.children].forEach((each, i) => each.setAttribute("aria-selected", String(i === index)));
    option.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {EventTarget | null} target */
  #indexOf(target) {
    const option = target instanceof Element ? target.closest("li") : null;
    return option === null ? -1 : [...this.#list.children].indexOf(option);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (this.#shown === undefined || isComposing(event) || shiftKey || ctrlKey || metaKey || altKey) return;
    const { from, offers: { length } } = this.#shown;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) this.#point((this.#at + step + length) % length);
    else if (key === "Enter" || key === "Tab") this.#take(this.#at);
    else if (key === "Escape") {
      this.#closedAt = from;
      this.#close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {number} index */
  #take(index) {
    const offer = this.#shown?.offers[index];
    if (this.#shown === undefined || offer === undefined) return;
    const { from } = this.#shown;
    if (offer.id !== undefined) choose(this.#page, offer.id);
    const isApart = offer.id === undefined || /^\s/.test(this.#field.value.slice(this.#field.selectionStart));
    this.#closedAt = from;
    this.#close();
    this.#put(from, isApart ? offer.text : `${offer.text} `);
  }

  /** Replaces what is between a place and the caret, so that it can be undone. @param {number} from @param {string} text */
  #put(from, text) {
    const field = this.#field;
    field.setSelectionRange(from, field.selectionStart);
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, from, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

/** Offers them from now on. @param {PageState} page @param {typeof import("../text/shortcodes.js").findEmoji} findEmoji */
export function complete(page, findEmoji) {
  new Completion(page, findEmoji);
}
