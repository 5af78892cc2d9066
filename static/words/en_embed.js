/** The words in English that only a room in another site's page says. @module */

export const EN_EMBED = {
  send: "Send",
  message: "Message",
  messageAs: "Message as {name}",
  chatRoom: "Chat: {room}",
  messagesIn: "Messages in {room}",
  nothingYet: "No messages yet.",
  earlierMessages: "Earlier messages",
  notAdmitted: "This chat cannot be shown on this site. Those who run it can allow that.",
};
