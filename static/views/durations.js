/** How long something lasts, as people say it: it is for what is chosen in a form, and so always a round number. @module */

import { locale, word } from "../words.js";

/** @import { Key } from "../words/en.js" */

const UNITS = /** @type {const} */ ([[3_600_000, "hour"], [60_000, "minute"], [1000, "second"]]);

/** @param {number} ms */
export function durationLabel(ms) {
  // 90 minutes are said as that.
  const [size, unit] = UNITS.find(([size]) => ms > 0 && ms % size === 0) ?? UNITS[2];
  const count = Math.ceil(ms / size);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** How often something is, at most: every hour, and not every 1 hour. @param {number} ms */
export function everyLabel(ms) {
  return durationLabel(ms).replace(/^1\s/, "");
}

/** @param {number} days */
export function daysLabel(days) {
  return new Intl.NumberFormat(locale(), { style: "unit", unit: "day", unitDisplay: "long" }).format(days);
}

/** A sentence that says how long, or another one for none. @param {number} value @param {Key} said @param {Key} none @param {(value: number) => string} [label] */
export function timeSaid(value, said, none, label = durationLabel) {
  return value === 0 ? word(none) : word(said, { time: label(value) });
}
