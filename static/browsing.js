/**
 * What moves the window over a room's history, and fills it: a page at a time. Nobody needs it to read the newest messages, so it is not
 * in the page's first script.
 *
 * @module
 */

import { revOf } from "./client/changes.js";
import { historyAfter, historyBefore } from "./client/history.js";
import { PAGE_MESSAGES } from "./client/limits.js";
import { at, indexOf } from "./client/room.js";

/** @import { Page } from "./client/history.js" */
/** @import { Item, Place } from "./client/room.js" */
/** @import { Timeline } from "./timeline.js" */

/** Fetches again what may have changed in a gap. @param {Timeline} timeline */
export function refresh(timeline) {
  const { client, room, doubted: last } = timeline;
  if (last === undefined) return;
  const doubted = timeline.items.filter((item) => timeline.isDoubted(item));
  // It was of another life of the room, or none of them is kept any more.
  if (last.era !== room.era || doubted.length === 0) return void (timeline.doubted = undefined);
  historyBefore(client, room, behind(last), (page) => {
    // It is not joined any more, and will be again.
    if (page === undefined || timeline.doubted !== last) return;
    put(timeline, page);
    const before = timeline.items[indexOf(timeline.items, { era: last.era, seq: page.from }) - 1];
    timeline.doubted = before?.era === last.era ? before : undefined;
    refresh(timeline);
  }, Math.min(doubted.length, PAGE_MESSAGES));
}

/** @param {Timeline} timeline */
export function loadNewest(timeline) {
  const { room } = timeline;
  if (room.keptFrom <= room.seq) loadBefore(timeline, room.end, () => {});
}

/** Fetches the messages before a place. @param {Timeline} timeline @param {Place & { ordinal?: number }} place @param {() => void} done called in any case */
export function loadBefore(timeline, place, done) {
  historyBefore(timeline.client, timeline.room, place, (page) => {
    if (page !== undefined) put(timeline, page);
    done();
  });
}

/** Fetches the messages after an item. @param {Timeline} timeline @param {Item} item @param {() => void} done called in any case */
export function loadAfter(timeline, item, done) {
  historyAfter(timeline.client, timeline.room, item, (page) => {
    if (page !== undefined) put(timeline, page);
    done();
  });
}

/** Fetches what follows the last item, where that is not the newest message. @param {Timeline} timeline @param {() => void} done */
export function loadNewer(timeline, done) {
  const { room, items } = timeline;
  const last = items.at(-1);
  if (last === undefined || last.era !== room.era) return void (timeline.jump(), done());
  const next = indexOf(room.recent, { era: room.era, seq: last.seq + 1 });
  if ((room.recent[next] ?? room.end).from > last.seq + 1) return loadAfter(timeline, last, done);
  items.push(...room.recent.slice(next));
  timeline.tail = true;
  timeline.trim("front");
  timeline.changes();
  done();
}

/**
 * Moves the window to a place that may not be in it, with what is around it.
 *
 * @param {Timeline} timeline
 * @param {{ seq: number, ordinal?: number }} place in the present life of the room
 * @param {() => void} done called in any case
 */
export function showAt(timeline, { seq, ordinal }, done) {
  const { client, room } = timeline;
  const place = { era: room.era, seq, ordinal };
  timeline.follow = false;
  if (at(timeline.items, place) !== undefined) return done();
  historyBefore(client, room, behind(place), (before) => {
    if (before === undefined) return done();
    historyAfter(client, room, before.items.at(-1) ?? place, (after) => {
      if (after === undefined || before.era !== room.era) return done();
      timeline.items = [...before.items, ...after.items];
      timeline.tail = after.to >= room.from - 1;
      timeline.changes();
      done();
    });
  });
}

/** The place behind one. @param {Place & { ordinal?: number }} place */
function behind({ era, seq, ordinal }) {
  return { era, seq: seq + 1, ordinal: ordinal === undefined ? undefined : ordinal + 1 };
}

/** Puts a page in. @param {Timeline} timeline @param {Page} page */
function put(timeline, { items: found, era, from, to }) {
  const { items } = timeline;
  const low = indexOf(items, { era, seq: from });
  const high = indexOf(items, { era, seq: to + 1 });
  const known = items.slice(low, high);
  const before = items[low - 1];
  const next = items[high];
  // So much has come since it was asked for that the window has moved on: it would stand alone.
  const continues = before?.era === era && before.seq + 1 >= from;
  if (known.length === 0 && next !== undefined && next.from > to + 1 && !continues) return;
  const fresh = found.map((item) => newer(timeline, at(known, item), item));
  const last = fresh.at(-1);
  const start = Math.min(from, known[0]?.from ?? from);
  items.splice(low, known.length, ...fresh);
  if (last !== undefined) widen(items, low, start);
  if (next !== undefined && next.from <= to + 1) widen(items, low + fresh.length, last ? last.seq + 1 : start);
  if (next === undefined && to + 1 >= timeline.room.from) timeline.tail = true;
  timeline.trim(low < items.length / 2 ? "back" : "front");
  timeline.changes();
}

/** There is nothing from this number to an item. @param {Item[]} items @param {number} index @param {number} from */
function widen(items, index, from) {
  const item = items[index];
  if (item !== undefined && from < item.from) items[index] = { ...item, from };
}

/** Of two copies the one that knows of more changes. @param {Timeline} timeline @param {Item | undefined} known @param {Item} item */
function newer(timeline, known, item) {
  return known === undefined || timeline.isDoubted(known) || revOf(known) < revOf(item) ? item : known;
}
