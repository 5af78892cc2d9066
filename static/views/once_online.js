/** Waiting for the connection. @module */

/**
 * Carries something out when the page is connected the next time, or at once if it is.
 *
 * @param {import("../page_state.js").PageState} page
 * @param {() => void} run
 * @returns {() => void} calls that off
 */
export function onceOnline(page, run) {
  const stop = page.on("link", () => proceed());
  const proceed = () => {
    if (!page.link.online) return;
    stop();
    run();
  };
  proceed();
  return stop;
}
