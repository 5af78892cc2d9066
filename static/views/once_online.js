/** Waiting for the connection. @module */

/** @import { PageState } from "../page_state.js" */

/** Carries out what it is given last, when the page is connected the next time, or at once if it is. @param {PageState} page */
export function onceOnline(page) {
  /** @type {(() => void) | undefined} */
  let next;
  const proceed = () => {
    if (!page.link.online) return;
    const now = next;
    next = undefined;
    now?.();
  };
  page.on("link", proceed);
  return (/** @type {(() => void) | undefined} */ run) => {
    next = run;
    proceed();
  };
}
