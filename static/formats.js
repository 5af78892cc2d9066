/** Times, days and lists, as the reader's language and settings have them. @module */

import { locale, word } from "./words.js";

/** @type {{ clock: Intl.DateTimeFormat, exactly: Intl.DateTimeFormat, sameYear: Intl.DateTimeFormat, otherYear: Intl.DateTimeFormat, list: Intl.ListFormat } | undefined} */
let formats;
let hours = "auto";

/** Says how hours are shown. @param {string} wanted `12`, `24`, or anything else for as the browser has it */
export function showHours(wanted) {
  hours = wanted;
  formats = undefined;
}

function made() {
  if (formats !== undefined) return formats;
  const tag = locale();
  // The page may be in another language than the browser: the hours are those of the browser's.
  const { hour12 } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  const isHalf = hours === "12" || (hours !== "24" && hour12 === true);
  formats = {
    clock: new Intl.DateTimeFormat(tag, { hour: isHalf ? "numeric" : "2-digit", minute: "2-digit", hour12: isHalf }),
    exactly: new Intl.DateTimeFormat(tag, { dateStyle: "full", timeStyle: "medium", hour12: isHalf }),
    sameYear: new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long" }),
    otherYear: new Intl.DateTimeFormat(tag, { day: "numeric", month: "long", year: "numeric" }),
    list: new Intl.ListFormat(tag, { type: "conjunction" }),
  };
  return formats;
}

let lastMinute = -1;
let lastTime = "";
/** @type {Intl.DateTimeFormat | undefined} */
let lastClock;

/** The time of day. Most messages are of the same minute as the one before. @param {number} ts */
export function timeLabel(ts) {
  const { clock } = made();
  const minute = Math.floor(ts / 60_000);
  if (minute !== lastMinute || clock !== lastClock) lastTime = clock.format(ts);
  lastMinute = minute;
  lastClock = clock;
  return lastTime;
}

/** The day and the time to the second. @param {number} ts */
export function exactLabel(ts) {
  return made().exactly.format(ts);
}

/** Midnight before a time, both in milliseconds since the epoch. @param {number} ts */
export function dayOf(ts) {
  return new Date(ts).setHours(0, 0, 0, 0);
}

/** The day, as seen from today. @param {number} ts */
export function dayLabel(ts) {
  const day = dayOf(ts);
  if (day === dayOf(Date.now())) return word("today");
  if (day === dayOf(dayOf(Date.now()) - 1)) return word("yesterday");
  return made()[new Date(ts).getFullYear() === new Date().getFullYear() ? "sameYear" : "otherYear"].format(ts);
}

/** Several things in a row: the text between them is as the language has it. @param {Node[]} things @returns {(Node | string)[]} */
export function listOf(things) {
  const parts = made().list.formatToParts(things.map((_, i) => String(i)));
  return parts.map(({ type, value }) => type === "element" ? things[Number(value)] ?? "" : value);
}

/** How long something has lasted, in its largest unit. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [unit, size] = seconds < 60 ? ["second", 1] : seconds < 3600 ? ["minute", 60] : ["hour", 3600];
  const format = new Intl.NumberFormat(locale(), { style: "unit", unit: String(unit), unitDisplay: "long" });
  return format.format(Math.floor(seconds / Number(size)));
}
