/** The style sheet of what is fetched later. @module */

import { FILES } from "./address.js";
import { make } from "./dom.js";

/** @type {Promise<unknown> | undefined} */
let styled;

/** Fetches it. */
export function lateStyle() {
  return styled ??= new Promise((resolve, reject) => {
    const link = make("link", { rel: "stylesheet", href: `${FILES}later.css` });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      styled = undefined;
      reject();
    });
    document.head.append(link);
  });
}
