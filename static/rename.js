/** How one changes the own name. @module */

import { nameProblem } from "./person_names.js";
import { reasonOf } from "./refusals.js";
import { word } from "./words.js";

/**
 * Changes the own name, here and on the server.
 *
 * @param {import("./page_state.js").PageState} page
 * @param {string} wanted
 * @param {(problem: string) => void} done gets what is wrong with it, or nothing
 */
export function rename(page, wanted, done) {
  const name = wanted.trim();
  const problem = nameProblem(name);
  if (problem !== undefined) return done(word(problem));
  if (!page.link.online) {
    page.chooseName(name);
    return done("");
  }
  page.link.ask({ type: "rename", name }, (line) => {
    if (line.type !== "ok") {
      return done(line.code === "bad_command" ? word("nameRefused") : word("notRenamed", { reason: reasonOf(line) }));
    }
    page.chooseName(line.name ?? name);
    done("");
  });
}
