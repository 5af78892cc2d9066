/** What was reported in a room, for those who moderate it: each message with what can be done about it. @module */

import { button, make } from "../dom.js";
import { reasonOf } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { showDialog } from "./dialog.js";
import { quoted } from "./quoted.js";

/** @import { Answers, Report } from "../client/lines.js" */
/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function showReports(page) {
  const { room } = page;
  const list = make("ul", { class: "reports" });
  const status = make("p", { class: "quiet", role: "status" });
  const more = button(word("more"), () => load(Number(more.value)), { hidden: "" });
  const dialog = showDialog(word("reportsOf", { room: labelOf(page, room.name) }), status, list, more);
  const load = (/** @type {number | undefined} */ before) => {
    page.link.ask({ type: "reports", room: room.name, before }, (line) => {
      if (line.type === "error") return void (status.textContent = word("notDone", { reason: reasonOf(line) }));
      status.textContent = line.count === 0 ? word("noReports") : "";
      list.append(...line.reports.map((report) => itemOf(page, room, report, dialog, status)));
      more.hidden = line.more !== true;
      more.value = String(line.reports.at(-1)?.target);
    });
  };
  load(undefined);
}

/** @param {PageState} page @param {Room} room @param {Report} report @param {HTMLDialogElement} dialog @param {HTMLElement} status */
function itemOf(page, room, { target, count, reasons, message }, dialog, status) {
  const { link, world } = page;
  const item = make("li", {});
  const problem = make("p", { class: "problem", role: "alert" });
  const gone = () => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    if (next === null) status.textContent = word("noReports");
    else next.querySelector("button")?.focus();
  };
  const told = (/** @type {() => void} */ then) => (/** @type {Answers["delete" | "resolve"]} */ line) => {
    if (line.type === "error") problem.textContent = word("notDone", { reason: reasonOf(line) });
    else then();
  };
  const dismiss = () => link.ask({ type: "resolve", room: room.name, target }, told(gone));
  const nonce = world.randomHex(16);
  const remove = () => link.ask({ type: "delete", room: room.name, nonce, target }, told(dismiss));
  const away = (/** @type {() => void} */ act) => () => (dialog.close(), act());
  const acts = make("p", { class: "bar acts-of-person" });
  if (message !== undefined) {
    acts.append(button(word("goToIt"), away(() => page.tell("show", target))));
    if (!message.deleted) acts.append(button(word("delete"), remove));
    acts.append(button(word("aboutPerson", { name: message.name }), away(() => page.tell("person", message.id))));
  }
  acts.append(button(word("dismiss"), dismiss));
  const said = reasons.filter((reason) => reason !== "").map((reason) => make("li", { dir: "auto" }, reason));
  item.append(
    message === undefined ? make("p", { class: "quiet" }, word("isNotKept")) : quoted(message),
    make("p", { class: "quiet" }, word("reportedBy", { count })),
    make("ul", { class: "facts" }, ...said),
    problem,
    acts,
  );
  return item;
}
