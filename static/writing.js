/**
 * What goes to the server: the field that one writes in, and the outbox that keeps each message, over reloads and lost
 * connections, until the server has stored it.
 *
 * @module
 */

import * as limits from "./limits.js";
import { kept } from "./rooms.js";

/** @typedef {import("./link.js").Answers["publish"]} Answer */
/** @typedef {import("./link.js").Link} Link */
/** @typedef {import("./rooms.js").Room} Room */
/** @typedef {import("./rooms.js").Rooms} Rooms */

/**
 * A message on its way. `epoch` and `seq`: its place, once the server has told it. `ts`: when it was written, by this
 * computer's clock.
 * @typedef {object} Entry
 * @property {string} nonce
 * @property {string} room
 * @property {string} text
 * @property {string} id whom it is written as
 * @property {string} name
 * @property {number} ts
 * @property {"pending" | "failed" | "sent"} state
 * @property {string} [reason] why it failed
 * @property {string} [epoch]
 * @property {number} [seq]
 */

/** Random hexadecimal digits. Works where `crypto.randomUUID` is missing: on plain HTTP. @param {number} bytes */
export function randomHex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

const PREFIX = "outbox.";
const MAY_BE_SENT_AGAIN = new Set(["rate_limited", "unavailable", "store_full", "too_many_lines"]);

/**
 * The messages of one tab that are not known to be stored. Each tab keeps its own under a key of its own. One that is no
 * longer renewed belonged to a tab that has ended: another tab takes it over. Should two tabs ever send the same
 * message, the nonce makes it one.
 */
