/** Pages of what a room keeps: a client need not have it to follow rooms. @module */

import * as limits from "./limits.js";
import { isForNow } from "./lines.js";
import { toItems } from "./room.js";

/** @import { Client } from "./client.js" */
/** @import { Of } from "./lines.js" */
/** @import { Item, Place, Room } from "./room.js" */

/**
 * A part of what is kept: every message from one number to another.
 *
 * @typedef {{ items: Item[], era: number, from: number, to: number, missed?: number }} Page `missed`: how many messages before it are kept no more, of those that followed the place
 */

/**
 * Fetches a page of what is kept before a place, in spite of refusals for a time, and of answers that do not come.
 *
 * @param {Client} client
 * @param {Room} room
 * @param {Place & { ordinal?: number }} place
 * @param {(page: Page | undefined) => void} done gets nothing if it cannot be had
 * @param {number} [limit]
 */
export function historyBefore(client, room, { era, seq, ordinal }, done, limit = limits.PAGE_MESSAGES) {
  read(client, room, era, { before: seq, limit }, (line) => {
    if (line === undefined) return done(undefined);
    const { messages, more, from = more ? messages[0]?.seq ?? 1 : 1 } = line;
    const first = ordinal === undefined ? undefined : ordinal - messages.length;
    done({ items: toItems(messages, { era, from, ordinal: first }), era, from, to: seq - 1 });
  });
}

/**
 * The same of what follows a place, as far as the room has been received.
 *
 * @param {Client} client
 * @param {Room} room
 * @param {Place & { ordinal?: number }} place
 * @param {(page: Page | undefined) => void} done
 */
export function historyAfter(client, room, { era, seq, ordinal }, done) {
  read(client, room, era, { after: seq, limit: limits.PAGE_MESSAGES }, (line) => {
    if (line === undefined) return done(undefined);
    const to = Math.min(line.to ?? seq, room.seq);
    const messages = line.messages.filter((message) => message.seq <= to);
    const missed = ordinal === undefined || line.ordinal === undefined ? 0 : line.ordinal - ordinal;
    // They were removed since the page before was read.
    const from = missed > 0 ? messages[0]?.seq ?? to + 1 : seq + 1;
    room.keptFrom = Math.max(room.keptFrom, missed > 0 ? from : 0);
    // An older server does not say how many came before them: what is removed behind the place is not counted then.
    const known = line.ordinal ?? (from < room.keptFrom ? undefined : ordinal);
    const first = known === undefined ? undefined : known + 1;
    done({ items: toItems(messages, { era, from, ordinal: first }), era, from, to, missed });
  });
}

/**
 * Fetches a message and those that answer it, the newest of them.
 *
 * @param {Client} client
 * @param {Room} room
 * @param {{ seq: number, before?: number }} thread `before`: only what comes before that
 * @param {(found: { items: Item[], more: boolean, from: number } | undefined) => void} done gets nothing if they cannot be had
 */
export function thread(client, room, { seq, before }, done) {
  const { era } = room;
  read(client, room, era, { thread: seq, before, limit: limits.PAGE_MESSAGES }, (line) => {
    if (line === undefined) return done(undefined);
    const { messages, more = false, from = 1 } = line;
    done({ items: toItems(messages, { era, from }), more, from });
  });
}

/**
 * @param {Client} client
 * @param {Room} room
 * @param {number} era
 * @param {{ before?: number, after?: number, thread?: number, limit: number }} asked
 * @param {(line: Of<"history"> | undefined) => void} done
 */
function read(client, room, era, asked, done) {
  // The server would count it against this client.
  if (!room.joined) return done(undefined);
  client.link.ask({ type: "history", room: room.name, ...asked }, (line) => {
    if (line.type === "error" && isForNow(line)) {
      return void client.world.after(
        line.retryAfterMs ?? limits.RETRY_MS,
        () => read(client, room, era, asked, done),
      );
    }
    if (line.type !== "history" || line.epoch !== room.epoch || era !== room.era) return done(undefined);
    client.rooms.quote(room, line.refs);
    // Some were stored before this client was told of it.
    for (const message of line.messages) client.unsent.received(room, message);
    done(line);
  });
}
