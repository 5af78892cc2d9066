/**
 * What an event does to a message: the same as `chat/event/` says, by the same cases (`tests/event/vectors.json`). A new kind is a row of
 * `KINDS`.
 *
 * @module
 */

import { isMember, isMessage, isNumber, isObject, isString } from "./lines.js";

/** @import { Change, Message, Reaction, RoomEvent } from "./lines.js" */
/** A message, whole or quoted. @typedef {Omit<Message, "kind">} Copy */
/** @template {Change["kind"]} Kind @typedef {Extract<Change, { kind: Kind }>} Of */

/**
 * For each kind: the fields without which it could not be used, and the message with such a change in it.
 * @type {{ [Kind in Change["kind"]]: { has(change: Record<string, unknown>): boolean, apply(message: Copy, change: Of<Kind>): object } }}
 */
const KINDS = {
  edit: {
    has: ({ text, version }) => isString(text) && isNumber(version),
    apply(message, { text, version, mentions, deleted }) {
      // The deletion follows.
      if (deleted) return message;
      const { mentions: _, ...rest } = message;
      return mentions === undefined ? { ...rest, text, version } : { ...rest, text, version, mentions };
    },
  },
  delete: {
    has: () => true,
    apply: (message) => ({
      ...Object.fromEntries(Object.entries(message).filter(([field]) => STAYS.has(field))),
      text: "",
      deleted: true,
    }),
  },
  react: {
    has: ({ emoji, on }) => isString(emoji) && typeof on === "boolean",
    apply({ reactions: before = [], ...message }, { emoji, on }) {
      const reactions = counted(before, emoji, on ? 1 : -1);
      return reactions.length === 0 ? message : { ...message, reactions };
    },
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

/** Whether this client knows what it does. @param {unknown} event @returns {event is Change} */
export function isChange(event) {
  if (!isObject(event) || !isMember(event) || !isNumber(event.target)) return false;
  return Object.hasOwn(KINDS, String(event.kind)) && KINDS[/** @type {Change["kind"]} */ (event.kind)].has(event);
}

/** The message that an event changes: a reply, too, which counts there. @param {RoomEvent} event */
export function targetOf(event) {
  return isChange(event) ? event.target : isMessage(event) ? event.reply : undefined;
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

/** @template {Copy} Kept @param {Kept} message @param {RoomEvent} event */
function changedBy(message, event) {
  if (!isChange(event)) return { ...message, replies: (message.replies ?? 0) + 1 };
  const { apply } = /** @type {{ apply(message: Copy, change: Change): object }} */ (KINDS[event.kind]);
  return /** @type {Kept} */ (apply(message, event));
}
