/** The page's words in English: those of its first script. Those of its HTML are there. @module */

/** @import { EN_LATER } from "./en_later.js" */
/** Text with places like `{room}`, or its forms by plural category: `count` chooses. @typedef {string | { one: string, other: string }} Word */
/**
 * The words of `index.html`, where they stand in English.
 * @typedef {"skip" | "close" | "closePanel" | "rooms" | "jumpTo" | "joinRoom" | "changeName" | "forDevelopers" | "shortcuts" | "invite"
 *   | "messages" | "loadingEarlier" | "opensLater" | "beginning" | "everybodyReads" | "jumpToNewest" | "retryNow" | "greeting" | "thatIsMe" | "send"
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
  keptHereOnly: "This browser keeps nothing: what you write is sent later, if this tab stays open.",
  waitHereOnly: {
    one: "1 message waits, in this tab only: leave it open.",
    other: "{count} messages wait, in this tab only: leave it open.",
  },
  nothingIsKept: "This browser keeps nothing for this page: name, rooms and drafts are gone when it is closed.",
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
  becameRoom: "“{typed}” is #{room} here.",
  noSuchName: "“{typed}” cannot be the name of a room: it needs letters from a to z, or digits.",
  noRoomHere: "There is no room at this address. This is #{room}.",

  // People
  newMessages: { one: "1 new message", other: "{count} new messages" },
  nameIsBlank: "A name has at least one character that can be seen, and does not begin with a mark",
  nameIsLong: "A name has at most 32 characters",
  nameIsBig: "That is too long: some of its characters are made of many parts",
  nameTurns: "A name must not turn the direction of what follows it",
  nameRefused: "That cannot be a name here",

  // What the server refuses
  keyIsOther: "this name belongs to another browser’s key",
  tooFast: "too much at once, it is tried again in a moment",
  roomIsFull: "it is full",
  storeIsFull: "the server has no space left for messages",
  tooManyRooms: "you are in as many rooms as can be",
  serverIsBusy: "the server has trouble, it is tried again in a moment",
  refusedSomehow: "the server refuses it ({code})",

  // Days
  today: "Today",
  yesterday: "Yesterday",
};
