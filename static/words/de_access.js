/** The words in German of how people come into a room. @module */

/** @type {Record<keyof typeof import("./en_access.js").EN_ACCESS, import("./en.js").Word>} */
export const DE_ACCESS = {
  inviteAsMember: "Ein Link, der zum Mitglied macht",
  membersOnlyLink:
    "Dieser Raum ist privat: seine Adresse öffnet ihn nur für Mitglieder. Andere lässt seine Leitung oder Moderation hinein.",
  asWhat: "Als",
  asMember: "Mitglied",
  asModerator: "Moderator",
  howMany: "Für",
  howLong: "Innerhalb von",
  hourCount: { one: "1 Stunde", other: "{count} Stunden" },
  dayCount: { one: "1 Tag", other: "{count} Tagen" },
  makeInvite: "Einladungslink erstellen",
  inviteMade: {
    one: "Wer diesen Link zuerst öffnet, kann herein, bis {until}. Er steht nur jetzt hier: kopiere ihn.",
    other: "Bis zu {count} Leute können mit diesem Link herein, bis {until}. Er steht nur jetzt hier: kopiere ihn.",
  },
  makeAnother: "Noch einen Link erstellen",
  openInvites: "Links, die noch gelten",
  openInvite: {
    one: "{role}: noch 1 Person, bis {until}",
    other: "{role}: noch {count} Leute, bis {until}",
  },
  takeBack: "Zurücknehmen",
  takeBackInvite: "Zurücknehmen: {what}",

  messagePerson: "Nachricht schreiben",
  directMessages: "Direktnachrichten",
  toOneself: "Notizen an dich",
  youAnd: "Du und",
  onlyYouTwo: "Nur ihr zwei lest hier.",
  directBegan: "{who} hat diesen Raum zu zweit eröffnet",
  givenPlace: "Du hast jetzt einen Platz in {room}.",
  openIt: "Öffnen",

  reportIt: "Melden …",
  reportMessage: "Eine Nachricht melden",
  sendReport: "Meldung senden",
  whatIsWrong: "Was daran nicht in Ordnung ist",
  reportTo: "Wer diesen Raum moderiert, sieht es. Wer gemeldet hat, erfährt niemand.",
  isReported: "Gemeldet. Wer diesen Raum moderiert, sieht es sich an.",
  reports: "Meldungen",
  reportsOf: "Meldungen in {room}",
  reportedHere: { one: "1 Nachricht ist hier gemeldet", other: "{count} Nachrichten sind hier gemeldet" },
  reportedBy: { one: "Von 1 Person gemeldet", other: "Von {count} Leuten gemeldet" },
  noReports: "Hier ist nichts gemeldet.",
  aboutPerson: "Über {name}",
  purgeHour: "Nachrichten der letzten Stunde löschen",
  askPurgeHour:
    "Alles löschen, was {name} hier in der letzten Stunde geschrieben hat? Das lässt sich nicht rückgängig machen.",
  purgeDay: "Nachrichten des letzten Tages löschen",
  askPurgeDay:
    "Alles löschen, was {name} hier in den letzten 24 Stunden geschrieben hat? Das lässt sich nicht rückgängig machen.",
  purged: { one: "1 Nachricht von {name} ist gelöscht.", other: "{count} Nachrichten von {name} sind gelöscht." },

  pin: "Anheften",
  unpin: "Loslösen",
  pinned: "Angeheftet: ",
  pinnedOne: "{who} hat eine Nachricht angeheftet",
  unpinnedOne: "{who} hat die angeheftete Nachricht abgenommen",
  archive: "Raum archivieren",
  askArchive:
    "Den Raum archivieren? Dann schreibt niemand mehr darin, und er steht nicht im Verzeichnis. Du kannst ihn zurückholen.",
  unarchive: "Aus dem Archiv holen",
  askUnarchive: "Den Raum aus dem Archiv holen? Er ist dann wieder, wie er war.",
  eraseRoom: "Raum auslöschen …",
  askErase:
    "{room} auslöschen? Jede Nachricht darin wird endgültig gelöscht, wer auch immer sie geschrieben hat, und niemand kommt mehr hinein, auch du nicht. Der Name bleibt vergeben.",
  eraseForGood: "Endgültig auslöschen",
  roomErased: "{room} ist ausgelöscht.",
  roomArchived: "{who} hat den Raum archiviert",
  roomUnarchived: "{who} hat den Raum aus dem Archiv geholt",
  audit: "Was geändert wurde",
  auditOf: "Was in {room} geändert wurde",
  because: "Grund: {reason}",

  youAreInvited: "Du bist eingeladen",
  invitedTo: "Dieser Link lässt dich in #{room} hinein.",
  invitedToPrivate: "Dieser Link lässt dich in einen privaten Raum hinein. Wie er heißt, sehen nur seine Mitglieder.",
  seenAs: "Dort sieht man dich als",
  joinTheRoom: "Raum betreten",
  notNow: "Jetzt nicht",
  joinsLater: "Es gibt gerade keine Verbindung: sobald sie wieder da ist, kommst du hinein.",
  inviteOver:
    "Dieser Link lässt dich nicht hinein: er ist verbraucht, zurückgenommen oder abgelaufen, oder der Raum ist dir verschlossen. Bitte um einen neuen.",

  // Links that make somebody, or something, of the reader
  youModerate: "Ab jetzt moderierst du die Räume, die niemandem gehören.",
  claimIsTaken: "Dieser Link wurde schon benutzt oder durch einen anderen ersetzt.",
  anotherDevice: "Anderes Gerät",
  keyWarning:
    "Öffne diesen Link auf einem anderen Gerät, und du bist auch dort du. Er enthält deinen Schlüssel: Wer ihn zu sehen bekommt, ist ebenfalls du. Schicke ihn niemandem.",
  showKeyLink: "Link für eine Minute zeigen",
  keyIsHidden: "Der Link ist wieder verborgen.",
  keyIsHereAlready: "Dieser Browser hat diese Kennung schon.",
  takeKeyTitle: "Hier der sein, der du auf deinem anderen Gerät bist?",
  takeKeyWarning:
    "Nur wenn du diesen Link selbst gemacht hast. Wer du in diesem Browser bisher bist, ist dann fort, mit seinen Plätzen in Räumen, außer ein anderes Gerät hat ihn auch. Was noch zu senden ist, wird nicht ohne dich gesendet.",
  keyNext: "Ab jetzt:",
  keyNow: "In diesem Browser bisher:",
  comparePrints: "Fingerabdrücke vergleichen",
  takeKey: "Übernehmen",
  revokeKey: "Jemand anderes hat meinen Schlüssel",
  askRevoke:
    "Diese Kennung endet für immer, auf deinen Geräten und wo ihr Schlüssel sonst noch ist. Du machst hier als jemand Neues weiter, unter demselben Namen, ohne ihre Plätze in Räumen. Ihre Nachrichten bleiben.",
  revokeForGood: "Für immer beenden",
};
