/** The field to write in, and its drafts. @module */

import { byId } from "../dom.js";
import * as limits from "../limits.js";
import { isBlank } from "../visible.js";

/** How many characters a text has, as the server counts. @param {string} text */
function charactersIn(text) {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

export class Composer {
  #page;
  #field = byId("field");
  #send = byId("send");
  #hint = byId("hint");
  #room = "";
  #draftTimer = 0;
  #typedMs = -Infinity;

  /** @param {import("../page_state.js").PageState} page */
  constructor(page) {
    this.#page = page;
    page.on("room", () => this.#show());
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("input", () => this.#typed());
    addEventListener("pagehide", () => this.#keepDraft());
  }

  /** Changes to the shown room and the draft kept for it. */
  #show() {
    const { room: { name: room }, storage } = this.#page;
    this.#keepDraft();
    // Text typed before the page was ready belongs to the first room.
    const early = this.#room === "" ? this.#field.value : "";
    this.#room = room;
    this.#field.value = early || (storage.getJson("drafts", /** @type {Record<string, string>} */ ({}))[room] ?? "");
    this.#field.placeholder = `Message #${room}`;
    this.#field.setAttribute("aria-label", `Message #${room}`);
    this.#checkText();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // Safari ends a composition before the key that ended it: that one has the code 229.
    if (event.isComposing || event.keyCode === 229) return;
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey &&
      (event.ctrlKey || event.metaKey || !matchMedia("(hover: none) and (pointer: coarse)").matches);
    if (sends) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#field.blur();
    }
  }

  #typed() {
    this.#checkText();
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#keepDraft(), limits.DRAFT_MS);
    const nowMs = performance.now();
    if (isBlank(this.#field.value) || nowMs - this.#typedMs < limits.TYPING_SEND_MS) return;
    this.#typedMs = nowMs;
    this.#page.typing();
  }

  #submit() {
    const text = this.#field.value.trim().toWellFormed?.() ?? this.#field.value.trim();
    if (isBlank(text) || charactersIn(text) > limits.TEXT_CHARACTERS || !this.#page.send(text)) {
      return this.#checkText();
    }
    this.#field.value = "";
    this.#typedMs = -Infinity;
    this.#keepDraft();
    this.#checkText();
    this.#field.focus();
  }

  #checkText() {
    const text = this.#field.value.trim();
    const left = limits.TEXT_CHARACTERS - (text.length > limits.TEXT_CHARACTERS / 2 ? charactersIn(text) : 0);
    this.#send.disabled = isBlank(text) || left < 0;
    this.#hint.textContent = left < 0
      ? `${-left} characters too many`
      : left < limits.TEXT_CHARACTERS_LEFT_SHOWN
      ? `${left} characters left`
      : "";
    this.#hint.classList.toggle("wrong", left < 0);
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  #keepDraft() {
    clearTimeout(this.#draftTimer);
    if (this.#room === "") return;
    this.#page.storage.setIn("drafts", this.#room, this.#field.value || undefined, limits.ROOMS_REMEMBERED);
  }
}
