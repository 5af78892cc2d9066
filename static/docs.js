/**
 * The page for developers: puts this server's address and a fresh nonce into the examples, and a copy button beside each.
 *
 * @module
 */

import { ROOT, SOCKETS } from "./address.js";

/** The host that is written in the page, for readers without JavaScript; and what takes its place. */
const WRITTEN = "localhost:8000";
const ADDRESSES = [
  [`ws://${WRITTEN}`, SOCKETS],
  [`http://${WRITTEN}`, SOCKETS.replace("ws", "http")],
  [WRITTEN, location.host],
];
/** How long a button shows its result. */
const TOLD_MS = 2000;

document.querySelector("#brand")?.setAttribute("href", ROOT);

for (const code of document.querySelectorAll("code")) {
  if (!code.textContent.includes(WRITTEN)) continue;
  code.textContent = ADDRESSES.reduce(
    (text, [written = "", here = ""]) => text.replaceAll(written, here),
    code.textContent,
  );
}

// Otherwise two readers would send different texts under one nonce, or one reader today's text under yesterday's nonce.
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
// Not `randomUUID`, which pages over plain http do not have.
const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
  "",
);
const nonce = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
for (const code of document.querySelectorAll("code[data-example]")) {
  if (code.textContent.search(UUID) >= 0) code.textContent = code.textContent.replaceAll(UUID, nonce);
}

for (const pre of document.querySelectorAll("pre")) addCopyButton(pre);

/** @param {HTMLPreElement} pre */
function addCopyButton(pre) {
  const frame = document.createElement("div");
  const button = document.createElement("button");
  frame.className = "copied";
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy this example");
  button.onclick = async () => {
    const told = await copy(pre);
    button.textContent = told;
    // A screen reader reads the label.
    button.setAttribute("aria-label", told);
    setTimeout(() => {
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy this example");
    }, TOLD_MS);
  };
  pre.replaceWith(frame);
  frame.append(pre, button);
}

/**
 * Copies a text, or selects it to be copied by hand if the page may not copy (over plain http, say).
 *
 * @param {HTMLPreElement} pre
 * @returns {Promise<string>} the result, in a word
 */
async function copy(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return "Copied";
  } catch {
    getSelection()?.selectAllChildren(pre);
    return "Selected";
  }
}
