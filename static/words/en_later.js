/** The words in English of what is fetched later. @module */

export const EN_LATER = {
  close: "Close",
  jumpTo: "Search or jump to …",
  changeName: "Change name",
  shortcuts: "Shortcuts",

  // The frame
  becomes: "That will be #{room}",
  bringSomebodyIn: "Bring somebody in",
  people: "People",
  peopleHere: { one: "1 person here", other: "{count} people here" },
  peopleCount: { one: "1 person", other: "{count} people" },
  peopleMore: "and {count} more",
  you: "you",
  somebody: "Somebody",
  isTyping: { one: "{names} is typing …", other: "{names} are typing …" },
  severalTyping: "Several people are typing …",
  noFiles: "Files cannot be sent here.",

  // Dialogs
  yourName: "Your name",
  whatOthersSee: "What others see",
  save: "Save",
  jumpHint: "A room, a person or a command",
  joinOrStart: "join or start it",
  formatting: "Formatting",
  keySend: "Send",
  keyNewLine: "New line",
  keyWrite: "Write",
  keyLeave: "Leave the field, close a panel",
  keyJump: "Go to a room, a person or a command",
  keyStep: "Room before or after",
  keyScroll: "Scroll, while writing too",
  keyHelp: "This list",

  // A person
  thisIsYou: "This is you.",
  isHere: "In this room now.",
  isGone: "Not in this room now.",
  fingerprint: "Fingerprint",
  keyed: "It belongs to a key that stays in one browser: whoever has the same one is the same person, under any name.",
  looksAlike: "Somebody else here has a name that could be taken for this one: compare the fingerprints.",
  notKeyed: "Nothing proves this id: anybody may use it.",

  // Code
  copy: "Copy",
  copyCode: "Copy the code",
  notCopied: "It could not be copied",
  unfold: { one: "Show the whole line", other: "Show all {count} lines" },
  fold: "Show less",

  // Inviting
  inviteTo: "Invite to #{room}",
  copyLink: "Copy link",
  copied: "Copied",
  cannotCopy: "Copying is not allowed here: mark the address and copy it",
  share: "Share",
  showCode: "Show as a code",
  codeOf: "The address as a code to be scanned",
};
