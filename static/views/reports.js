/** Reports of messages: how somebody makes one, and for those who moderate a room all of them, each with what can be done about it. @module */

import { button, make } from "../dom.js";
import { REASON_CHARACTERS } from "../limits.js";
import { notDone } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { asking } from "./asking.js";
import { showDialog } from "./dialog.js";
import { showPages } from "./pages.js";
import { quoted } from "./quoted.js";

/** @import { Answers, Report } from "../client/lines.js" */
/** @import { Item } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** Reports a message to those who moderate its room. @param {PageState} page @param {Item} item */
export function reportMessage(page, item) {
  const { link, room: { name: room, epoch } } = page;
  const reason = make("input", {
    id: "reason",
    dir: "auto",
    maxlength: String(REASON_CHARACTERS),
    autocomplete: "off",
  });
  const label = make("label", { for: "reason" }, word("whatIsWrong"));
  const form = asking({}, [label, reason], word("sendReport"), (done) => {
    // What was copied from the message may have what turns a line around, which no reason may.
    const said = reason.value.replace(/[\u202A-\u202E\u2066-\u2069]/g, "").trim() || undefined;
    link.ask({ type: "report", room, target: item.seq, epoch, reason: said }, (line) => {
      if (line.type === "error") return done(notDone(line));
      dialog.close();
      page.tell("notice", word("isReported"));
    });
  });
  const dialog = showDialog(word("reportMessage"), quoted(item), make("p", { class: "quiet" }, word("reportTo")), form);
  reason.focus();
}

/** @param {PageState} page */
export function showReports(page) {
  const { link, room: { name: room, epoch } } = page;
  const title = word("reportsOf", { room: labelOf(page, room) });
  const pages = showPages(title, "reports", word("noReports"), (before, reply) => {
    link.ask({ type: "reports", room, before }, (line) => {
      if (line.type === "error") return reply(line);
      const { reports, more } = line;
      reply({
        items: reports.map((report) => itemOf(page, { room, epoch }, report, pages)),
        last: reports.at(-1)?.target,
        more,
      });
    });
  });
}

/** @param {PageState} page @param {{ room: string, epoch: string }} where @param {Report} report @param {ReturnType<typeof showPages>} pages */
function itemOf(page, where, { target, count, reasons, message }, pages) {
  const { link, world } = page;
  const item = make("li", {});
  const problem = make("p", { class: "problem", role: "alert" });
  const told = (/** @type {() => void} */ then) => (/** @type {Answers["delete" | "resolve"]} */ line) => {
    if (line.type === "error") problem.textContent = notDone(line);
    else then();
  };
  const dismiss = () => link.ask({ type: "resolve", ...where, target }, told(() => pages.drop(item)));
  const nonce = world.randomHex(16);
  const remove = () => link.ask({ type: "delete", ...where, nonce, target }, told(dismiss));
  const away = (/** @type {() => void} */ act) => () => (pages.close(), act());
  const acts = make("p", { class: "acts-of-person" });
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
