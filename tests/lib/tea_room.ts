/** The room `tea`, which belongs to Ada, and people with keys: with them begins what is tested of rooms that somebody owns. @module */

import { idOfKey } from "../../chat/wire/identity.ts";
import { type Address, ChatClient } from "./client.ts";

export const ROOM = "tea";

export function nonce(): string {
  return crypto.randomUUID();
}

export function keyOf(who: string): string {
  return `${who}'s secret, long enough`;
}

/** The id that somebody's key proves. */
export function idOf(who: string): Promise<string> {
  return idOfKey(keyOf(who));
}

/** Connects somebody, and joins the rooms named. */
export function open(at: Address, who: string, ...rooms: string[]): Promise<ChatClient> {
  return ChatClient.keyed(at, keyOf(who), ...rooms);
}

/** Connects Ada, who makes the room and joins it. */
export async function openOwner(at: Address): Promise<ChatClient> {
  const ada = await open(at, "ada");
  await ada.ask({ type: "create", nonce: nonce(), room: ROOM, set: { title: "Tea & cakes" } }, "ok");
  await ada.join(ROOM);
  return ada;
}

/** Why something is refused. */
export async function refused(reply: Promise<{ code: string }>): Promise<string> {
  return (await reply).code;
}
