/** The rooms that anybody may join, as the server lists them: those that fit what is typed, as soon as they come. @module */

import { fold } from "../finding.js";
import { ANSWERS_KEPT, ASK_MS } from "../limits.js";
import { roomName } from "../room_names.js";
import { locale, word } from "../words.js";

/** @import { Listed } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */
/** What the server has said for one query; `last`: behind which there may be more. @typedef {{ rooms: Listed[], more: boolean, last?: Listed }} Answer */

export class Directory {
  #page;
  #onNews;
  /** By query. @type {Map<string, Answer>} */
  #answers = new Map();
  /** @type {Listed[]} */
  #last = [];
  #timer = 0;

  /** @param {PageState} page @param {() => void} onNews there is more to be found */
  constructor(page, onNews) {
    this.#page = page;
    this.#onNews = onNews;
  }

  /** The rooms that are known to fit. The server is asked if that is not all of them. @param {string} query @returns {Answer} */
  find(query) {
    clearTimeout(this.#timer);
    const answer = this.#answers.get(query);
    if (answer === undefined) this.#timer = setTimeout(() => this.#ask(query), query === "" ? 0 : ASK_MS);
    // What was there stays as far as it fits, rather than to come back at once.
    const wanted = fold(query);
    const fits = (/** @type {Listed} */ { room, title = "" }) => room.includes(wanted) || fold(title).includes(wanted);
    return answer ?? { rooms: this.#last.filter(fits), more: false };
  }

  /** Asks for those behind the last one. @param {string} query */
  more(query) {
    this.#askFor(query, query, this.#answers.get(query)?.last);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#onNews = () => {};
  }

  /** A room without a title has its name only, which is another text than what one would type. @param {string} query */
  #ask(query) {
    for (const wanted of new Set([query, roomName(query) || query])) this.#askFor(query, wanted);
  }

  /** @param {string} query @param {string} wanted what the server looks for @param {Listed} [after] */
  #askFor(query, wanted, after) {
    const behind = after && { room: after.room, ts: after.ts };
    this.#page.link.ask({ type: "rooms", query: wanted || undefined, after: behind }, (reply) => {
      // A server that cannot list its rooms has none to show.
      if (reply.type !== "rooms") return;
      if (this.#answers.size >= ANSWERS_KEPT && !this.#answers.has(query)) this.#answers.clear();
      const known = this.#answers.get(query) ?? { rooms: [], more: false };
      const end = wanted === query ? { more: reply.more === true, last: reply.rooms.at(-1) } : {};
      this.#last = [...new Map([...known.rooms, ...reply.rooms].map((each) => [each.room, each])).values()];
      this.#answers.set(query, { ...known, ...end, rooms: this.#last });
      this.#onNews();
    });
  }
}

/** How many are in a room, and when something happened there. @param {Listed} listed */
export function stateOf({ members, ts }) {
  const ago = agoLabel(Date.now() - ts);
  return members === 0 ? ago : `${word("membersHere", { count: members })} · ${ago}`;
}

/** @type {[unit: Intl.RelativeTimeFormatUnit, ms: number][]} */
const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** @param {number} ms */
function agoLabel(ms) {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const [unit, unitMs] = UNITS.find(([, unitMs]) => ms >= unitMs) ?? ["second", Infinity];
  return format.format(-Math.floor(ms / unitMs) || 0, unit);
}
