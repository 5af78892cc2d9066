/** What somebody writes, and the keys by which it is sent. @module */

/** How many characters a text has, as the server counts. @param {string} text */
export function charactersIn(text) {
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}

/** A text as it is sent: without empty lines before it and blanks behind it. The first line keeps its indentation. @param {string} text */
export function written(text) {
  const kept = text.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
  return kept.toWellFormed?.() ?? kept;
}

/** Whether a key belongs to a composition. Safari ends that before the key that ended it: that one has the code 229. @param {KeyboardEvent} event */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key sends what is written. @param {KeyboardEvent} event @param {boolean} byEnter whether Enter alone does */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey }, byEnter) {
  if (key !== "Enter" || shiftKey || altKey) return false;
  // On a keyboard of the screen Enter is the only way to another line.
  return ctrlKey || metaKey || (byEnter && !matchMedia("(hover: none) and (pointer: coarse)").matches);
}
