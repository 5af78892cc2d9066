/** The full date of a row's time, made only when somebody points at it. @module */

import { byId } from "../dom.js";
import { exactLabel } from "../exact_formats.js";

export function explainTimes() {
  byId("log").addEventListener("pointerover", ({ target }) => {
    if (target instanceof HTMLTimeElement && target.title === "") {
      target.title = exactLabel(Date.parse(target.dateTime));
    }
  });
}
