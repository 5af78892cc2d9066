/** The field to write in, and its drafts. @module */

import { sendMessage } from "../acts.js";
import { byId } from "../dom.js";
import * as limits from "../limits.js";
import { isBlank } from "../visible.js";
import { word } from "../words.js";
import { charactersIn, isComposing, sends, written } from "../written.js";
import { usePart } from "./part.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Writing } from "../writings.js" */

export class Composer {
  #page;
  #field = byId("field");
  #send = byId("send");
  #hint = byId("hint");
  #room = "";
  #draftTimer = 0;
  /** Whether something was typed here since the draft was kept: only then does this tab know better than others. */
  #typing = false;
  #typedMs = -Infinity;
  /** What is being written. @type {Writing} */
  writing = {};

  /** @param {PageState} page */
  constructor(page) {
    this.#page = page;
    page.on("room", () => this.#show());
    page.on("drafts", () => {
      if (!this.#typing && this.writing.edit === undefined) this.text = this.draft;
    });
    page.on("writing", () => this.#later(({ showWriting }) => showWriting(page, this)));
    byId("writing-cancel").addEventListener("click", () => page.write({}));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#field.addEventListener("input", () => this.#typed());
    addEventListener("pagehide", () => this.keepDraft());
  }

  get text() {
    return this.#field.value;
  }

  set text(text) {
    this.#field.value = text;
    this.#checkText();
  }

  /** Changes to the shown room and the draft kept for it. */
  #show() {
    const { room: { name: room }, writing } = this.#page;
    this.keepDraft();
    // Text typed before the page was ready belongs to the first room.
    const early = this.#room === "" ? this.#field.value : "";
    this.#typing = early !== "";
    this.#room = room;
    this.writing = writing;
    byId("writing").hidden = true;
    if (writing.edit ?? writing.reply ?? writing.lost) {
      this.#later(({ sayWriting }) => sayWriting(this.#page));
    }
    this.text = early || (writing.text ?? writing.edit?.text ?? this.draft);
  }

  /** Uses what one can write besides a new message. @param {(part: typeof import("./writing.js")) => void} use */
  #later(use) {
    usePart(this.#page, import("./writing.js"), use);
  }

  /** What was kept of a new message. */
  get draft() {
    return String(this.#page.storage.getIn("drafts", this.#room) ?? "");
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (isComposing(event)) return;
    if (sends(event, this.#page.settings.of("sendKey") === "enter")) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      if (!byId("writing").hidden) this.#page.write({});
      else this.#field.blur();
    } else if (event.key === "ArrowUp" && this.#field.value === "") {
      event.preventDefault();
      this.#later(({ editLast }) => editLast(this.#page));
    }
  }

  #typed() {
    this.#checkText();
    this.#typing = true;
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.keepDraft(), limits.DRAFT_MS);
    // No message would end the hint.
    if (this.writing.edit !== undefined) return;
    const nowMs = performance.now();
    if (isBlank(this.#field.value) || nowMs - this.#typedMs < limits.TYPING_SEND_MS) return;
    this.#typedMs = nowMs;
    this.#page.typing();
  }

  #submit() {
    const text = written(this.#field.value);
    const { edit } = this.writing;
    const isTooLong = charactersIn(text) > limits.TEXT_CHARACTERS;
    if (isBlank(text) || isTooLong || (edit === undefined && this.#page.mustWait())) return this.#checkText();
    const mentions = this.#page.mentionsIn(text, edit?.message.mentions);
    if (edit === undefined && !sendMessage(this.#page, text, mentions)) return this.#checkText();
    this.#typedMs = -Infinity;
    if (edit !== undefined) {
      return usePart(this.#page, import("../editing.js"), ({ sendEdit }) => sendEdit(this.#page, edit, text, mentions));
    }
    this.text = "";
    this.#typing = true;
    this.keepDraft();
    this.#field.focus();
  }

  #checkText() {
    const text = written(this.#field.value);
    const left = limits.TEXT_CHARACTERS - (text.length > limits.TEXT_CHARACTERS / 2 ? charactersIn(text) : 0);
    this.#send.disabled = isBlank(text) || left < 0;
    this.#hint.textContent = left < limits.TEXT_CHARACTERS_LEFT_SHOWN
      ? word(left < 0 ? "charactersOver" : "charactersLeft", { count: Math.abs(left) })
      : "";
    this.#hint.classList.toggle("wrong", left < 0);
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  keepDraft() {
    clearTimeout(this.#draftTimer);
    if (this.#room === "") return;
    const { writing } = this;
    if (writing.edit !== undefined) writing.text = this.#field.value;
    if (!this.#typing) return;
    this.#typing = false;
    if (writing.edit !== undefined) return this.#page.writings.set(this.#room, writing);
    this.#page.storage.setIn("drafts", this.#room, this.#field.value || undefined, limits.ROOMS_REMEMBERED);
  }
}
