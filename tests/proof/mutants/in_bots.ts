/** Bugs in bots, and in the hooks by which services post as one. @module */

import { inTest, type Mutant } from "./mutant.ts";

const TEST = "tests/commands/bots_test.ts";
const HOOKS = "tests/http/v1/hooks_test.ts";
const POLICY = "chat/policy/bots.ts";

export const IN_BOTS: readonly Mutant[] = [
  inTest(TEST, "in no file of the store", "the secret of a bot is stored as it is", [
    POLICY,
    `await bots.add(bot, await hashOf(secret))`,
    `await bots.add(bot, secret)`,
  ]),
  inTest(TEST, "is closed, and let in no more", "a bot that was taken back goes on", [
    "chat/commands/bots.ts",
    `    for (const client of [...clients.of(idOfBot(name))]) client.close(CloseCode.revoked);\n`,
    ``,
  ]),
  inTest(TEST, "while it comes in", "a bot that is taken back while it comes in stays", [
    "chat/commands/session.ts",
    `if (isBot(session.id) && await admission.admit(session, proof, log.bots) !== undefined) {`,
    `if (false as boolean) {`,
  ]),
  inTest(TEST, "keeps to its rooms", "a bot is let into every room", [
    POLICY,
    `rooms: rooms.map((room) => ({ room, may }))`,
    `rooms: undefined`,
  ]),
  inTest(TEST, "keeps to its rooms", "a bot that is to read only writes", [
    POLICY,
    `rooms: rooms.map((room) => ({ room, may }))`,
    `rooms: rooms.map((room) => ({ room, may: may === "read" ? "write" : may }))`,
  ]),
  inTest(TEST, "nobody but an operator", "everybody makes bots", [
    "chat/policy/may.ts",
    `  if (!session.operator) return`,
    `  if (!session.greeted) return`,
  ]),
  inTest(TEST, "is closed, and let in no more", "a second bot takes the name of another one, and its secret", [
    "chat/stores/sqlite/statements.ts",
    "addBot: `INSERT OR IGNORE INTO bots",
    "addBot: `INSERT OR REPLACE INTO bots",
  ]),
  inTest("tests/tools/admin_test.ts", "a bot that was taken back stays so", "an older copy brings a bot back", [
    "chat/stores/sqlite/bots.ts",
    `        ledger?.note({ bot: bot.secret });\n`,
    ``,
  ]),
  inTest(HOOKS, "made again is stored once", "GitHub's delivery that is made again is another message", [
    "chat/http/v1/hooks.ts",
    `asked.headers.get("x-github-delivery") ?? nonceOf(asked)`,
    `nonceOf(asked)`,
  ]),
  inTest(HOOKS, "made again is stored once", "a message has the secret of the hook that it came by", [
    "chat/http/v1/hooks.ts",
    `text: hideSecrets(text)`,
    `text`,
  ]),
  inTest(HOOKS, "for the rooms of its bot", "a person's token posts from an address", [
    "chat/http/v1/hooks.ts",
    `  if (!isBotSecret(secret)) throw new HttpRefusal(404, "There is no such path");\n`,
    ``,
  ]),
  inTest("tests/http/v1/hooks/text_of_test.ts", "a new hook", "a new hook at GitHub has its address in the message", [
    "chat/http/v1/hooks/github.ts",
    `lineAt(payload, "zen"))`,
    `lineAt(payload, "hook", "config", "url"))`,
  ]),
];
