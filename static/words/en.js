/** The page's words in English: those of its first script. Those of its HTML are there. @module */

/** @import { EN_EMBED } from "./en_embed.js" */
/** @import { EN_LATER } from "./en_later.js" */
/** Text with places like `{room}`, or its forms by plural category: `count` chooses. @typedef {string | { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>} Word */
/**
 * The words of `index.html`, where they stand in English.
 * @typedef {"direction" | "skip" | "close" | "closePanel" | "rooms" | "jumpTo" | "jumpKeys" | "joinRoom" | "changeName" | "forDevelopers" | "shortcuts" | "invite"
 *   | "loadingEarlier" | "opensLater" | "beginning" | "everybodyReads" | "retryNow" | "send" | "cancel" | "people" | "connecting" | "settings" | "notifications"} HtmlKey
 */
/** @typedef {keyof typeof EN | keyof typeof EN_LATER | HtmlKey} PageKey */
/** A language of the page. @typedef {Record<PageKey, Word>} Table */
/** Those of a room in another site's page, too. @typedef {PageKey | keyof typeof EN_EMBED} Key */
/** What is said in a language, as far as it is there. @typedef {Partial<Record<Key, Word>>} Words */

export const EN = {
  partMissing: "The server cannot be reached, and this part of the page is not here yet",

  // Writing
  messageTo: "Message {room}",
  charactersLeft: { one: "1 character left", other: "{count} characters left" },
  charactersOver: { one: "1 character too many", other: "{count} characters too many" },
  deleting: "Deleting …",

  // The log
  newHere: "New",

  // A message
  deletedMessage: "This message was deleted",
  edited: "(edited)",
  more: "More",

  // Days
  today: "Today",
  yesterday: "Yesterday",
};
