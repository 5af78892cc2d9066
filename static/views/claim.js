/** Takes the claim of an operator: the first person who does it moderates the rooms that nobody owns. @module */

import { notDone } from "../refusals.js";
import { word } from "../words.js";
import { onceOnline } from "./once_online.js";

/** @param {import("../page_state.js").PageState} page @param {string} secret @param {() => void} done the secret is not needed any more */
export function claim(page, secret, done) {
  const { link } = page;
  const take = () =>
    link.ask({ type: "claim", secret }, (line) => {
      // Sent again it is no other claim.
      if (line.type === "error" && (line.code === "link_down" || line.code === "unavailable")) {
        return onceOnline(page, take);
      }
      done();
      if (line.type === "error") {
        return page.tell("notice", line.code === "no_access" ? word("claimIsTaken") : notDone(line));
      }
      page.tell("notice", word("youModerate"));
      // In the rooms that it is in, the server says only to those who come what they may do.
      link.start();
    });
  onceOnline(page, take);
}
