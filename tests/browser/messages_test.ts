/// <reference lib="dom" />
/** Messages that change: what others do to them is shown as it comes, and each can be done here. @module */

import type { Locator, Page } from "../lib/playwright.ts";
import { assertEquals } from "../lib/assert.ts";
import { browserTest, send, untilTexts } from "./lib.ts";

/** Opens the menu of the message with this text. */
async function menuOf(page: Page, text: string): Promise<Locator> {
  const row = page.locator("#log .row").filter({
    has: page.locator(".text").filter({ hasText: new RegExp(`^${text}(\\(edited\\))?$`) }),
  });
  await row.hover();
  await row.locator(".act").click();
  const menu = page.getByRole("dialog", { name: "Message" });
  await menu.waitFor();
  return menu;
}

browserTest("an edit, a reaction, a reply and a deletion of one page are shown in another", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  await send(ada, "helo");
  await untilTexts(bob, ["helo"]);

  await (await menuOf(ada, "helo")).getByRole("button", { name: "Edit" }).click();
  await ada.locator("#writing", { hasText: "Editing" }).waitFor();
  assertEquals(await ada.inputValue("#field"), "helo");
  await send(ada, "hello");
  await untilTexts(bob, ["hello"]);
  await bob.locator(".row .edited").waitFor();
  assertEquals(await ada.inputValue("#field"), "");

  await (await menuOf(bob, "hello")).getByRole("button", { name: "React with 👍" }).click();
  await ada.locator('.reactions button[aria-pressed="false"]', { hasText: "👍 1" }).click();
  await bob.locator('.reactions button[aria-pressed="true"]', { hasText: "👍 2" }).click();
  await ada.locator('.reactions button[aria-pressed="true"]', { hasText: "👍 1" }).waitFor();

  await (await menuOf(bob, "hello")).getByRole("button", { name: "Reply" }).click();
  await send(bob, "hello yourself");
  await ada.locator(".quote", { hasText: "hello" }).waitFor();
  await ada.locator(".reactions", { hasText: "1 reply" }).waitFor();

  await (await menuOf(ada, "hello")).getByRole("button", { name: "Delete …" }).click();
  await ada.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await untilTexts(bob, ["This message was deleted", "hello yourself"]);
  await bob.locator(".quote", { hasText: "deleted" }).waitFor();
});
