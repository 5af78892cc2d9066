/** What is copied of several messages: who said what, and when. What is copied of one is as it is shown. @module */

import { linesOf } from "../text/plain.js";

/** @param {ClipboardEvent} event */
function copied(event) {
  const selection = getSelection();
  if (selection?.rangeCount !== 1 || event.target instanceof HTMLTextAreaElement) return;
  const range = selection.getRangeAt(0);
  const rows = [...document.querySelectorAll("#log .row")].filter((row) => range.intersectsNode(row));
  const messages = rows.map((row) => messageOf(row, range)).filter((message) => message !== undefined);
  if (messages.length < 2) return;
  const parts = messages.map(({ said, head, day, goesOn }, n) => {
    const before = n === 0 ? `${head}\n` : goesOn ? "\n" : `\n\n${day === undefined ? "" : `${day}\n\n`}${head}\n`;
    return before + said;
  });
  event.clipboardData?.setData("text/plain", parts.join(""));
  event.preventDefault();
}

/** What is selected of a message, if anything is. @param {Element} row @param {Range} range */
function messageOf(row, range) {
  const text = row.querySelector(":scope > .text");
  if (text === null || !range.intersectsNode(text)) return undefined;
  const part = document.createRange();
  part.selectNodeContents(text);
  if (text.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
  if (text.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
  const said = linesOf(part.cloneContents()).join("\n");
  if (said === "") return undefined;
  const [name, time] = [".who .name", "time"].map((selector) => row.querySelector(selector)?.textContent);
  const day = row.querySelector(".day")?.textContent ?? undefined;
  return { said, head: `${name}, ${time}`, day, goesOn: row.classList.contains("more") };
}

document.addEventListener("copy", copied);
