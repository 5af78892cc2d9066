/** An address that brings somebody in: to be copied, shared or scanned. @module */

import { copyText } from "../clipboard.js";
import { button, make } from "../dom.js";
import { CODE_BYTES, CONFIRMED_MS } from "../limits.js";
import { word } from "../words.js";
import { codeOf } from "./qr.js";

/** @import { PageState } from "../page_state.js" */

/** What each machine calls itself. */
const OWN_NAMES = /^(?:(?:.+\.)?localhost|127\.[\d.]+|\[::1\])$/;

/** @param {PageState} page @param {string} address @param {string} title of what it leads to @returns {HTMLElement[]} */
export function waysToGive(page, address, title) {
  const shown = make("code", { class: "address", dir: "ltr" }, address.replace(/^https?:\/\//, ""));
  const copy = button(word("copyLink"), () => copyAddress(page, address, copy, shown), { class: "primary filled" });
  const more = make("p", { class: "bar more-ways" });
  // Only where the device has something to share with.
  if (navigator.share !== undefined) {
    more.append(button(word("share"), () => void navigator.share({ title, url: address }).catch(() => {})));
  }
  if (address.length <= CODE_BYTES) {
    const code = button(word("showCode"), () => code.replaceWith(drawCode(address)));
    more.append(code);
  }
  const ways = [make("p", { class: "address-line bar" }, shown, copy), more];
  const { hostname: host } = location;
  if (OWN_NAMES.test(host)) ways.push(make("p", { class: "quiet" }, word("onlyHere", { host })));
  return ways;
}

/** @param {PageState} page @param {string} address @param {HTMLElement} press @param {HTMLElement} shown */
async function copyAddress(page, address, press, shown) {
  if (await copyText(address)) {
    press.textContent = word("copied");
    setTimeout(() => press.textContent = word("copyLink"), CONFIRMED_MS);
  } else {
    getSelection()?.selectAllChildren(shown);
    page.tell("notice", word("cannotCopy"));
  }
}

/** @param {string} address */
function drawCode(address) {
  const rows = codeOf(address) ?? [];
  const size = rows.length;
  const path = rows.flatMap((row, y) => row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : "")).join("");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-4 -4 ${size + 8} ${size + 8}`);
  svg.setAttribute("class", "code");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", word("codeOf"));
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
