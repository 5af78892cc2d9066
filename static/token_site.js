/**
 * A site that vouches for its people by tokens: it is asked for one when somebody comes, again when the chat refuses the one of before, and
 * when that is soon over.
 *
 * @module
 */

import { SIGN_IN_AGAIN_MS, SIGN_IN_MS } from "./limits.js";

/** @import { Link } from "./client/link.js" */
/** @import { World } from "./client/world.js" */
/**
 * What is told. `took`: it has given another one, or none; `missing`: nobody is let in, and why: it is asked again by and by; `renewed`: the
 * chat has taken another one on the same connection.
 * @typedef {{ took(token: string | undefined): void, missing(why: "signInAt" | "siteIsRefused" | "siteIsAway"): void, renewed?(): void }} TokenEvents
 */

/** What another token helps with. */
const CURABLE = new Set(["needs_proof", "bad_token", "expired"]);

export class TokenSite {
  #url;
  #link;
  #world;
  #on;
  /** @type {string | undefined} */
  #token;
  #cancel = () => {};
  #askedMs = -Infinity;
  /** Whether the chat has refused the newest one; whether the site did not answer. */
  #refused = false;
  #away = false;

  /** @param {string} url @param {Link} link @param {World} world @param {TokenEvents} on */
  constructor(url, link, world, on) {
    this.#url = url;
    this.#link = link;
    this.#world = world;
    this.#on = on;
  }

  /** @returns {Promise<boolean>} whether the site has said who this is: somebody, or nobody whom it knows */
  async ask() {
    this.#askedMs = this.#world.elapsed();
    const answer = await fetchToken(this.#url);
    this.#away = answer === undefined;
    if (answer !== undefined) this.#take(answer.token);
    return !this.#away;
  }

  /** Asks, and connects. */
  async go() {
    this.#cancel();
    if (await this.ask()) this.#link.start();
    else this.#miss("siteIsAway");
  }

  /** Asks now rather than later. */
  hurry() {
    if (this.#world.elapsed() - this.#askedMs > 1000) this.go();
  }

  /** The link does something else. */
  follow() {
    if (this.#link.online) {
      this.#cancel();
      this.#refused = false;
    }
    if (!needsToken(this.#link)) return;
    // It is one of before, and there may be a newer one. Once: a site whose tokens are not taken is not asked for ever.
    if (this.#token !== undefined && !this.#refused) {
      this.#refused = true;
      this.#take(undefined);
      this.go();
    } else this.#miss(this.#token !== undefined ? "siteIsRefused" : this.#away ? "siteIsAway" : "signInAt");
  }

  /** The token is soon over. */
  async renew() {
    const before = this.#token;
    const isThere = await this.ask();
    if (isThere && this.#token !== undefined) showToken(this.#link, this.#token, this.#on.renewed);
    // Somebody who is not signed in there any more stays until the token is over.
    else if (this.#token === undefined) this.#take(before);
  }

  /** It is asked no more by itself. */
  stop() {
    this.#cancel();
  }

  /** @param {string | undefined} token */
  #take(token) {
    this.#token = token;
    this.#on.took(token);
  }

  /** @param {"signInAt" | "siteIsRefused" | "siteIsAway"} why */
  #miss(why) {
    this.#on.missing(why);
    this.#cancel();
    this.#cancel = this.#world.after(SIGN_IN_AGAIN_MS * (0.5 + this.#world.random()), () => this.go());
  }
}

/** Whether the chat lets nobody in but with another token. @param {Link} link */
export function needsToken({ state: { phase, error } }) {
  return phase === "refused" && CURABLE.has(error?.code ?? "");
}

/** Shows a newer token on the connection; if it is another person's, that begins anew. @param {Link} link @param {string} token @param {() => void} [done] */
export function showToken(link, token, done = () => {}) {
  link.ask(
    { type: "token", token },
    (line) => line.type === "ok" ? done() : line.code !== "link_down" && link.start(),
  );
}

/** @param {string} url @returns {Promise<{ token: string | undefined } | undefined>} without a token: the site knows nobody here; undefined: it does not answer */
async function fetchToken(url) {
  try {
    const signal = AbortSignal.timeout(SIGN_IN_MS);
    const response = await fetch(url, { credentials: "include", cache: "no-store", signal });
    if (response.status >= 500) return undefined;
    const text = response.ok ? (await response.text()).trim() : "";
    return { token: isToken(text) ? text : undefined };
  } catch {
    return undefined;
  }
}

/** @param {string} text */
export function isToken(text) {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
