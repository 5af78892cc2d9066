/** The words in English of programs that speak in rooms. @module */

export const EN_BOTS = {
  bot: "bot",
  bots: "Bots",
  aboutBots: "A bot is a program that has an id of its own. It proves that by a secret.",
  botName: "Name",
  botNameHint: "Letters a to z, digits and -",
  botRooms: "Rooms",
  allRooms: "All rooms",
  onlyRoom: "Only {room}",
  botMay: "It may",
  mayRead: "read",
  mayWrite: "read and write",
  mayModerate: "moderate as well, where it has a place",
  makeBot: "Make a bot",
  botMade: "{name} is there. Its secret is shown only now: copy it, and keep it as you keep a password.",
  hookAddress: "Services that can only be told an address, such as GitHub, post to this one:",
  makeAnotherBot: "Make another bot",
  openBots: "Bots of this server",
  openBot: "{name}: {rooms}, {may}",
  takeBackBotWarning: "{name} is out at once, and its secret is good for nothing any more. Its messages stay.",
  botExists: "there is a bot of that name already, or there are too many",
};
