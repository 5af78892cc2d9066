/** Rooms that belong to somebody, for tests of the page. @module */

import type { Command } from "../../chat/wire/lines.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import type { Stage } from "./lib.ts";

export const KEY = "0123456789abcdef0123456789abcdef";

/** Somebody who owns a room, straight at the server. */
export async function owner(
  stage: Stage,
  set?: object,
  room: string | undefined = "tea",
  name = "Ada",
): Promise<ChatClient> {
  const ada = await ChatClient.keyed(stage.server, KEY);
  await ada.ask({ type: "rename", name }, "ok");
  const made = await ada.ask({ type: "create", nonce: crypto.randomUUID(), room, set }, "ok");
  await ada.join(made.room!);
  return ada;
}

/** The page's own id. */
export function idOf(page: Page): Promise<string> {
  return page.locator("#people-list li:has(.you)").getAttribute("data-id").then(String);
}

/** A command of a type, as tests write it. */
type Of<Type extends Command["type"]> = Omit<Extract<Command, { type: Type }>, "ref">;

/** A command that gives somebody a place. */
export function place(id: string, fields: object, room = "tea"): Of<"member"> {
  return { type: "member", room, nonce: crypto.randomUUID(), id, ...fields };
}

/** A command that sets a room up. */
export function set(set: object, room = "tea"): Of<"settings"> {
  return { type: "settings", room, nonce: crypto.randomUUID(), set };
}
