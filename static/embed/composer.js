/** The field to write in. @module */

import { make } from "../dom.js";
import { TEXT_CHARACTERS, TEXT_CHARACTERS_LEFT_SHOWN, TYPING_SEND_MS } from "../limits.js";
import { isBlank } from "../visible.js";
import { word } from "../words.js";
import { charactersIn, isComposing, sends, written } from "../written.js";

/** @import { Visit } from "./visit.js" */

export class Composer {
  #visit;
  #field;
  #hint = make("p", { class: "hint quiet", id: "hint", role: "status" });
  #send = make("button", { class: "send filled", disabled: "" }, word("send"));
  #typedMs = -Infinity;

  /** @param {Visit} visit @param {string} label @param {string} text what was written before */
  constructor(visit, label, text) {
    this.#visit = visit;
    this.#field = make("textarea", {
      rows: "1",
      dir: "auto",
      autocomplete: "off",
      enterkeyhint: "enter",
      "aria-label": label,
      "aria-describedby": "hint",
    });
    this.#field.value = text;
    this.element = make("form", { class: "composer" }, this.#field, this.#send, this.#hint);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (isComposing(event) || !sends(event, true)) return;
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("input", () => this.#typed());
    this.#check();
  }

  get text() {
    return this.#field.value;
  }

  /** Whether one may write, or under which name, is something else now. */
  show() {
    const { isKnown, me } = this.#visit;
    const said = isKnown ? word("messageAs", { name: me.name }) : word("message");
    if (this.#field.placeholder !== said) this.#field.placeholder = said;
    this.#check();
  }

  #typed() {
    this.#check();
    const nowMs = performance.now();
    if (isBlank(this.#field.value) || nowMs - this.#typedMs < TYPING_SEND_MS) return;
    this.#typedMs = nowMs;
    this.#visit.link.tell({ type: "typing", room: this.#visit.room.name });
  }

  #submit() {
    const text = written(this.#field.value);
    if (!this.#visit.isKnown || isBlank(text) || charactersIn(text) > TEXT_CHARACTERS || !this.#visit.send(text)) {
      return this.#check();
    }
    this.#field.value = "";
    this.#typedMs = -Infinity;
    this.#check();
    this.#field.focus();
  }

  #check() {
    const text = written(this.#field.value);
    const left = TEXT_CHARACTERS - (text.length > TEXT_CHARACTERS / 2 ? charactersIn(text) : 0);
    this.#send.disabled = !this.#visit.isKnown || isBlank(text) || left < 0;
    const said = left < TEXT_CHARACTERS_LEFT_SHOWN
      ? word(left < 0 ? "charactersOver" : "charactersLeft", { count: Math.abs(left) })
      : this.#visit.client.unsent.full
      ? word("tooMuchUnsent")
      : "";
    if (this.#hint.textContent !== said) this.#hint.textContent = said;
    this.#hint.classList.toggle("wrong", left < 0);
  }
}
