/**
 * The page's worker: it opens the page while the server is down or slow. It keeps the files of one version of the page, which its own text
 * names, so that a server with another version has another worker. Files have the version in their addresses: what a page fetches
 * later is therefore never of another version than the page, whichever worker answers.
 *
 * @module
 */

import { OPEN_PAGE_MS } from "./limits.js";

/** An event for which the browser lets the worker live. @typedef {Event & { waitUntil(work: Promise<unknown>): void }} Work */
/** @typedef {Event & { request: Request, respondWith(answer: Promise<Response>): void }} Asked */
/** @typedef {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void>, matchAll(): Promise<MessagePort[]> } }} Worker */

// The server puts in what it serves: see `chat/http/shell.ts`.
const VERSION = "";
/** @type {string[]} */
const FILES = [];

const ROOT = new URL(".", location.href).href;
/** Another chat of the same site has caches of its own. */
const PREFIX = `switchboard ${ROOT} shell `;
const worker = /** @type {Worker} */ (/** @type {unknown} */ (globalThis));

addEventListener("install", (event) => /** @type {Work} */ (event).waitUntil(fill()));
addEventListener("activate", (event) => /** @type {Work} */ (event).waitUntil(takeOver()));
addEventListener("fetch", (event) => answer(/** @type {Asked} */ (event)));

/** Keeps all files, or none: a server that was replaced meanwhile does not have them any more. */
async function fill() {
  const page = await fetch(ROOT, { cache: "no-cache" });
  const html = await page.clone().text();
  if (!html.includes(`"static/${VERSION}/`)) throw new Error("The server has another version by now");
  const cache = await caches.open(PREFIX + VERSION);
  await cache.addAll(FILES.map((file) => `${ROOT}static/${VERSION}/${file}`));
  await cache.put(ROOT, page);
  // Pages of the version before go on with its files.
  await worker.skipWaiting();
}

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
  for (const old of others.slice(0, -1)) await caches.delete(old);
  await worker.clients.claim();
  for (const page of await worker.clients.matchAll()) page.postMessage(VERSION);
}

/** @param {Asked} event */
function answer(event) {
  const { request } = event;
  const [path = ""] = request.url.slice(ROOT.length).split(/[?#]/);
  if (request.method !== "GET" || !request.url.startsWith(ROOT)) return;
  if (request.mode === "navigate") {
    if (/^($|i$|r\/)/.test(path)) event.respondWith(openPage(request, path));
  } else if (path.startsWith("static/")) event.respondWith(file(request));
}

/** A file of this version, or of one whose pages may still be open. @param {Request} request */
async function file(request) {
  return await caches.match(request, { ignoreVary: true }) ?? fetch(request);
}

/** The page of the server, whatever version it has; or the one that is kept. @param {Request} request @param {string} path */
async function openPage(request, path) {
  const fetched = fetch(request);
  const works = fetched.then((page) => page.status < 500 ? page : undefined, () => undefined);
  const late = new Promise((resolve) => setTimeout(resolve, OPEN_PAGE_MS));
  return await Promise.race([works, late]) ?? await keptPage(path) ?? await fetched;
}

/** As the server would give it at this path: it names its files as seen from there. @param {string} path */
async function keptPage(path) {
  const page = await (await caches.open(PREFIX + VERSION)).match(ROOT);
  if (page === undefined) return undefined;
  const html = (await page.text()).replaceAll('="static/', `="${"../".repeat(path.split("/").length - 1)}static/`);
  const headers = new Headers(page.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response(html, { headers });
}
