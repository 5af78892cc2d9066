/**
 * `deno task bot`: makes a bot at a terminal, lists them, takes one back. A store in SQLite must not be served meanwhile: while it is, its operators do
 * the same on the page.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import type { Bot, Bots } from "../log/bots.ts";
import { BOTS } from "../log/bounds.ts";
import { makeBot, type NewBot } from "../policy/bots.ts";
import { idOfBot } from "../wire/identity.ts";
import { decodeCommand } from "../wire/decode.ts";
import { print, runTool, say } from "./run_tool.ts";
import { asToolError, ToolError } from "./snapshot.ts";
import { withLog } from "./with_log.ts";

const USAGE = [
  "deno task bot STORE                         lists the bots",
  "       deno task bot STORE NAME [ROOM,… [MAY]]     makes one: for all rooms, or for these; ops-* are all that begin so. MAY: read, write, moderate",
  "       deno task bot STORE NAME --remove           takes one back",
].join("\n");

function withBots<T>(name: string, work: (bots: Bots) => Promise<T>): Promise<T> {
  return withLog(name, (log) => work(log.bots!));
}

/** Makes a bot. @param rooms divided by commas @returns its secret, which is kept nowhere */
export function addBot(store: string, name: string, rooms?: string, may?: string): Promise<string> {
  const bot = readBot({ name, rooms: rooms?.split(","), may });
  return withBots(store, async (bots) => {
    const made = await makeBot(bots, bot, systemClock.now());
    if (made !== undefined) return made.secret;
    throw new ToolError(`Cannot make the bot ${name}: there is one of that name, or there are ${BOTS}`);
  });
}

/** By the rules of the command. */
function readBot(fields: Record<string, unknown>): NewBot {
  try {
    return decodeCommand(JSON.stringify({ type: "bot", ref: "1", ...fields })) as NewBot & { type: "bot" };
  } catch (cause) {
    throw asToolError("Cannot make the bot", cause);
  }
}

export function listBots(store: string): Promise<Bot[]> {
  return withBots(store, (bots) => bots.list());
}

export function removeBot(store: string, name: string): Promise<void> {
  return withBots(store, async (bots) => {
    if (!await bots.remove(name)) throw new ToolError(`The store has no bot ${name}`);
  });
}

if (import.meta.main) {
  await runTool(USAGE, ({ length }) => length >= 1 && length <= 4, async ([store, name, rooms, may]) => {
    if (name === undefined) {
      const bots = await listBots(store!);
      print(["id", "rooms", "may", "made"].join("\t"));
      for (const { name, rooms, may, ts } of bots) {
        print([idOfBot(name), rooms.join(","), may, new Date(ts).toISOString()].join("\t"));
      }
    } else if (rooms === "--remove") {
      await removeBot(store!, name);
      say(`${idOfBot(name)} is taken back: its secret lets nobody in any more`);
    } else {
      print(await addBot(store!, name, rooms, may));
      say(`This is the secret of ${idOfBot(name)}: it is shown this once, and kept nowhere`);
    }
  });
}
