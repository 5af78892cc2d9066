/** One who comes back is told how much was said meanwhile, and that none of it is missing. @module */

import { lasting } from "../exact_formats.js";
import { ABSENCE_MS } from "../limits.js";
import { word } from "../words.js";

/** @import { Room } from "../client/room.js" */
/** @import { PageState } from "../page_state.js" */

/** @param {PageState} page */
export function tellOfAbsence(page) {
  const { link, world } = page;
  /** What there was when the connection was last known to be good. @type {{ room: Room, epoch: string, seq: number, ordinal: number | undefined } | undefined} */
  let left;
  let goodMs = world.now();
  let checkedMs = link.checkedMs;
  // A computer that sleeps has lost its connection long before it can know: so the last check counts, on a clock that goes on.
  setInterval(() => {
    if (checkedMs !== link.checkedMs) goodMs = world.now();
    checkedMs = link.checkedMs;
  }, 1000);
  page.on("link", () => {
    const { room } = page;
    if (!link.online && room.epoch !== "") left ??= { room, epoch: room.epoch, seq: room.seq, ordinal: room.ordinal };
  });
  page.on("room", () => left = undefined);
  // By then all that the room was joined with has come.
  page.on("shown", () => {
    if (left === undefined || !link.online || !left.room.joined) return;
    const { room, epoch, seq, ordinal } = left;
    left = undefined;
    const ms = world.now() - goodMs;
    goodMs = world.now();
    const count = Number(room.ordinal) - Number(ordinal);
    const isAll = room.epoch === epoch && room.keptFrom <= seq + 1;
    if (ms < ABSENCE_MS || room !== page.room || !isAll || !(count > 0)) return;
    page.tell("notice", word("backAfter", { time: lasting(ms), count }));
  });
}
