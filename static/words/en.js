/** The page's words in English: those of its first script. Those of its HTML are there. @module */

/** @import { EN_LATER } from "./en_later.js" */
/** Text with places like `{room}`, or its forms by plural category: `count` chooses. @typedef {string | { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>} Word */
/**
 * The words of `index.html`, where they stand in English.
 * @typedef {"direction" | "skip" | "close" | "closePanel" | "rooms" | "jumpTo" | "jumpKeys" | "joinRoom" | "changeName" | "forDevelopers" | "shortcuts" | "invite"
 *   | "loadingEarlier" | "opensLater" | "beginning" | "everybodyReads" | "retryNow" | "greeting" | "thatIsMe" | "send" | "cancel" | "people" | "connecting" | "settings" | "notifications"} HtmlKey
 */
/** @typedef {keyof typeof EN | keyof typeof EN_LATER | HtmlKey} Key */
/** A language. @typedef {Record<Key, Word>} Table */

export const EN = {
  partMissing: "The server cannot be reached, and this part of the page is not here yet",

  // Writing
  messageTo: "Message #{room}",
  charactersLeft: { one: "1 character left", other: "{count} characters left" },
  charactersOver: { one: "1 character too many", other: "{count} characters too many" },
  tooMuchUnsent: "Too much is still to be sent",
  deleting: "Deleting …",
  undo: "Undo",

  // The log
  newHere: "New",
  messages: "Messages",
  messageCount: { one: "1 message", other: "{count} messages" },
  notShown: "{what} not shown",
  notKept: "{what} not shown, and no longer kept by the server",
  historyRestarts: "The server’s history restarts here; messages in between may be lost",
  load: "Load",
  noSuchMessage: "That message cannot be shown",

  // A message
  deletedMessage: "This message was deleted",
  edited: "(edited)",

  // Days
  today: "Today",
  yesterday: "Yesterday",
};
