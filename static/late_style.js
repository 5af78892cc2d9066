/** The style sheet of what is fetched later. @module */

import { make } from "./dom.js";

/** @type {Promise<unknown> | undefined} */
let styled;

/** Fetches it, from where the first one came. */
export function lateStyle() {
  return styled ??= new Promise((resolve, reject) => {
    const first = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="stylesheet"]'));
    const link = make("link", { rel: "stylesheet", href: first.href.replace(/style\.css$/, "later.css") });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      styled = undefined;
      reject();
    });
    document.head.append(link);
  });
}
