/** What an owner sets besides who reads and writes, as choices of the form. Each is said in whole sentences. @module */

import { make } from "../dom.js";
import { word } from "../words.js";
import { choiceOf } from "./asking.js";
import { daysLabel, everyLabel, timeSaid } from "./durations.js";

/** @import { RoomSettings } from "../client/lines.js" */
/** @import { Key } from "../words/en.js" */
/** @typedef {{ label: Key, said: Key, none: Key, choices: number[], usual: number, timed?: (value: number) => string }} Rule */

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Those that are a time. `usual`: what a room has that says nothing of it. `timed`: how its values are said, if not as a length of time in milliseconds. @type {Record<"slowMs" | "editWindowMs" | "newcomerDelayMs" | "keepDays", Rule>} */
const TIMES = {
  slowMs: {
    label: "howOften",
    said: "oneEvery",
    none: "asOftenAsOneLikes",
    choices: [0, 10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR],
    usual: 0,
    timed: everyLabel,
  },
  editWindowMs: {
    label: "howLongEdited",
    said: "editedFor",
    none: "editedNever",
    choices: [24 * HOUR, 2 * HOUR, 15 * MINUTE, 0],
    usual: 24 * HOUR,
  },
  newcomerDelayMs: {
    label: "whenNewcomersWrite",
    said: "newcomersAfter",
    none: "newcomersAtOnce",
    choices: [0, 2 * MINUTE, 10 * MINUTE, 2 * HOUR, 24 * HOUR],
    usual: 0,
  },
  keepDays: {
    label: "howLongKept",
    said: "keptFor",
    none: "keptByServer",
    choices: [0, 7, 30, 365],
    usual: 0,
    timed: daysLabel,
  },
};
const NAMES = /** @type {const} */ (["slowMs", "editWindowMs", "newcomerDelayMs", "keepDays"]);

/** @param {Partial<RoomSettings>} now */
export function roomRules(now) {
  const fields = NAMES.map((name) => {
    const { label, said, none, choices, usual, timed } = TIMES[name];
    const value = now[name] ?? usual;
    // Another program may have set what the page does not offer.
    const all = choices.includes(value) ? choices : [...choices, value];
    const select = choiceOf(all.map((each) => [each, timeSaid(each, said, none, timed)]), value, {
      id: `room-${name}`,
    });
    return { name, select, label: make("label", { for: select.id }, word(label)), is: () => Number(select.value) };
  });
  const past = make("input", { type: "checkbox" });
  past.checked = now.history === "joined";
  const pastRow = make("label", { class: "bar choice" }, past, word("hidePast"));
  return {
    content: make(
      "details",
      { class: "rules" },
      make("summary", {}, word("moreRules")),
      ...fields.flatMap(({ label, select }) => [label, select]),
      pastRow,
    ),
    /** Where everybody reads, nobody is a newcomer. @param {string} visibility */
    showFor(visibility) {
      pastRow.hidden = visibility !== "private";
    },
    /** What is another than now. @returns {Partial<RoomSettings>} */
    get changed() {
      const times = fields.filter(({ name, is }) => is() !== (now[name] ?? TIMES[name].usual));
      const history = past.checked ? "joined" : "all";
      return {
        ...Object.fromEntries(times.map(({ name, is }) => [name, is()])),
        ...history === (now.history ?? "all") || pastRow.hidden ? {} : { history },
      };
    },
  };
}
