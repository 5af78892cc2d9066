/** What is on its way to a room: a message, or a change of one. @module */

/** @import { Commands } from "./lines.js" */
/** @import { Room } from "./room.js" */

/**
 * The fields of a command that a person decides on; `type` is absent for a message. A message that is changed or answered is named by its
 * number and the epoch under which that counts; one of one's own that is not acknowledged yet, by its nonce.
 *
 * @typedef {object} Intent
 * @property {"edit" | "delete" | "react"} [type]
 * @property {string} [nonce] one is made up for it, unless it has its own
 * @property {string} [text]
 * @property {number} [reply]
 * @property {number} [target]
 * @property {string} [targetNonce]
 * @property {string} [targetEpoch]
 * @property {number} [version] of the text that an edit replaces
 * @property {string[]} [mentions]
 * @property {string} [emoji]
 * @property {boolean} [on]
 */
/**
 * One of them on its way. `epoch` and `seq`: its place, once the server has told it. `ts`: when it was written, by this
 * client's clock.
 * @typedef {object} Sending
 * @property {string} nonce
 * @property {string} room
 * @property {string} id its author
 * @property {string} name
 * @property {number} ts
 * @property {"pending" | "failed" | "sent" | "held"} state held: its author may still take it back
 * @property {string} [reason] why it failed
 * @property {string} [code] the same, for a program
 * @property {boolean} [altered] it is not what it was when it was first sent
 * @property {string} [epoch]
 * @property {number} [seq]
 * @property {"fsync" | "os" | "memory"} [durability] how safely it is stored
 */
/** @typedef {Intent & Sending} Entry */

/** @typedef {NonNullable<Intent["type"]> | "publish"} Type */
/** The command that sends an entry: the same, however often. @param {Entry} entry @returns {{ [T in Type]: { type: T } & Commands[T] }[Type]} */
export function commandOf(
  { type, room, nonce, text, reply, target, targetEpoch: epoch, targetNonce, version, mentions, emoji, on },
) {
  const fields = { room, nonce, text, reply, target, epoch, targetNonce, version, mentions, emoji, on };
  return /** @type {ReturnType<typeof commandOf>} */ ({ type: type ?? "publish", ...fields });
}

/** Whether a change is of an entry, and so can only be made once that is stored. @param {Entry} change @param {Entry} entry */
export function waitsFor({ targetNonce }, { nonce }) {
  return targetNonce === nonce;
}

/** Stored counts in the room's present life only. @param {Entry} entry @param {Room | undefined} room @returns {"sent" | "pending"} */
export function stateIn(entry, room) {
  return entry.epoch !== undefined && entry.epoch === room?.epoch ? "sent" : "pending";
}

/** Whether the room has got past the place of an entry that is stored. @param {Entry} entry @param {Room} room */
export function isReceived(entry, room) {
  return entry.state === "sent" && room.seq >= (entry.seq ?? Infinity);
}

/**
 * Whether an event that came is an entry. The text of a message may be another one by now.
 *
 * @param {Entry} entry
 * @param {{ id?: unknown, nonce?: unknown, kind?: unknown, text?: unknown, rev?: unknown }} event
 */
export function isSame({ nonce, id, type, text }, event) {
  return nonce === event.nonce && id === event.id && type === event.kind &&
    (type !== undefined || text === event.text || event.rev !== undefined);
}

/** Whether an entry changes a message. @param {Entry} entry @param {{ id: string, nonce?: string, seq?: number }} message */
export function isOf({ type, id, target, targetNonce }, message) {
  if (type === undefined) return false;
  return targetNonce === undefined ? target === message.seq : targetNonce === message.nonce && id === message.id;
}
