/** What will have become of a message. @module */

import { counted, marked } from "./changes.js";

/** @import { Entry } from "./entries.js" */
/** @import { Message } from "./lines.js" */

/**
 * A message as it will be once what is on its way to it has arrived.
 *
 * @template {Pick<Message, "text" | "reactions" | "mentions">} Kept
 * @param {Kept} message
 * @param {Entry[]} changes of it, by their order
 * @returns {Kept}
 */
export function expected(message, changes) {
  return changes.reduce((message, { type, state, text, mentions, emoji = "", on = false }) => {
    if (state === "failed") return message;
    if (type === "edit" && text !== undefined) return { ...message, text, mentions };
    if (type !== "react" || isMine(message, emoji) === on) return message;
    return { ...message, reactions: marked(counted(message.reactions ?? [], emoji, on ? 1 : -1), emoji, on) };
  }, message);
}

/** Whether one has reacted so. @param {Pick<Message, "reactions">} message @param {string} emoji */
export function isMine({ reactions = [] }, emoji) {
  return reactions.some((each) => each.emoji === emoji && each.mine);
}
