/** Helpers that every view uses, and the console of the page for developers. @module */

import * as limits from "./limits.js";

/**
 * The elements that are used as more than an `HTMLElement`; a test holds the pages to it.
 * @typedef {object} Elements
 * @property {HTMLFormElement} composer
 * @property {HTMLTextAreaElement} field
 * @property {HTMLButtonElement} send
 * @property {HTMLButtonElement} jump
 * @property {HTMLInputElement} join-room
 * @property {HTMLFormElement & { elements: { dialect: RadioNodeList } }} connect-form
 * @property {HTMLFieldSetElement} dialects
 * @property {HTMLInputElement} id
 * @property {HTMLInputElement} room
 * @property {HTMLInputElement} greet
 * @property {HTMLButtonElement} connect
 * @property {HTMLFormElement} send-form
 * @property {HTMLTextAreaElement} text
 */

/**
 * The element with an id, which the page has.
 *
 * @template {string} Id
 * @overload
 * @param {Id} id
 * @returns {Id extends keyof Elements ? Elements[Id] : HTMLElement}
 */
/** @param {string} id */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Hides an element or shows it. Where that says what is so already, the browser would look at all styles again. @param {HTMLElement} element @param {boolean} is */
export function hide(element, is) {
  if (element.hidden !== is) element.hidden = is;
}

/** @param {string} label @param {() => void} press @param {Record<string, string>} [attributes] */
export function button(label, press, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", press);
  return element;
}

/** Where a person writes what others shall call them. @param {string} id @param {string} value */
export function nameField(id, value) {
  const maxlength = String(limits.NAME_CHARACTERS);
  return make("input", { id, dir: "auto", maxlength, autocomplete: "nickname", enterkeyhint: "done", value });
}

/** Puts the focus where one writes on, unless that would open a keyboard on the screen. */
export function writeOn() {
  if (matchMedia("(hover: hover)").matches) byId("field").focus();
}

/** Somebody's name, written in any direction. @param {string} name @param {string} className */
export function nameLabel(name, className) {
  return make("bdi", { class: className, dir: "auto" }, name);
}

/** The disc with the first letter of a name, beside it. @param {string} name */
export function faceOf(name) {
  return make("span", { class: "face", "aria-hidden": "true" }, initialOf(name));
}

/** The first letter of a name, for its disc; or its first character as one sees it, such as a flag. @param {string} name */
export function initialOf(name) {
  const letter = /[\p{L}\p{N}]/u.exec(name.normalize("NFC"))?.[0];
  if (letter === undefined) return firstOf(name) ?? "?";
  const capital = letter.toUpperCase();
  return capital.length === letter.length ? capital : letter;
}

/** What one sees as the first character, however many there are in it. @param {string} text */
function firstOf(text) {
  // Older browsers cannot tell.
  if (Intl.Segmenter === undefined) return [...text][0];
  return new Intl.Segmenter().segment(text)[Symbol.iterator]().next().value?.segment;
}

/** Makes a function that shows something as soon as it may: what comes until then is shown with it. @param {() => void} show @param {() => number} [restMs] between two times */
export function soon(show, restMs = () => limits.FLUSH_MS) {
  let timer = 0;
  let shownMs = -Infinity;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      shownMs = performance.now();
      show();
    }, document.hidden ? limits.FLUSH_HIDDEN_MS : shownMs + restMs() - performance.now());
  };
}
