/** What the server's refusals mean to a person: its own messages are for developers. @module */

import { word } from "./words.js";

/** @type {Record<string, import("./words/en.js").Key>} */
const WORDS = {
  bad_key: "keyIsOther",
  rate_limited: "tooFast",
  room_full: "roomIsFull",
  store_full: "storeIsFull",
  too_many_rooms: "tooManyRooms",
  unavailable: "serverIsBusy",
};

/** @param {{ code: string }} error */
export function reasonOf({ code }) {
  return word(WORDS[code] ?? "refusedSomehow", { code });
}
