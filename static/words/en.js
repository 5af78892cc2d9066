/** The page's words in English: those of its first script. Those of its HTML are there. @module */

/** @import { EN_LATER } from "./en_later.js" */
/** Text with places like `{room}`, or its forms by plural category: `count` chooses. @typedef {string | { one: string, other: string }} Word */
/**
 * The words of `index.html`, where they stand in English.
 * @typedef {"skip" | "close" | "closePanel" | "rooms" | "jumpTo" | "joinRoom" | "changeName" | "forDevelopers" | "shortcuts" | "invite"
 *   | "messages" | "loadingEarlier" | "beginning" | "everybodyReads" | "jumpToNewest" | "retryNow" | "greeting" | "thatIsMe" | "send"
 *   | "people" | "connecting"} HtmlKey
 */
/** @typedef {keyof typeof EN | keyof typeof EN_LATER | HtmlKey} Key */
/** A language. @typedef {Record<Key, Word>} Table */

export const EN = {
  // The connection
  connecting: "Connecting",
  waiting: "Offline",
  refused: "Refused",
  connectedAgain: "Connected again",
  noConnection: "No connection.",
  youAreOffline: "You are offline.",
  keptAndSentLater: "What you write is kept and sent later.",
  messagesWait: { one: "1 message waits.", other: "{count} messages wait." },
  notLetIn: "The server does not let this page in: {reason}",
  trying: "Trying …",
  nextTry: "Next try in {seconds} s",
  partMissing: "The server cannot be reached, and this part of the page is not here yet",

  // Rooms
  unread: { one: "1 unread", other: "{count} unread" },
  leaveRoom: "Leave #{room}",
  leftRoom: "You left #{room}.",
  undo: "Undo",
  roomsAtMost: { one: "{count} room at most: leave one first", other: "{count} rooms at most: leave one first" },
  stillUnsent: "#{room} has messages that are not sent yet",
  cannotJoin: "#{room} cannot be joined now: {reason}",
  becomes: "That will be #{room}",
  becameRoom: "“{typed}” is #{room} here.",
  noSuchName: "“{typed}” cannot be the name of a room: it needs letters from a to z, or digits.",
  noRoomHere: "There is no room at this address. This is #{room}.",
  bringSomebodyIn: "Bring somebody in",

  // People
  people: "People",
  peopleHere: { one: "1 person here", other: "{count} people here" },
  peopleCount: { one: "1 person", other: "{count} people" },
  peopleMore: "and {count} more",
  you: "you",
  somebody: "Somebody",
  isTyping: { one: "{names} is typing …", other: "{names} are typing …" },
  severalTyping: "Several people are typing …",
  newMessages: { one: "1 new message", other: "{count} new messages" },
  nameIsBlank: "A name has at least one character that can be seen",

  // Days
  today: "Today",
  yesterday: "Yesterday",
};
