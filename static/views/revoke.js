/** Ends one's identity for good, because somebody else may have its key. This browser goes on as somebody new, of whom the server knows that it is the next one. @module */

import { button, make } from "../dom.js";
import { idOfKey } from "../identity.js";
import { word } from "../words.js";
import { become } from "./become.js";
import { GRAVE, question } from "./question.js";

/** The button that asks, and does it. @param {import("../page_state.js").PageState} page */
export function revoking(page) {
  const { link, storage, world } = page;
  const place = make("div", { class: "acts-of-person last" });
  place.append(button(word("revokeKey"), async () => {
    const key = storage.get("next") ?? world.randomHex(16);
    const next = await idOfKey(key);
    const revoke = (/** @type {Parameters<Parameters<typeof question>[3]>[0]} */ reply) => {
      // Once the server has it, nobody is let in but by this key: its answer may be lost.
      storage.set("next", key);
      link.ask({ type: "revoke", next }, reply);
    };
    question(place, word("askRevoke"), word("revokeForGood"), revoke, () => become(page, key));
  }, GRAVE));
  return place;
}
