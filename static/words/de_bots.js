/** The words in German of programs that speak in rooms. @module */

/** @type {Record<keyof typeof import("./en_bots.js").EN_BOTS, import("./en.js").Word>} */
export const DE_BOTS = {
  bot: "Bot",
  bots: "Bots",
  aboutBots: "Ein Bot ist ein Programm mit einer eigenen Kennung. Er beweist sie durch ein Geheimnis.",
  botName: "Name",
  botNameHint: "Buchstaben a bis z, Ziffern und -",
  botRooms: "Räume",
  allRooms: "Alle Räume",
  onlyRoom: "Nur {room}",
  botMay: "Er darf",
  mayRead: "lesen",
  mayWrite: "lesen und schreiben",
  mayModerate: "auch moderieren, wo er einen Platz hat",
  makeBot: "Bot anlegen",
  botMade: "{name} ist da. Sein Geheimnis steht nur jetzt hier: kopiere es, und verwahre es wie ein Passwort.",
  hookAddress: "Dienste, denen man nur eine Adresse nennen kann, GitHub etwa, schreiben an diese:",
  makeAnotherBot: "Noch einen Bot anlegen",
  openBots: "Bots dieses Servers",
  openBot: "{name}: {rooms}, {may}",
  takeBackBotWarning: "{name} ist sofort draußen, und sein Geheimnis gilt nicht mehr. Seine Nachrichten bleiben.",
  botExists: "es gibt schon einen Bot dieses Namens, oder es sind zu viele",
};
