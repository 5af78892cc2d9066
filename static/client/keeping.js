/**
 * What a client keeps of its rooms for people to look at: the newest messages, and those that others answer, as they are by now; the settings of a room, and who is what in it. A
 * client for programs hands on what comes, and keeps none of it.
 *
 * @module
 */

import { apply, applyAt, revOf } from "./changes.js";
import { FURTHER } from "./further_lines.js";
import * as limits from "./limits.js";
import { isMessage } from "./lines.js";
import { isKept, toItems } from "./room.js";
import { changeRoom, isRoomChange, setPlace } from "./room_changes.js";

/** @import { Keeper } from "./rooms.js" */
/** @import { Room } from "./room.js" */

/** @type {Keeper} */
export const KEEPING = {
  lines: FURTHER,
  admitted(room, line) {
    allow(room, line);
    room.settings = line.settings;
    room.between = line.between;
    room.places.clear();
    for (const place of line.places ?? []) setPlace(room, place);
    room.recent = room.recent.filter((item) => isKept(room, item));
  },
  allowed: allow,
  passedOver(room, events, ordinal) {
    // What is kept may have changed meanwhile.
    room.recent = room.recent.filter(({ era }) => era < room.era);
    room.quotes.clear();
    room.recent.push(...toItems(events, { era: room.era, from: events[0]?.seq ?? 0, ordinal }));
  },
  changed(room, event, place, me) {
    applyAt(room.recent, event, place, me);
    const quote = room.quotes.get(place.seq);
    if (quote !== undefined) room.quotes.set(place.seq, apply(quote, event, me));
  },
  received(room, item) {
    room.recent.push(item);
    if (room.recent.length > 2 * limits.RECENT_MESSAGES) room.recent.splice(0, limits.RECENT_MESSAGES);
    if (item.unknown === undefined || !isRoomChange(item.unknown)) return false;
    changeRoom(room, item.unknown);
    return true;
  },
  quoted(room, quotes) {
    for (const quote of quotes.filter(isMessage)) {
      const known = room.quotes.get(quote.seq);
      if (known === undefined || revOf(known) < revOf(quote)) room.quotes.set(quote.seq, quote);
    }
    for (const seq of [...room.quotes.keys()].slice(0, -limits.QUOTES)) room.quotes.delete(seq);
  },
};

/** @param {Room} room @param {{ may?: string[], until?: number }} line */
function allow(room, { may, until }) {
  room.may = new Set(may);
  room.untilMs = until;
}
