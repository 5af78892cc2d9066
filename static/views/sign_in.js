/**
 * Signs in where a site vouches for its people: by a token that the site gives out, or one that a person pastes. Loaded only if the server takes
 * tokens. What is being written, and what waits to be sent, stays as it is meanwhile.
 *
 * @module
 */

import { button, byId, make } from "../dom.js";
import { moreWords } from "../languages.js";
import { lateStyle } from "../late_style.js";
import { SIGN_IN_AGAIN_MS, SIGN_IN_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** What another token helps with. */
const CURABLE = new Set(["needs_proof", "bad_token", "expired"]);

/** @param {PageState} page @param {string} url where tokens are given out; empty: they are pasted */
export async function signIn(page, url) {
  if (url === "") askForTokens(page);
  else await new Site(page, url).ask();
}

/** A site that says who somebody is to a page that asks. */
class Site {
  #page;
  #url;
  #host;
  #link;
  #again = button("", () => this.#go());
  #timer = 0;
  #askedMs = -Infinity;
  /** Whether the server has refused the newest token; whether the site did not answer. */
  #refused = false;
  #away = false;

  /** @param {PageState} page @param {string} url */
  constructor(page, url) {
    const { origin, host } = new URL(url, location.href);
    this.#page = page;
    this.#url = url;
    this.#host = host;
    this.#link = make("a", { href: `${origin}/`, target: "_blank", rel: "noopener" }, host);
    page.on("link", () => this.#linked());
    page.on("expiring", () => this.#renew());
    // One has signed in there meanwhile.
    addEventListener("focus", () => {
      if (isShown() && performance.now() - this.#askedMs > 1000) this.#go();
    });
  }

  /** @returns {Promise<boolean>} whether the site has said who this is: somebody, or nobody whom it knows */
  async ask() {
    this.#askedMs = performance.now();
    const answer = await fetchToken(this.#url);
    this.#away = answer === undefined;
    if (answer !== undefined) take(this.#page, answer.token);
    return !this.#away;
  }

  async #go() {
    clearTimeout(this.#timer);
    if (await this.ask()) this.#page.link.start();
    else this.#say("siteIsAway");
  }

  /** @param {"signInAt" | "siteIsRefused" | "siteIsAway"} key */
  async #say(key) {
    await Promise.all([moreWords(), lateStyle()]).catch(() => {});
    const { link, world } = this.#page;
    if (link.online) return;
    this.#again.textContent = word("retryNow");
    showPanel(this.#page, word(key, { site: this.#host }), this.#link, this.#again);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#go(), SIGN_IN_AGAIN_MS * (0.5 + world.random()));
  }

  #linked() {
    const page = this.#page;
    if (page.link.online) {
      clearTimeout(this.#timer);
      this.#refused = false;
      hidePanel();
    }
    if (!needsToken(page)) return;
    // It is one of before, and there may be a newer one. Once: a site whose tokens are not taken is not asked for ever.
    if (page.token !== undefined && !this.#refused) {
      this.#refused = true;
      page.token = undefined;
      this.#go();
    } else this.#say(page.token !== undefined ? "siteIsRefused" : this.#away ? "siteIsAway" : "signInAt");
  }

  async #renew() {
    const page = this.#page;
    const before = page.token;
    // Somebody who is not signed in there any more stays until the token is over.
    if (await this.ask() && page.token !== undefined) renew(page);
    else page.token = before;
  }
}

/** Whether the server lets nobody in but with another token. @param {PageState} page */
function needsToken({ link: { state: { phase, error } } }) {
  return phase === "refused" && CURABLE.has(error?.code ?? "");
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

/** @param {PageState} page */
function askForTokens(page) {
  const { link, storage } = page;
  take(page, storage.get("token") ?? undefined);
  const field = make("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false" });
  const label = make("label", { for: "token", class: "unseen" });
  const submit = make("button", { class: "primary filled" });
  /** @param {"pasteToken" | "tokenIsRefused" | "tokenIsOver" | "tokenEnds"} key */
  const say = async (key) => {
    await Promise.all([moreWords(), lateStyle()]).catch(() => {});
    label.textContent = field.placeholder = word("token");
    submit.textContent = word("signIn");
    showPanel(page, word(key), label, field, submit).onsubmit = (event) => {
      event.preventDefault();
      const token = field.value.trim();
      if (!isToken(token)) return void say("tokenIsRefused");
      field.value = "";
      take(page, token);
      storage.set("token", token);
      if (link.online) renew(page);
      else link.start();
    };
  };
  page.on("link", () => {
    if (link.online) hidePanel();
    if (!needsToken(page)) return;
    page.token = undefined;
    storage.set("token", null);
    const { code } = link.state.error ?? {};
    say(code === "expired" ? "tokenIsOver" : code === "bad_token" ? "tokenIsRefused" : "pasteToken");
  });
  page.on("expiring", () => say("tokenEnds"));
}

/** Shows the newer token on the connection; if it is another person's, the page comes anew. @param {PageState} page */
function renew({ link, token = "" }) {
  link.ask(
    { type: "token", token },
    (line) => line.type === "ok" ? hidePanel() : line.code !== "link_down" && link.start(),
  );
}

/** @param {PageState} page @param {string | undefined} token */
function take(page, token) {
  page.token = token;
  // Somebody whose name comes with it is not asked for one.
  if (token === undefined || !("name" in claimsOf(token))) return;
  page.storage.set("greeted", "yes");
  document.getElementById("welcome")?.remove();
}

/** @param {string} token @returns {object} without its signature being checked: the server does that */
function claimsOf(token) {
  try {
    return Object(JSON.parse(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"))));
  } catch {
    return {};
  }
}

/** @param {string} text */
function isToken(text) {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/** In place of what one writes in, which is of no use meanwhile; above it while one is still signed in: see the style. @param {PageState} page @param {string} said @param {...Node} parts */
function showPanel({ link }, said, ...parts) {
  const panel = /** @type {HTMLFormElement} */ (document.getElementById("sign-in") ?? make("form", { id: "sign-in" }));
  if (!panel.isConnected) {
    panel.append(make("p", { role: "status" }));
    byId("banner").before(panel);
  }
  panel.className = link.online ? "bar" : "bar needed";
  panel.hidden = false;
  const [status] = panel.children;
  if (status !== undefined && status.textContent !== said) status.textContent = said;
  if (panel.children.length === 1) panel.append(...parts);
  return panel;
}

function isShown() {
  return document.getElementById("sign-in")?.hidden === false;
}

function hidePanel() {
  const panel = document.getElementById("sign-in");
  if (panel !== null) panel.hidden = true;
}
