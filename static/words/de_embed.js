/** The same in German. @module */

/** @type {Record<keyof typeof import("./en_embed.js").EN_EMBED, string>} */
export const DE_EMBED = {
  send: "Senden",
  message: "Nachricht",
  messageAs: "Nachricht als {name}",
  chatRoom: "Chat: {room}",
  messagesIn: "Nachrichten in {room}",
  nothingYet: "Noch keine Nachrichten.",
  earlierMessages: "Frühere Nachrichten",
  notAdmitted: "Dieser Chat kann auf dieser Website nicht gezeigt werden. Wer ihn betreibt, kann das erlauben.",
};
