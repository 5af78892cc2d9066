/** The page's words in English: those of its first script. Those of its HTML are there. @module */

/** @import { EN_LATER } from "./en_later.js" */
/** Text with places like `{room}`, or its forms by plural category: `count` chooses. @typedef {string | { one: string, other: string }} Word */
/**
 * The words of `index.html`, where they stand in English.
 * @typedef {"skip" | "close" | "closePanel" | "rooms" | "jumpTo" | "joinRoom" | "changeName" | "forDevelopers" | "shortcuts" | "invite"
 *   | "messages" | "loadingEarlier" | "opensLater" | "beginning" | "everybodyReads" | "jumpToNewest" | "retryNow" | "greeting" | "thatIsMe" | "send"
 *   | "people" | "connecting" | "settings" | "notifications"} HtmlKey
 */
/** @typedef {keyof typeof EN | keyof typeof EN_LATER | HtmlKey} Key */
/** A language. @typedef {Record<Key, Word>} Table */

export const EN = {
  partMissing: "The server cannot be reached, and this part of the page is not here yet",

  // Days
  today: "Today",
  yesterday: "Yesterday",
};
