/** One who comes back is told how much was said meanwhile, and that none of it is missing. @module */

import { lasting } from "../exact_formats.js";
import { ABSENCE_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function tellOfAbsence(page) {
  const { link, world } = page;
  /** What there was when the connection was last known to be good. @type {{ room: Room, epoch: string, seq: number, ordinal: number | undefined, goodMs: number } | undefined} */
  let left;
  let goodMs = world.now();
  let lookedMs = goodMs;
  let checkedMs = link.checkedMs;
  // A computer that sleeps has lost its connection long before it can know: so the last check counts, on a clock that goes on.
  setInterval(() => {
    // The computer may have slept between the check and this look at it, not between the look before and the check.
    if (checkedMs !== link.checkedMs) goodMs = lookedMs;
    checkedMs = link.checkedMs;
    lookedMs = world.now();
  }, 1000);
  page.on("link", () => {
    const { room } = page;
    if (link.online || room.epoch === "") return;
    left ??= { room, epoch: room.epoch, seq: room.seq, ordinal: room.ordinal, goodMs };
  });
  page.on("room", () => left = undefined);
  // By then all that the room was joined with has come.
  page.on("shown", () => {
    if (left === undefined || !link.online || !left.room.joined) return;
    const { room, epoch, seq, ordinal } = left;
    const ms = world.now() - left.goodMs;
    left = undefined;
    goodMs = lookedMs = world.now();
    const count = Number(room.ordinal) - Number(ordinal);
    const isAll = room.epoch === epoch && room.keptFrom <= seq + 1;
    if (ms < ABSENCE_MS || room !== page.room || !isAll || !(count > 0)) return;
    page.tell("notice", word("backAfter", { time: lasting(ms), count }));
  });
}
