/** The bots of the server, for its operators: what makes one, its secret, and the list of those there are. @module */

import { ROOT } from "../address.js";
import { copyText } from "../clipboard.js";
import { button, make } from "../dom.js";
import { CONFIRMED_MS } from "../limits.js";
import { notDone } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { asking, choiceOf } from "./asking.js";
import { showDialog } from "./dialog.js";
import { placing, question } from "./question.js";

/** @import { Bot, Of } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Record<Bot["may"], Key>} */
const LEVELS = { read: "mayRead", write: "mayWrite", moderate: "mayModerate" };

/** @param {PageState} page */
export function showBots(page) {
  const place = make("div", { class: "made-invite" });
  const open = make("div", {});
  const list = () => {
    page.link.ask({ type: "bots" }, (line) => {
      if (line.type === "bots") showList(page, open, line.bots, list);
      else page.tell("notice", notDone(line));
    });
  };
  showDialog(word("bots"), make("p", { class: "quiet" }, word("aboutBots")), place, open);
  offer(page, place, list);
  list();
}

/** What makes a bot. @param {PageState} page @param {HTMLElement} place @param {() => void} done */
function offer(page, place, done) {
  const here = page.room.name;
  const name = make("input", {
    required: "",
    maxlength: "30",
    pattern: "[a-z0-9]([a-z0-9\\-]*[a-z0-9])?",
    title: word("botNameHint"),
    autocomplete: "off",
    autocapitalize: "none",
    dir: "ltr",
  });
  const rooms = choiceOf([[here, word("onlyRoom", { room: labelOf(page, here) })], ["*", word("allRooms")]], here);
  const may = choiceOf(Object.entries(LEVELS).map(([level, said]) => [level, word(said)]), "write");
  const fields = [
    make("label", {}, word("botName"), name),
    make(
      "div",
      { class: "bar choices-of-invite wordy" },
      make("label", {}, word("botRooms"), rooms),
      make("label", {}, word("botMay"), may),
    ),
  ];
  place.replaceChildren(asking({ class: "invite-form" }, fields, word("makeBot"), (failed) => {
    const wanted = { name: name.value, rooms: [rooms.value], may: /** @type {Bot["may"]} */ (may.value) };
    page.link.ask({ type: "bot", ...wanted }, (line) => {
      if (line.type === "error") return failed(notDone(line));
      if (rooms.value === here) bringIn(page, wanted.name);
      showMade(
        page,
        place,
        wanted.name,
        rooms.value === "*" ? "?room=lobby" : "",
        line,
        () => offer(page, place, done),
      );
      done();
    });
  }));
}

/** A room that belongs to somebody may be for its members only. @param {PageState} page @param {string} name */
function bringIn(page, name) {
  const { room } = page;
  if (room.settings === undefined || !room.may.has("moderate")) return;
  placing(page, { id: `b-${name}`, role: "member" })((line) => {
    if (line.type === "error") page.tell("notice", notDone(line));
  });
}

/** The one time that the secret is there. @param {PageState} page @param {HTMLElement} place @param {string} name @param {string} query @param {Of<"bot">} line @param {() => void} again */
function showMade(page, place, name, query, { secret }, again) {
  const hook = new URL(`${ROOT}v1/hooks/${secret}${query}`, location.href).href;
  const another = button(word("makeAnotherBot"), () => {
    again();
    place.querySelector("input")?.focus();
  });
  place.replaceChildren(
    make("p", { role: "status" }, word("botMade", { name })),
    copyLine(page, secret),
    make("p", { class: "quiet" }, word("hookAddress")),
    copyLine(page, hook),
    make("p", { class: "bar more-ways" }, another),
  );
  place.querySelector("button")?.focus();
}

/** @param {PageState} page @param {string} text */
function copyLine(page, text) {
  const shown = make("code", { class: "address", dir: "ltr" }, text);
  const copy = button(word("copy"), async () => {
    if (await copyText(text)) {
      copy.textContent = word("copied");
      setTimeout(() => copy.textContent = word("copy"), CONFIRMED_MS);
    } else {
      getSelection()?.selectAllChildren(shown);
      page.tell("notice", word("notCopied"));
    }
  }, { class: "primary filled" });
  return make("p", { class: "address-line bar" }, shown, copy);
}

/** @param {PageState} page @param {HTMLElement} place @param {Bot[]} bots @param {() => void} again */
function showList(page, place, bots, again) {
  if (bots.length === 0) return place.replaceChildren();
  const items = bots.map((bot) => {
    const rooms = bot.rooms.map((room) => room === "*" ? word("allRooms") : `#${room}`).join(", ");
    const said = word("openBot", { name: bot.name, rooms, may: word(LEVELS[bot.may]) });
    const item = make("li", { class: "bar" }, make("span", {}, said));
    item.append(button(word("takeBack"), () =>
      question(
        item,
        word("takeBackBotWarning", { name: bot.name }),
        word("takeBack"),
        (reply) => page.link.ask({ type: "unbot", name: bot.name }, reply),
        () => {
          again();
          place.querySelector("button")?.focus();
        },
      ), { "aria-label": word("takeBackInvite", { what: said }) }));
    return item;
  });
  place.replaceChildren(make("h3", {}, word("openBots")), make("ul", { class: "rows-of-acts" }, ...items));
}
