/**
 * Slow mode in the composer: why one cannot send yet, and for how long. The countdown is for the eye, and is read out to nobody as it counts: a screen
 * reader is told once that one waits, and once that one need not wait any more.
 *
 * @module
 */

import { byId, make } from "../dom.js";
import { word } from "../words.js";
import { durationLabel, everyLabel } from "./durations.js";

/** @import { PageState } from "../page_state.js" */
/** @import { Room } from "../client/room.js" */

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** What is left of a wait: by the second at its end, and by the minute before. @param {number} ms */
function leftLabel(ms) {
  const step = ms > 2 * MINUTE_MS ? MINUTE_MS : SECOND_MS;
  return durationLabel(Math.ceil(ms / step) * step);
}

/** @param {PageState} page */
export function showSlowMode(page) {
  const count = make("p", { id: "slow", class: "quiet", role: "timer" });
  const told = make("p", { class: "unseen", role: "status" });
  byId("hint").after(count, told);
  /** When one may send again. @type {WeakMap<Room, number>} */
  const until = new WeakMap();
  let timer = 0;
  let said = "";

  /** @param {Room} room */
  const slowMs = (room) => room.may.has("moderate") ? 0 : room.settings?.slowMs ?? 0;
  const leftMs = () => {
    const { room, world } = page;
    const slow = slowMs(room);
    const own = room.recent.findLast((item) => item.id === page.me.id && !item.unknown);
    const readyMs = Math.max(until.get(room) ?? 0, (own?.ts ?? 0) + slow);
    // A clock that differs from the server's has nobody wait for longer than one would.
    return slow === 0 ? 0 : Math.min(readyMs - world.now(), slow);
  };
  const show = () => {
    clearTimeout(timer);
    const left = leftMs();
    if (left <= 0) {
      count.textContent = "";
      if (said !== "") told.textContent = word("slowEnds");
      said = "";
      return;
    }
    const ms = slowMs(page.room);
    count.textContent = word("slowWait", { time: everyLabel(ms), left: leftLabel(left) });
    const begins = word("slowBegins", { time: durationLabel(ms) });
    if (said !== `${page.room.name} ${begins}`) told.textContent = begins;
    said = `${page.room.name} ${begins}`;
    timer = setTimeout(show, left % SECOND_MS || SECOND_MS);
  };

  page.mustWait = () => leftMs() > 0;
  page.on("stored", ({ type, room: name }) => {
    const room = page.rooms.get(name);
    if (type !== undefined || room === undefined) return;
    until.set(room, page.world.now() + slowMs(room));
    show();
  });
  for (const type of /** @type {const} */ (["room", "people"])) page.on(type, show);
  show();
}
