/** Rooms of two in which somebody has written whom this browser did not follow: they are followed, and unread, but not shown. @module */

import { OWN_ROOMS, ROOMS, ROOMS_REMEMBERED } from "../limits.js";
import { follow } from "../room_acts.js";
import { isDirect } from "../room_names.js";

/** @import { Listed } from "../client/lines.js" */
/** @import { PageState } from "../page_state.js" */

/**
 * What stands here when a browser comes for the first time is no news: it is offered with the other rooms. What comes later is, and so is
 * what comes in a room that one has left since.
 *
 * @param {PageState} page
 * @param {Listed[]} listed
 * @param {boolean} [isLive] they are told of because something came
 */
export function followUnread(page, listed, isLive = false) {
  const { storage, rooms, settings } = page;
  const isFirst = !isLive && storage.get("direct") === null;
  const heads = storage.getJson("direct", /** @type {Record<string, number>} */ ({}));
  if (isFirst) storage.set("direct", "{}");
  for (const { room, head = 0, with: other } of listed) {
    if (!isDirect(room) || rooms.get(room) !== undefined) continue;
    if (isFirst) storage.setIn("direct", room, head, ROOMS_REMEMBERED);
    const known = heads[room] ?? 0;
    if (isFirst || head <= known || settings.ignores(other?.id ?? "") || [...rooms].length >= ROOMS - OWN_ROOMS) {
      continue;
    }
    if (page.reading.stored({ name: room }) === undefined) {
      // Its life is known once it is joined.
      const mark = { epoch: "", seq: known, ordinal: known === 0 ? 0 : undefined };
      storage.setIn("read", room, mark, ROOMS_REMEMBERED);
    }
    follow(page, room);
  }
}