export class Outbox {
  #link;
  #rooms;
  #changed;
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Map<string, Entry>} what was sent and not yet answered: one a room, so that their order stays */
  #asked = new Map();
  #tab;

  /** The author of what is written from now on. @type {{ id: string, name: string }} */
  author = { id: "", name: "" };

  /**
   * @param {Link} link
   * @param {Rooms} rooms
   * @param {(room: string) => void} changed what is on its way in a room is another
   */
  constructor(link, rooms, changed) {
    this.#link = link;
    this.#rooms = rooms;
    this.#changed = changed;
    this.#tab = takeTabName();
  }

  /** Takes up what an earlier visit has left behind, and goes on looking after it. */
  start() {
    this.#adopt(PREFIX + this.#tab);
    this.#renew();
    setInterval(() => this.#renew(), limits.OUTBOX_RENEW_MS);
  }

  /** @param {string} room @returns {Entry[]} */
  of(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  /** The rooms that something is on its way to. */
  get rooms() {
    return new Set(this.#entries.map((entry) => entry.room));
  }

  /** Whether it can take no more. */
  get full() {
    return this.#entries.length >= limits.OUTBOX_ENTRIES;
  }

  /** @param {string} room @param {string} text */
  add(room, text) {
    this.#entries.push({ nonce: randomHex(16), room, text, ...this.author, ts: Date.now(), state: "pending" });
    this.#save();
    this.#changed(room);
    this.pump(room);
  }

  /** Tries a failed one again. @param {Entry} entry */
  retry(entry) {
    entry.state = "pending";
    entry.id = this.author.id;
    delete entry.reason;
    this.#save();
    this.#changed(entry.room);
    this.pump(entry.room);
  }

  /** Gives a failed one up. @param {Entry} entry */
  remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#save();
    this.#changed(entry.room);
  }

  /** Sends the next one of a room, if it can be. @param {string} name */
  pump(name) {
    if (this.#asked.has(name) || !this.#rooms.get(name)?.joined) return;
    const entry = this.#entries.find((entry) => entry.room === name && entry.state === "pending");
    if (entry === undefined) return;
    this.#asked.set(name, entry);
    const { room, nonce, text } = entry;
    this.#link.ask({ type: "publish", room, nonce, text }, (line) => {
      this.#asked.delete(name);
      this.#answered(entry, line);
    });
  }

  /**
   * The room has got further: drops what has arrived.
   *
   * @param {Room} room
   * @param {{ id: string, nonce?: string, text: string }} [item] the message that came; without one, the room may have begun anew
   */
  came(room, item) {
    const count = this.#entries.length;
    if (count === 0) return;
    if (item === undefined) {
      for (const entry of this.of(room.name)) if (entry.state !== "failed") entry.state = stateIn(entry, room);
      this.#save();
      this.#changed(room.name);
    }
    this.#entries = this.#entries.filter((entry) =>
      entry.room !== room.name ||
      !(hasCome(entry, room) || (item !== undefined && isSame(entry, item)))
    );
    if (this.#entries.length < count) this.#save();
  }

  /** @param {Entry} entry @param {Answer} line */
  #answered(entry, line) {
    if (line.type === "ok") {
      entry.epoch = line.epoch;
      entry.seq = line.seq;
      const room = this.#rooms.get(entry.room);
      entry.state = stateIn(entry, room);
      // It crossed a reset: the life in which it is stored is over, or still to be told of. The nonce makes it one.
      if (room === undefined || entry.state === "pending") return this.#wait(entry, limits.RETRY_MS);
      if (hasCome(entry, room)) this.#entries = this.#entries.filter((other) => other !== entry);
      this.#save();
      this.#changed(entry.room);
    } else if (line.closeCode === 1009) {
      this.#fail(entry, "it is too big");
    } else if (line.code === "link_down") {
      return;
    } else if (MAY_BE_SENT_AGAIN.has(line.code)) {
      return this.#wait(entry, line.retryAfterMs ?? limits.RETRY_MS);
    } else if (line.code === "nonce_used") {
      // Another message has its nonce, so this one is certainly not stored: it may be sent as a new one.
      entry.nonce = randomHex(16);
      this.#fail(entry, "it was mistaken for another message");
    } else {
      this.#fail(entry, line.message);
    }
    this.pump(entry.room);
  }

  /** Holds the room back for a while: what comes after must not overtake. @param {Entry} entry @param {number} ms */
  #wait(entry, ms) {
    this.#asked.set(entry.room, entry);
    setTimeout(() => {
      this.#asked.delete(entry.room);
      this.pump(entry.room);
    }, ms);
  }

  /** @param {Entry} entry @param {string} reason */
  #fail(entry, reason) {
    entry.state = "failed";
    entry.reason = reason;
    this.#save();
    this.#changed(entry.room);
  }

  #save() {
    const entries = this.#entries.filter((entry) => entry.state !== "sent");
    kept.set(PREFIX + this.#tab, entries.length === 0 ? null : JSON.stringify({ renewedMs: Date.now(), entries }));
  }

  /** Says that this tab is alive, and takes over from those that no longer do. */
  #renew() {
    if (this.#entries.length > 0) this.#save();
    for (const key of outboxKeys()) {
      const { renewedMs = 0 } = kept.getJson(key, /** @type {{ renewedMs?: number }} */ ({}));
      if (key === PREFIX + this.#tab || Date.now() - renewedMs < limits.OUTBOX_LEASE_MS) continue;
      if (this.#adopt(key)) kept.set(key, null);
    }
  }

  /** Takes in a stored outbox; false if there is no room for it. @param {string} key */
  #adopt(key) {
    const { entries = [] } = kept.getJson(key, /** @type {{ entries?: Entry[] }} */ ({}));
    if (entries.length > limits.OUTBOX_ENTRIES - this.#entries.length) return false;
    const known = new Set(this.#entries.map((entry) => entry.nonce));
    for (const entry of entries.filter((entry) => !known.has(entry.nonce))) {
      this.#entries.push(entry);
      // Under another id the nonce means nothing: sent without asking, the message might appear twice.
      if (entry.id !== this.author.id) this.#fail(entry, "it was written under another identity");
    }
    this.#save();
    for (const name of this.rooms) {
      this.#changed(name);
      this.pump(name);
    }
    return true;
  }
}

/** Stored counts in the room's present life only. @param {Entry} entry @param {Room | undefined} room */
function stateIn(entry, room) {
  return entry.epoch !== undefined && entry.epoch === room?.epoch ? "sent" : "pending";
}

/** Whether the room has taken in the place of an entry that is stored. @param {Entry} entry @param {Room} room */
function hasCome(entry, room) {
  return entry.state === "sent" && room.seq >= (entry.seq ?? Infinity);
}

/** Whether a message that came is an entry. @param {Entry} entry @param {{ id: string, nonce?: string, text: string }} item */
function isSame(entry, item) {
  return entry.nonce === item.nonce && entry.id === item.id && entry.text === item.text;
}

/** @returns {string[]} */
function outboxKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith("switchboard." + PREFIX))
      .map((key) => key.slice("switchboard.".length));
  } catch {
    return [];
  }
}

