/** The commands by which operators make bots, see them and take them back. @module */

import { BOTS } from "../log/bounds.ts";
import { makeBot } from "../policy/bots.ts";
import { CloseCode } from "../wire/close.ts";
import { idOfBot } from "../wire/identity.ts";
import { answerUnsupported, type Handlers } from "./handler.ts";

const NO_BOTS = "keeps no bots";
const EXISTS = {
  code: "bot_exists",
  message: `There is a bot of that name, or there are ${BOTS}: take it back, or another one, first`,
} as const;

export const botCommands: Handlers<"bot" | "bots" | "unbot"> = {
  async bot({ log: { bots }, clock }, caller, { ref, name, rooms, may }) {
    if (bots === undefined) return answerUnsupported(caller, ref, NO_BOTS);
    const made = await makeBot(bots, { name, rooms, may }, clock.now());
    if (made === undefined) return caller.refuse(EXISTS, ref);
    caller.outbox.send({ type: "bot", ref, id: idOfBot(name), ...made });
  },

  async bots({ log: { bots } }, caller, { ref }) {
    if (bots === undefined) return answerUnsupported(caller, ref, NO_BOTS);
    const listed = (await bots.list()).map((bot) => ({ id: idOfBot(bot.name), ...bot }));
    caller.outbox.send({ type: "bots", ref, bots: listed });
  },

  async unbot({ log: { bots }, clients }, caller, { ref, name }) {
    if (bots === undefined) return answerUnsupported(caller, ref, NO_BOTS);
    await bots.remove(name);
    for (const client of [...clients.of(idOfBot(name))]) client.close(CloseCode.revoked);
    caller.outbox.send({ type: "ok", ref });
  },
};
