/** Times to the second, spans of time, and lists, as the reader's language and settings have them. @module */

import { dayOf, isHalfDay } from "./formats.js";
import { locale } from "./words.js";

/** The day and the time to the second. @param {number} ts */
export function exactLabel(ts) {
  return momentLabel(ts, "full", "medium");
}

/** When something ends: the time; and the day, if it is not that on which it is said. @param {number} ts @param {number} [saidMs] */
export function endLabel(ts, saidMs = Date.now()) {
  return momentLabel(ts, dayOf(ts) === dayOf(saidMs) ? undefined : "long", "short");
}

/** @param {number} ts @param {"full" | "long" | undefined} dateStyle @param {"medium" | "short"} timeStyle */
function momentLabel(ts, dateStyle, timeStyle) {
  return new Intl.DateTimeFormat(locale(), { dateStyle, timeStyle, hour12: isHalfDay() }).format(ts);
}

/** Several things in a row: the text between them is as the language has it. @param {Node[]} things @returns {(Node | string)[]} */
export function listOf(things) {
  const list = new Intl.ListFormat(locale(), { type: "conjunction" });
  const parts = list.formatToParts(things.map((_, i) => String(i)));
  return parts.map(({ type, value }) => type === "element" ? things[Number(value)] ?? "" : value);
}

/** How long something has lasted, in its largest unit. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [unit, size] = seconds < 60 ? ["second", 1] : seconds < 3600 ? ["minute", 60] : ["hour", 3600];
  const format = new Intl.NumberFormat(locale(), { style: "unit", unit: String(unit), unitDisplay: "long" });
  return format.format(Math.floor(seconds / Number(size)));
}
