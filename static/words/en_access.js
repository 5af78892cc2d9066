/** The words in English of how people come into a room. @module */

export const EN_ACCESS = {
  // The links that let people in
  inviteAsMember: "A link that makes members",
  membersOnlyLink:
    "This room is private: its address opens for members only. An owner or a moderator can let others in.",
  asWhat: "As",
  asMember: "Member",
  asModerator: "Moderator",
  howMany: "For",
  howLong: "Within",
  hourCount: { one: "1 hour", other: "{count} hours" },
  dayCount: { one: "1 day", other: "{count} days" },
  makeInvite: "Make a link that lets people in",
  inviteMade: {
    one: "Whoever opens this link first may come in, until {until}. It is shown only now: copy it.",
    other: "Up to {count} people may come in by this link, until {until}. It is shown only now: copy it.",
  },
  makeAnother: "Make another link",
  openInvites: "Links that still let people in",
  openInvite: {
    one: "{role}: 1 person more, until {until}",
    other: "{role}: {count} people more, until {until}",
  },
  takeBack: "Take back",
  takeBackInvite: "Take back: {what}",

  // Two people
  messagePerson: "Message",
  directMessages: "Direct messages",
  toOneself: "Notes to yourself",
  youAnd: "You and",
  onlyYouTwo: "Only the two of you read here.",
  directBegan: "{who} opened this room of two",
  givenPlace: "You have a place in {room} now.",
  openIt: "Open it",

  // What is reported
  reportIt: "Report …",
  reportMessage: "Report a message",
  sendReport: "Send the report",
  whatIsWrong: "What is wrong with it",
  reportTo: "Those who moderate this room see it. Nobody is told who reported it.",
  isReported: "Reported. Those who moderate this room look into it.",
  reports: "Reports",
  reportsOf: "Reports in {room}",
  reportedHere: { one: "1 message is reported here", other: "{count} messages are reported here" },
  reportedBy: { one: "Reported by 1 person", other: "Reported by {count} people" },
  noReports: "Nothing is reported here.",
  aboutPerson: "About {name}",
  purgeHour: "Delete messages of the last hour",
  askPurgeHour: "Delete all that {name} wrote here in the last hour? That cannot be undone.",
  purgeDay: "Delete messages of the last day",
  askPurgeDay: "Delete all that {name} wrote here in the last 24 hours? That cannot be undone.",
  purged: { one: "1 message of {name} was deleted.", other: "{count} messages of {name} were deleted." },

  // What is pinned, put away, and on record
  pin: "Pin",
  unpin: "Unpin",
  pinned: "Pinned: ",
  pinnedOne: "{who} pinned a message",
  unpinnedOne: "{who} took the pinned message away",
  archive: "Archive the room",
  askArchive: "Archive the room? Nobody writes in it any more, and it is not listed. You can take it out again.",
  unarchive: "Take out of the archive",
  askUnarchive: "Take the room out of the archive? It is as it was then.",
  eraseRoom: "Erase the room …",
  askErase:
    "Erase {room}? Every message in it is deleted for good, whoever wrote it, and everybody is out, you as well. Its name stays taken.",
  eraseForGood: "Erase for good",
  roomErased: "{room} is erased.",
  roomArchived: "{who} archived the room",
  roomUnarchived: "{who} took the room out of the archive",
  audit: "What was changed",
  auditOf: "What was changed in {room}",
  because: "Reason: {reason}",

  // Coming in by one
  youAreInvited: "You are invited",
  invitedTo: "This link lets you into #{room}.",
  invitedToPrivate: "This link lets you into a private room. Its name is shown to members only.",
  seenAs: "You will be seen there as",
  joinTheRoom: "Join the room",
  notNow: "Not now",
  joinsLater: "There is no connection: you come in once it is back.",
  inviteOver:
    "This link does not let you in: it was used up or taken back, it is over, or the room is closed to you. Ask for another one.",

  // Links that make somebody, or something, of the reader
  youModerate: "From now on you moderate the rooms that nobody owns.",
  claimIsTaken: "This link was used already, or was replaced by another one.",
  anotherDevice: "Another device",
  keyWarning:
    "Open this link on another device of yours, and it is you there as well. It carries your key: everybody who gets to see it is you, too. Send it to nobody.",
  showKeyLink: "Show the link for a minute",
  keyIsHidden: "The link is hidden again.",
  keyIsHereAlready: "This browser has that identity already.",
  takeKeyTitle: "Be the one you are on your other device?",
  takeKeyWarning:
    "Only if you made this link yourself. Who you are in this browser until now is gone then, with its places in rooms, unless another device has it. What waits to be sent is not sent without asking you.",
  keyNext: "From now on:",
  keyNow: "In this browser until now:",
  comparePrints: "Compare the fingerprints",
  takeKey: "Take it over",
  revokeKey: "Somebody else has my key",
  askRevoke:
    "This identity ends for good, on your devices and wherever else its key is. You go on here as somebody new, under the same name, without its places in rooms. Its messages stay.",
  revokeForGood: "End it for good",
};
