/**
 * The page on this device: the browser keeps it, so that it opens while the server is down, and may install it. On plain HTTP, and in some private
 * windows, browsers keep nothing: the page then works as it does, for as long as the server is there.
 *
 * @module
 */

import { FILES, ROOT } from "../address.js";
import { make } from "../dom.js";
import { forgetAll, keep } from "../kept.js";
import { KEEP_MS, UPDATE_MS } from "../limits.js";
import { isShut } from "../refusals.js";
import { word } from "../words.js";

/** @import { Room } from "../client/room.js" */
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
  keepMessages(page);
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

let keeping = 0;

/** Every event of a room has a number: while that is the same, the room is. @param {PageState} page */
function keepMessages(page) {
  /** Up to which event each is kept. @type {WeakMap<Room, string>} */
  const kept = new WeakMap();
  const stateOf = (/** @type {Room} */ { epoch, seq }) => `${epoch} ${seq}`;
  /** Of which rooms anything may be kept. @type {string | undefined} */
  let names;
  let busy = false;
  const pass = async () => {
    const rooms = [];
    for (const room of page.rooms) {
      // Nothing is kept of a room that one may not read any more.
      if (isShut(room)) kept.delete(room);
      else rooms.push(room);
    }
    const changed = rooms.filter((room) => room.joined && kept.get(room) !== stateOf(room));
    const isSame = names === rooms.map(({ name }) => name).join();
    if (busy || (changed.length === 0 && isSame)) return;
    busy = true;
    names = rooms.map(({ name }) => name).join();
    for (const room of changed) kept.set(room, stateOf(room));
    await keep(changed, rooms).catch(() => {});
    busy = false;
  };
  keeping = setInterval(pass, KEEP_MS);
  document.addEventListener("visibilitychange", pass);
}

/** Forgets all that this device has of somebody, as if this chat had never been opened in it. @param {PageState} page */
export async function forgetDevice(page) {
  clearInterval(keeping);
  page.link.stop();
  await forgetAll().catch(() => {});
  await (await navigator.serviceWorker?.getRegistration(ROOT))?.unregister();
  // As the page goes, drafts and places would be kept once more.
  page.storage.forget();
  location.assign(ROOT);
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
