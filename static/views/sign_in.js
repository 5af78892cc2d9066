/**
 * Signs in where a site vouches for its people: by a token that the site gives out, or one that a person pastes. Loaded only if the server takes
 * tokens. What is being written, and what waits to be sent, stays as it is meanwhile.
 *
 * @module
 */

import { button, byId, make } from "../dom.js";
import { moreWords } from "../languages.js";
import { lateStyle } from "../late_style.js";
import { isToken, needsToken, showToken, TokenSite } from "../token_site.js";
import { word } from "../words.js";

/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page @param {string} url where tokens are given out; empty: they are pasted */
export async function signIn(page, url) {
  if (url === "") askForTokens(page);
  else await fetchTokens(page, url);
}

/** @param {PageState} page @param {string} url */
async function fetchTokens(page, url) {
  const { link, world } = page;
  const { origin, host } = new URL(url, location.href);
  const site = make("a", { href: `${origin}/`, target: "_blank", rel: "noopener" }, host);
  const again = button("", () => tokens.go());
  const tokens = new TokenSite(url, link, world, {
    took: (token) => take(page, token),
    missing: async (key) => {
      await Promise.all([moreWords(), lateStyle()]).catch(() => {});
      if (link.online) return;
      again.textContent = word("retryNow");
      showPanel(page, word(key, { site: host }), site, again);
    },
    renewed: hidePanel,
  });
  page.on("link", () => {
    if (link.online) hidePanel();
    tokens.follow();
  });
  // One has signed in there meanwhile.
  addEventListener("focus", () => isShown() && tokens.hurry());
  page.on("expiring", () => tokens.renew());
  await tokens.ask();
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
      if (link.online) showToken(link, token, hidePanel);
      else link.start();
    };
  };
  page.on("link", () => {
    if (link.online) hidePanel();
    if (!needsToken(link)) return;
    page.token = undefined;
    storage.set("token", null);
    const { code } = link.state.error ?? {};
    say(code === "expired" ? "tokenIsOver" : code === "bad_token" ? "tokenIsRefused" : "pasteToken");
  });
  page.on("expiring", () => say("tokenEnds"));
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
