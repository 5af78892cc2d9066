/** What those who moderate a room may do with somebody, on the card of that person. Each is asked again, by name. @module */

import { button, make } from "../dom.js";
import { isProven } from "../likeness.js";
import { MUTES_MS } from "../limits.js";
import { mutedUntilMs, outranks, RANKS, roleOf } from "../standing.js";
import { word } from "../words.js";
import { GRAVE, placing, question } from "./question.js";

/** @import { Role, Standing } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */
/** @import { Key } from "../words/en.js" */
/** @typedef {{ said: Key, asks: Key, fields: Standing & { kick?: true } }} Deed */

/** @type {Record<string, [said: Key, asks: Key]>} */
const GIVES = {
  owner: ["makeOwner", "askOwner"],
  moderator: ["makeModerator", "askModerator"],
  member: ["makeMember", "askMember"],
  guest: ["makeGuest", "askGuest"],
};

/** How far back what somebody wrote can be deleted. @type {{ said: Key, asks: Key, sinceMs: number }[]} */
const PURGES = [
  { said: "purgeHour", asks: "askPurgeHour", sinceMs: MUTES_MS.hour },
  { said: "purgeDay", asks: "askPurgeDay", sinceMs: MUTES_MS.day },
];

/** The buttons, for those who may. @param {PageState} page @param {string} id @param {string} name @param {() => void} close @returns {HTMLElement[]} */
export function moderation(page, id, name, close) {
  const { room, me, world } = page;
  if (!outranks(room, me.id, id, world.now())) return [];
  const place = make("div", { class: "acts-of-person moderation", role: "group", "aria-label": word("moderation") });
  for (const { said, asks, fields } of deedsFor(page, id)) {
    place.append(button(word(said), () => {
      const { mute, untilMs } = fields;
      // From when it is meant, and not from when the card was opened.
      const until = untilMs === undefined ? {} : { untilMs: world.now() + untilMs };
      const does = mute && untilMs !== undefined ? "mute" : said;
      question(place, word(asks, { name }), word(does), placing(page, { id, ...fields, ...until }), close);
    }, said === "ban" ? GRAVE : {}));
  }
  if (page.features.has("purge")) place.append(...purges(page, id, name, place, close));
  return [make("h3", {}, word("moderation")), place];
}

/** Deletes what somebody wrote lately. @param {PageState} page @param {string} id @param {string} name @param {HTMLElement} place @param {() => void} close */
function purges(page, id, name, place, close) {
  const { link, room: { name: room } } = page;
  return PURGES.map(({ said, asks, sinceMs }) => {
    let deleted = 0;
    /** A part at a time. @type {Parameters<typeof question>[3]} */
    const purge = (reply) =>
      link.ask({ type: "purge", room, id, sinceMs }, (line) => {
        if (line.type === "error") return reply(line);
        deleted += line.deleted ?? 0;
        if (line.more) purge(reply);
        else reply(line);
      });
    return button(word(said), () => {
      question(place, word(asks, { name }), word("delete"), purge, () => {
        close();
        page.tell("notice", word("purged", { count: deleted, name }));
      });
    }, GRAVE);
  });
}

/** `untilMs` is from now on. @param {PageState} page @param {string} id @returns {Deed[]} */
function deedsFor({ room, me, world }, id) {
  const nowMs = world.now();
  const role = roleOf(room, id, nowMs);
  if (role === "banned") return [{ said: "unban", asks: "askUnban", fields: { role: "guest" } }];
  const mine = roleOf(room, me.id, nowMs);
  const mayGive = (/** @type {Role} */ each) =>
    each !== role && (mine === "owner" || RANKS[each] < Math.max(RANKS[mine], RANKS.moderator));
  const roles = /** @type {Role[]} */ (Object.keys(GIVES));
  /** @type {Deed[]} */
  // Others can be no more than guests.
  const gives = !isProven(id) ? [] : roles.filter(mayGive).map((each) => {
    const [said, asks] = /** @type {[Key, Key]} */ (GIVES[each]);
    return { said, asks, fields: { role: each } };
  });
  /** @type {Deed[]} */
  const mutes = mutedUntilMs(room, id) > nowMs ? [{ said: "unmute", asks: "askUnmute", fields: { mute: false } }] : [
    { said: "muteHour", asks: "askMuteHour", fields: { mute: true, untilMs: MUTES_MS.hour } },
    { said: "muteDay", asks: "askMuteDay", fields: { mute: true, untilMs: MUTES_MS.day } },
    { said: "mute", asks: "askMute", fields: { mute: true } },
  ];
  /** @type {Deed[]} */
  const out = room.members.has(id) ? [{ said: "sendOut", asks: "askSendOut", fields: { kick: true } }] : [];
  return [...gives, ...mutes, ...out, { said: "ban", asks: "askBan", fields: { role: "banned" } }];
}
