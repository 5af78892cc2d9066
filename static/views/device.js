/**
 * The page on this device: the browser keeps it, so that it opens while the server is down, and may install it. On plain HTTP, and in some private
 * windows, browsers keep nothing: the page then works as it does, for as long as the server is there.
 *
 * @module
 */

import { FILES, ROOT } from "../address.js";
import { make } from "../dom.js";
import { UPDATE_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */
/** What browsers know that check where scripts come from. @typedef {{ createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } }} TrustedTypes */

const WORKER = `${ROOT}worker.js`;

/** @param {PageState} page */
export async function keepPage(page) {
  const { serviceWorker } = /** @type {{ serviceWorker?: ServiceWorkerContainer }} */ (navigator);
  if (serviceWorker === undefined) return;
  // Proxies that ask for a password ask for it here as well.
  document.head.append(
    make("link", { rel: "manifest", href: `${ROOT}manifest.webmanifest`, crossorigin: "use-credentials" }),
  );
  serviceWorker.addEventListener("message", ({ data }) => {
    if (!FILES.endsWith(`/${data}/`)) offerNewer(page);
  });
  try {
    await serviceWorker.register(workerAddress());
  } catch {
    return;
  }
  const registration = await serviceWorker.ready;
  let timer = 0;
  page.on("link", () => {
    // It may be another server that is back. At random times, so that it does not get everybody at once.
    if (page.link.online) timer ||= setTimeout(update, UPDATE_MS * page.world.random());
  });
  const update = () => {
    timer = 0;
    registration.update().catch(() => {});
  };
}

/** No other script than the worker can be asked for by its address. */
function workerAddress() {
  const { trustedTypes } = /** @type {{ trustedTypes?: TrustedTypes }} */ (globalThis);
  const policy = trustedTypes?.createPolicy("chat", {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError("Only the page's worker can be started");
      return url;
    },
  });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

/** What is written is kept over it. @param {PageState} page */
function offerNewer(page) {
  page.tell("notice", { said: word("newerPage"), label: word("reload"), undo: () => location.reload() });
}