/**
 * A name for this tab that it has again after a reload. It is handed over only as the page goes: were it there all the
 * time, a duplicated tab would get it too, and the two would overwrite each other's outbox.
 */
function takeTabName() {
  const key = "switchboard.tab";
  try {
    const name = sessionStorage.getItem(key) ?? randomHex(8);
    sessionStorage.removeItem(key);
    addEventListener("pagehide", () => sessionStorage.setItem(key, name));
    addEventListener("pageshow", () => sessionStorage.removeItem(key));
    return name;
  } catch {
    return randomHex(8);
  }
}

const VISIBLE =
  /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cs}\u2800\u{1D159}\uFFF9-\uFFFB\u{13430}-\u{1343F}\u{13441}\u{13442}]/u;

/** Whether there is nothing in a text that can be seen, as the server has it. @param {string} text */
export function isBlank(text) {
  return !VISIBLE.test(text);
}

/** How many characters a text has, as the server counts. @param {string} text */
function charactersIn(text) {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** The field that one writes in. */
export class Composer {
  #form;
  #field;
  #send;
  #hint;
  #on;
  #room = "";
  #draftTimer = 0;
  #typedMs = -Infinity;
  #composing = false;

  /**
   * @param {object} elements
   * @param {HTMLFormElement} elements.form
   * @param {HTMLTextAreaElement} elements.field
   * @param {HTMLButtonElement} elements.send
   * @param {HTMLElement} elements.hint what is wrong with the text
   * @param {object} on
   * @param {(text: string) => boolean} on.send whether it was taken
   * @param {() => void} on.typing
   * @param {(pages: number) => void} on.page scroll the log
   */
  constructor({ form, field, send, hint }, on) {
    this.#form = form;
    this.#field = field;
    this.#send = send;
    this.#hint = hint;
    this.#on = on;
    this.#listen();
  }

  /** Changes to another room and the draft kept for it. @param {string} room */
  show(room) {
    this.#keepDraft();
    // What was typed before the page was ready belongs to the first room.
    const early = this.#room === "" ? this.#field.value : "";
    this.#room = room;
    this.#field.value = early || (kept.getJson("drafts", /** @type {Record<string, string>} */ ({}))[room] ?? "");
    this.#field.placeholder = `Message #${room}`;
    this.#field.setAttribute("aria-label", `Message #${room}`);
    this.#checkText();
  }

  focus() {
    this.#field.focus();
  }

  #listen() {
    const field = this.#field;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    field.addEventListener("compositionstart", () => this.#composing = true);
    field.addEventListener("compositionend", () => this.#composing = false);
    field.addEventListener("keydown", (event) => this.#pressed(event));
    field.addEventListener("input", () => this.#typed());
    addEventListener("pagehide", () => this.#keepDraft());
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // Safari ends a composition before the key that ended it: that one has the code 229.
    if (this.#composing || event.isComposing || event.keyCode === 229) return;
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey &&
      (event.ctrlKey || event.metaKey || !matchMedia("(hover: none) and (pointer: coarse)").matches);
    if (sends) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#field.blur();
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      this.#on.page(event.key === "PageUp" ? -1 : 1);
    }
  }

  #typed() {
    this.#checkText();
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#keepDraft(), limits.DRAFT_MS);
    const nowMs = performance.now();
    if (isBlank(this.#field.value) || nowMs - this.#typedMs < limits.TYPING_SEND_MS) return;
    this.#typedMs = nowMs;
    this.#on.typing();
  }

  #submit() {
    const text = this.#field.value.trim().toWellFormed?.() ?? this.#field.value.trim();
    if (isBlank(text) || charactersIn(text) > limits.TEXT_CHARACTERS || !this.#on.send(text)) return this.#checkText();
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
    if (this.#room !== "") kept.setIn("drafts", this.#room, this.#field.value || undefined);
  }
}
