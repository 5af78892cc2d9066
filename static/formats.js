/** Times and days, as the reader's language and settings have them. What the newest messages do not need is in `exact_formats.js`. @module */

import { locale, word } from "./words.js";

/** Made when it is first needed: that takes a while. @type {Intl.DateTimeFormat | undefined} */
let clock;
let hours = "auto";

/** Says how hours are shown. @param {string} wanted `12`, `24`, or anything else for as the browser has it */
export function showHours(wanted) {
  hours = wanted;
  clock = undefined;
}

/** Whether the hours are counted to twelve. */
export function isHalfDay() {
  // The page may be in another language than the browser: the hours are those of the browser's.
  const { hour12 } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  return hours === "12" || (hours !== "24" && hour12 === true);
}

function clockNow() {
  if (clock !== undefined) return clock;
  const isHalf = isHalfDay();
  clock = new Intl.DateTimeFormat(locale(), {
    hour: isHalf ? "numeric" : "2-digit",
    minute: "2-digit",
    hour12: isHalf,
  });
  return clock;
}

let lastMinute = -1;
let lastTime = "";
/** @type {Intl.DateTimeFormat | undefined} */
let lastClock;

/** The time of day. Most messages are of the same minute as the one before. @param {number} ts */
export function timeLabel(ts) {
  const clock = clockNow();
  const minute = Math.floor(ts / 60_000);
  if (minute !== lastMinute || clock !== lastClock) lastTime = clock.format(ts);
  lastMinute = minute;
  lastClock = clock;
  return lastTime;
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
  const isThisYear = new Date(ts).getFullYear() === new Date().getFullYear();
  /** @type {Intl.DateTimeFormatOptions} */
  const apart = isThisYear ? { weekday: "long" } : { year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", ...apart }).format(ts);
}
