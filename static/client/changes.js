/**
 * What an event does to a message: the same as `chat/event/` says, by the same cases (`tests/event/vectors.json`). A new kind is a row of
 * `APPLY`.
 *
 * @module
 */

import { isChange, targetOf } from "./lines.js";
import { byPlace, indexOf } from "./room.js";

/** @import { Change, Message, Reaction, RoomEvent } from "./lines.js" */
/** @import { Item, Place } from "./room.js" */
/** A message, whole or quoted. @typedef {Omit<Message, "kind">} Copy */
/** @template {Change["kind"]} Kind @typedef {Extract<Change, { kind: Kind }>} Of */

/** The message with a change of each kind in it. @type {{ [Kind in Change["kind"]]: (message: Copy, change: Of<Kind>) => object }} */
const APPLY = {
  edit(message, { text, version, mentions, deleted }) {
    // The deletion follows.
    if (deleted) return message;
    const { mentions: _, ...rest } = message;
    return mentions === undefined ? { ...rest, text, version } : { ...rest, text, version, mentions };
  },
  delete: (message) => ({
    ...Object.fromEntries(Object.entries(message).filter(([field]) => STAYS.has(field))),
    text: "",
    deleted: true,
  }),
  react({ reactions: before = [], ...message }, { emoji, on }) {
    const reactions = counted(before, emoji, on ? 1 : -1);
    return reactions.length === 0 ? message : { ...message, reactions };
  },
};

/** What a deletion leaves of a message; the last three say where this client has it. */
const STAYS = new Set(["seq", "id", "name", "nonce", "ts", "reply", "replies", "era", "from", "ordinal"]);

/** @param {Reaction[]} reactions @param {string} emoji @param {number} by */
export function counted(reactions, emoji, by) {
  const has = reactions.some((each) => each.emoji === emoji);
  return (has ? reactions : [...reactions, { emoji, count: 0 }])
    .map((each) => each.emoji === emoji ? { ...each, count: each.count + by } : each)
    .filter(({ count }) => count > 0);
}

/** Says for one emoji whether one's own reaction is among them. @param {Reaction[]} reactions @param {string} emoji @param {boolean} on */
export function marked(reactions, emoji, on) {
  return reactions.map(({ mine, ...each }) =>
    (each.emoji === emoji ? on : mine) ? { ...each, mine: /** @type {const} */ (true) } : each
  );
}

/** The last event that changed a message. @param {{ seq: number, rev?: number }} message */
export function revOf({ seq, rev = seq }) {
  return rev;
}

/**
 * A message with an event in it, where the event is of that message and newer than it is. One's own reactions are marked in any case:
 * the copies that come with the run of events do not say whose they count.
 *
 * @template {Copy} Kept
 * @param {Kept} message
 * @param {RoomEvent} event
 * @param {string} [me] the own id
 * @returns {Kept} the same object, if nothing changes in it
 */
export function apply(message, event, me) {
  if (targetOf(event) !== message.seq) return message;
  const changed = event.seq > revOf(message) ? { ...changedBy(message, event), rev: event.seq } : message;
  const { reactions } = changed;
  if (!isChange(event) || event.kind !== "react" || event.id !== me || reactions === undefined) return changed;
  return { ...changed, reactions: marked(reactions, event.emoji, event.on) };
}

/**
 * Changes the message that an event is of, where it is among these.
 *
 * @param {Item[]} items by rising place
 * @param {RoomEvent} event
 * @param {Place} place that of the message
 * @param {string} me
 */
export function applyAt(items, event, place, me) {
  const index = indexOf(items, place);
  const item = items[index];
  if (item !== undefined && byPlace(item, place) === 0) items[index] = apply(item, event, me);
}

/** @template {Copy} Kept @param {Kept} message @param {RoomEvent} event */
function changedBy(message, event) {
  if (!isChange(event)) return { ...message, replies: (message.replies ?? 0) + 1 };
  const apply = /** @type {(message: Copy, change: Change) => object} */ (APPLY[event.kind]);
  return /** @type {Kept} */ (apply(message, event));
}
