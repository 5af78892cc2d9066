/** The invitations into a room, for those who may make them: a link that lets people in, and the list of those that still do. @module */

import { ROOT } from "../address.js";
import { button, make } from "../dom.js";
import { endLabel } from "../exact_formats.js";
import { notDone } from "../refusals.js";
import { labelOf } from "../room_titles.js";
import { word } from "../words.js";
import { asking, choiceOf } from "./asking.js";
import { waysToGive } from "./ways_to_give.js";

/** @import { Invite, InvitedRole, Of, Role } from "../client/lines.js" */
/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */

/** @type {Partial<Record<Role, Key>>} */
const ROLES = { member: "asMember", moderator: "asModerator" };
/** How many people a link lets in. */
const COUNTS = [1, 5, 25, 100];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param {PageState} page @param {Room} room @param {InvitedRole[]} roles @returns {HTMLElement[]} */
export function invitations(page, room, roles) {
  const place = make("div", { class: "made-invite" });
  const open = make("div", {});
  const list = () => {
    page.link.ask({ type: "invites", room: room.name }, (line) => {
      if (line.type === "invites") showOpen(page, room, open, line.invites);
    });
  };
  offer(page, room, place, roles, list);
  list();
  return [place, open];
}

/** What makes a link: for whom, how many and how long. @param {PageState} page @param {Room} room @param {HTMLElement} place @param {InvitedRole[]} roles @param {() => void} done */
function offer(page, room, place, roles, done) {
  const { link, world } = page;
  const role = choiceOf(roles.map((each) => [each, word(ROLES[each] ?? "asMember")]), roles[0] ?? "");
  const uses = choiceOf(COUNTS.map((count) => [count, word("peopleCount", { count })]), 25);
  const lasts = choiceOf([
    [HOUR_MS, word("hourCount", { count: 1 })],
    ...[1, 7, 30].map((count) => [count * DAY_MS, word("dayCount", { count })]),
  ], 7 * DAY_MS);
  const choices = make(
    "div",
    { class: "bar choices-of-invite" },
    ...roles.length > 1 ? [make("label", {}, word("asWhat"), role)] : [],
    make("label", {}, word("howMany"), uses),
    make("label", {}, word("howLong"), lasts),
  );
  place.replaceChildren(asking({ class: "invite-form" }, [choices], word("makeInvite"), (failed) => {
    const untilMs = world.now() + Number(lasts.value);
    const wanted = { role: /** @type {InvitedRole} */ (role.value), uses: Number(uses.value), untilMs };
    link.ask({ type: "invite", room: room.name, ...wanted }, (line) => {
      if (line.type === "error") return failed(notDone(line));
      showMade(page, room, place, line, () => offer(page, room, place, roles, done));
      done();
    });
  }));
}

/** The one time that the link is there. @param {PageState} page @param {Room} room @param {HTMLElement} place @param {Of<"invited">} line @param {() => void} again */
function showMade(page, room, place, { secret, uses, until }, again) {
  const address = new URL(`${ROOT}i#${room.name}.${secret}`, location.href).href;
  const ways = waysToGive(page, address, labelOf(page, room.name));
  const another = button(word("makeAnother"), () => {
    again();
    place.querySelector("button")?.focus();
  });
  // Behind it may be a note.
  ways[1]?.append(another);
  const said = word("inviteMade", { count: uses, until: endLabel(until) });
  place.replaceChildren(make("p", { role: "status" }, said), ...ways);
  place.querySelector("button")?.focus();
}

/** @param {PageState} page @param {Room} room @param {HTMLElement} place @param {Invite[]} invites */
function showOpen(page, room, place, invites) {
  if (invites.length === 0) return place.replaceChildren();
  const list = make(
    "ul",
    { class: "rows-of-acts" },
    ...invites.map(({ invite, role = "member", uses, until }) => {
      const said = word("openInvite", { role: word(ROLES[role] ?? "asMember"), count: uses, until: endLabel(until) });
      const item = make("li", { class: "bar" }, make("span", {}, said));
      const revoke = button(word("takeBack"), () => {
        revoke.disabled = true;
        page.link.ask({ type: "uninvite", room: room.name, invite }, (line) => {
          revoke.disabled = false;
          if (line.type === "error") return page.tell("notice", notDone(line));
          const next = item.nextElementSibling ?? item.previousElementSibling;
          if (next === null) place.replaceChildren();
          else next.querySelector("button")?.focus();
          item.remove();
        });
      }, { "aria-label": word("takeBackInvite", { what: said }) });
      item.append(revoke);
      return item;
    }),
  );
  place.replaceChildren(make("h3", {}, word("openInvites")), list);
}
