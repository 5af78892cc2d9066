/** Bots: each proves its id by a secret, which is shown once and kept nowhere. @module */

import type { Bot, Bots } from "../log/bots.ts";
import { idOfBot } from "../wire/identity.ts";
import { hashOf } from "../wire/names.ts";
import type { Denial } from "./may.ts";
import type { Person } from "./session.ts";

/** Tells a secret from a token of a person, and lets scanners of source code find one that was left there. */
const PREFIX = "sbk_";
const PATTERN = new RegExp(`^${PREFIX}[\\da-f]{64}$`);

export const NO_BOT: Denial = { code: "bad_token", message: "There is no bot with this secret, or it was taken back" };

/** What a bot is made of. */
export type NewBot = Pick<Bot, "name"> & Partial<Pick<Bot, "rooms" | "may">>;

/** Makes a bot: for all rooms, to read and to write, unless it says less. @returns it and its secret; undefined: there is one of that name, or too many */
export async function makeBot(
  bots: Bots,
  { name, rooms = ["*"], may = "write" }: NewBot,
  ts: number,
): Promise<Bot & { secret: string } | undefined> {
  const secret = PREFIX + crypto.getRandomValues(new Uint8Array(32)).toHex();
  const bot = { name, rooms, may, ts };
  return await bots.add(bot, await hashOf(secret)) ? { ...bot, secret } : undefined;
}

/** Whether somebody who shows this as a token says that it is a bot. */
export function isBotSecret(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Whether it can be one, to the last character. */
export function isWholeSecret(token: string): boolean {
  return PATTERN.test(token);
}

/** A text in which secrets of bots may be, without them. */
export function hideSecrets(text: string): string {
  return text.replace(new RegExp(`${PREFIX}[\\da-f]+`, "gi"), `${PREFIX}…`);
}

/** The bot whose secret this is. @throws {StoreUnavailableError} if the store does not answer */
export async function botBy(bots: Bots | undefined, secret: string): Promise<Person | Denial> {
  const bot = isWholeSecret(secret) ? await bots?.find(await hashOf(secret)) : undefined;
  if (bot === undefined) return NO_BOT;
  const { name, rooms, may } = bot;
  return { id: idOfBot(name), name, rooms: rooms.map((room) => ({ room, may })) };
}
