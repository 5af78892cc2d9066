/// <reference lib="dom" />
/** The rooms in which one has a place, found again wherever one comes from. @module */

import { assertEquals } from "../lib/assert.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, coreTest, online, send, type Stage, untilRoom, untilText } from "./lib.ts";

/** Makes a room on the page. */
async function makeRoom(page: Page, title: string, found = "private"): Promise<void> {
  await page.locator("#new-room").click();
  await page.locator("#room-title").fill(title);
  await page.locator("#room-found").selectOption(found);
  await page.locator(".room-form .primary").click();
  await page.locator("#room-name", { hasText: title }).waitFor();
}

/** The same person on another device. */
async function elsewhere(stage: Stage, page: Page): Promise<Page> {
  const key = await page.evaluate(() => localStorage.getItem("switchboard.key"));
  const other = await stage.open("/healthz");
  await other.evaluate((key) => localStorage.setItem("switchboard.key", String(key)), key);
  await other.goto(`http://127.0.0.1:${stage.line.port}/`);
  await online(other);
  return other;
}

coreTest("another device offers the rooms in which one has a place, by their titles", async (stage) => {
  const page = await stage.join();
  await makeRoom(page, "Book club");
  await makeRoom(page, "Attic", "public");
  const other = await elsewhere(stage, page);
  const mine = other.locator("#mine");
  await mine.getByRole("link", { name: "Attic" }).waitFor();
  await mine.getByRole("link", { name: "Book club" }).click();
  await untilRoom(other, "Book club");
  await other.locator("#room-list a", { hasText: "Book club" }).waitFor();
  await mine.getByRole("link", { name: "Book club" }).waitFor({ state: "detached" });
  await other.locator("#field:focus").waitFor();
  assertEquals(await mine.getByRole("link").allInnerTexts().then((all) => all.join()), "#\nAttic");
});

browserTest("a room of one's own is found by its title before a new one is made of what is typed", async (stage) => {
  const page = await stage.join();
  await makeRoom(page, "Book club");
  const other = await elsewhere(stage, page);
  await other.locator("#mine").getByRole("link").waitFor();
  await other.keyboard.press("Control+k");
  await other.locator("#jump-field:focus").waitFor();
  await other.keyboard.type("book club");
  await other.getByRole("option", { selected: true }).getByText("Book club").waitFor();
  await other.keyboard.press("Enter");
  await untilRoom(other, "Book club");
});

browserTest("rooms of others are found by their titles and by their names", async (stage) => {
  const page = await stage.join();
  await makeRoom(page, "Größe & Maß", "public");
  await send(page, "hello");
  await untilText(page, "hello");
  await stage.fill("wine-cellar", 1);
  const other = await stage.join();
  const found = other.getByRole("option");
  await other.keyboard.press("Control+k");
  await other.locator("#jump-field:focus").waitFor();
  await other.keyboard.type("größe &");
  await found.filter({ hasText: "Größe & Maß" }).waitFor();
  await other.locator("#jump-field").fill("wine c");
  await found.filter({ hasText: "#wine-cellar" }).waitFor();
});
