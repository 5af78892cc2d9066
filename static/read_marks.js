/** What has been read: views say what the reader looks at, and other tabs what was read there. @module */

import { indexOf } from "./client/room.js";
import { ROOMS_REMEMBERED } from "./limits.js";

/** @import { Room } from "./client/room.js" */
/** @import { Mark, Read, Reading } from "./reading.js" */

/** Says whether the reader is looking at the newest message. @param {Reading} reading @param {Room} room @param {boolean} now */
export function lookAtEnd(reading, room, now) {
  const read = reading.of(room);
  const seen = read.now || now;
  read.now = now;
  if (seen && !read.skipped) reach(reading, room, newestOf(room));
}

/** The reader went to the newest message without seeing what is unread, or has seen it after all. @param {Reading} reading @param {Room} room @param {boolean} is */
export function skip(reading, room, is) {
  const read = reading.of(room);
  if (read.skipped === is) return;
  read.skipped = is;
  // What was in view until now was not what is unread.
  read.now = false;
  reading.changed();
}

/** The reader wants nothing of what is unread. @param {Reading} reading @param {Room} room */
export function markRead(reading, room) {
  const read = reading.of(room);
  read.skipped = false;
  read.divider = undefined;
  reach(reading, room, newestOf(room));
  keepRead(reading, room);
}

/** Everything up to a message is read. @param {Reading} reading @param {Room} room @param {Mark} mark */
export function reach(reading, room, { seq, ordinal, ts }) {
  const read = reading.of(room);
  if (seq <= read.to.seq) return;
  read.to = { seq, ordinal, ts };
  if (read.unread === 0) return;
  read.unread = left(reading, room, read);
  read.calls = read.calls.filter((call) => call > seq);
  reading.changed();
}

/** How many messages are still unread. @param {Reading} reading @param {Room} room @param {Read} read */
function left(reading, { era, seq, recent, ordinal }, { to, unread }) {
  if (to.seq >= seq) return 0;
  const next = recent.slice(indexOf(recent, { era, seq: to.seq + 1 }));
  const isAll = next.length > 0 && Number(next[0]?.from) <= to.seq + 1;
  const count = isAll
    ? next.filter((item) => reading.isOthers(item)).length
    : ordinal === undefined || to.ordinal === undefined
    ? unread
    : ordinal - to.ordinal;
  return Math.min(unread, count);
}

/** The reader has gone to another room. @param {Reading} reading @param {Room} room */
export function leaveUnread(reading, room) {
  const read = reading.of(room);
  lookAtEnd(reading, room, false);
  if (read.unread === 0) {
    read.divider = undefined;
    read.skipped = false;
  }
  keepRead(reading, room);
}

/** Keeps what is read, and where one was, for later visits and other tabs. @param {Reading} reading @param {Room} room */
export function keepRead(reading, room) {
  const { to, spot } = reading.of(room);
  const was = reading.stored(room);
  const { epoch } = room;
  if (epoch === "" || to.seq === 0) return;
  const mark = was?.epoch === epoch && was.seq > to.seq ? was : { epoch, ...to };
  const value = { ...mark, spot };
  if (JSON.stringify(value) === JSON.stringify(was)) return;
  reading.storage.setIn("read", room.name, value, ROOMS_REMEMBERED);
}

/** Somebody has read the room in another tab. @param {Reading} reading @param {Room} room */
export function agreeOnRead(reading, room) {
  const stored = reading.stored(room);
  if (stored?.epoch !== room.epoch) return;
  // What comes later and lies before it is read as well.
  reach(reading, room, stored);
  const read = reading.of(room);
  if (read.unread > 0) return;
  read.divider = undefined;
  read.skipped = false;
}

/** Everything that there is. @param {Room} room @returns {Mark} */
function newestOf({ seq, ordinal, recent }) {
  return { seq, ordinal, ts: recent.at(-1)?.ts };
}
