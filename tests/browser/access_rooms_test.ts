/// <reference lib="dom" />
/** Rooms that belong to somebody, on the page: what changes them, how one makes and sets one up, and who may do what. */

import type { Page } from "../lib/playwright.ts";
import { ChatClient } from "../lib/client.ts";
import { assertEquals } from "../lib/assert.ts";
import { coreTest, type Stage, untilText } from "./lib.ts";

const KEY = "0123456789abcdef0123456789abcdef";

/** Somebody who owns the room "tea", straight at the server. */
async function owner(stage: Stage, set?: object, room: string | undefined = "tea"): Promise<ChatClient> {
  const ada = await ChatClient.keyed(stage.server, KEY);
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  const made = await ada.ask({ type: "create", nonce: crypto.randomUUID(), room, set }, "ok");
  await ada.join(made.room!);
  return ada;
}

/** The page's own id. */
function idOf(page: Page): Promise<string> {
  return page.locator("#people-list li", { hasText: "you" }).getAttribute("data-id").then(String);
}

const place = (id: string, fields: object, room = "tea") =>
  ({ type: "member", room, nonce: crypto.randomUUID(), id, ...fields }) as const;
const set = (set: object, room = "tea") => ({ type: "settings", room, nonce: crypto.randomUUID(), set }) as const;

coreTest("what changes a room is told in quiet lines of its log", async (stage) => {
  const ada = await owner(stage);
  const page = await stage.join("/r/tea");
  const id = await idOf(page);
  const name = await page.locator("#me-name").innerText();
  await ada.ask(place(id, { role: "moderator" }), "ok");
  await untilText(page, `Ada made ${name} a moderator`);
  await ada.ask(set({ title: "Tea & cakes", locked: true }), "ok");
  await untilText(page, "Ada called the room “Tea & cakes”");
  await untilText(page, "Ada locked the room");
  await ada.ask(place("k-" + "0".repeat(32), { mute: true }), "ok");
  await untilText(page, "Ada muted Somebody");
  assertEquals(await page.locator("#rows .row .tools").count(), 0);
});
