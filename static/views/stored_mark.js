/** At one's last message: whether it is kept, and how safely. @module */

import { byId, make } from "../dom.js";
import { timeLabel } from "../formats.js";
import { word } from "../words.js";
import { messageAt } from "./message.js";

/** @import { Entry } from "../client/entries.js" */
/** @import { PageState } from "../page_state.js" */

/** What the server says of how it has stored something. */
const HOW = /** @type {const} */ ({ fsync: "keptOnDisk", os: "keptBySystem", memory: "keptInMemory" });

/** @param {PageState} page */
export function markStored(page) {
  const mark = make("span", { class: "stored quiet", role: "img" });
  /** The last message that was stored, and when. @type {{ entry: Entry, ts: number } | undefined} */
  let last;
  page.on("stored", (entry) => {
    if (entry.type === undefined) last = { entry, ts: page.world.now() };
  });
  page.on("shown", () => {
    const rows = document.querySelectorAll("#log .row.mine");
    const row = rows[rows.length - 1];
    const item = row && messageAt(row);
    const isKept = item !== undefined && item.nonce === last?.entry.nonce;
    const isSending = row?.classList.contains("sending") ?? false;
    if (row === undefined || item === undefined || item.deleted || !(isKept || isSending)) return mark.remove();
    const said = isKept && last !== undefined ? describe(last.entry, last.ts) : word("notKeptYet");
    if (mark.parentElement !== row) row.append(mark);
    if (mark.title === said) return;
    mark.textContent = isKept ? "✓" : "○";
    mark.title = mark.ariaLabel = said;
  });
  byId("log").addEventListener("click", ({ target }) => target === mark && page.tell("notice", mark.title));
}

/** @param {Entry} entry @param {number} ts */
function describe({ seq = 0, durability = "memory" }, ts) {
  return word(HOW[durability] ?? "keptInMemory", { time: timeLabel(ts), seq });
}
