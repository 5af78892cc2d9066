/// <reference lib="dom" />
/** Two tabs of one browser: what is done in one is so in the other, at once. */

import type { Page } from "../lib/playwright.ts";
import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, coreTest, goTo, online, send, type Stage, untilText, untilTexts } from "./lib.ts";

/** Another tab of the same browser. */
async function anotherTab(page: Page, path?: string): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(path === undefined ? page.url() : new URL(path, page.url()).href);
  await online(other);
  return other;
}

/** Lets a page believe that nobody looks at it. */
async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
}

/** Two tabs, of which somebody looks at the first. */
async function tabs(stage: Stage, path = "/r/attic", otherPath?: string): Promise<[Page, Page]> {
  const page = await stage.join(path);
  const other = await anotherTab(page, otherPath);
  await lookAway(other);
  await page.bringToFront();
  return [page, other];
}

coreTest("what is read in one tab is read in the other", async (stage) => {
  const [page, other] = await tabs(stage, "/r/attic", "/r/cellar");
  const badge = other.locator("#room-list li", { hasText: "attic" }).locator(".badge");
  const ada = await stage.member("ada", "attic");
  await lookAway(page);
  await ada.publish("attic", "one");
  await badge.filter({ hasText: "1" }).waitFor();
  await page.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
  });
  await eventually(() => badge.isHidden(), "the badge to be gone");
  await ada.publish("attic", "two");
  await untilText(page, "two");
  await eventually(async () => await badge.isHidden() && !(await other.title()).startsWith("("), "it to count as read");
});

coreTest("a room joined or left in one tab is so in the other", async (stage) => {
  const [page, other] = await tabs(stage);
  await goTo(page, "cellar");
  await other.getByRole("link", { name: "cellar" }).waitFor();
  await page.getByRole("link", { name: "attic" }).click();
  await page.locator("#room-list li", { hasText: "cellar" }).hover();
  await page.getByRole("button", { name: "Leave #cellar" }).click();
  await eventually(async () => await other.locator("#room-list li").count() === 1, "it to be left there, too");
});

coreTest("a draft written in one tab is the other's, and what was sent comes back nowhere", async (stage) => {
  const [page, other] = await tabs(stage);
  await page.fill("#field", "half a page");
  await eventually(async () => await other.inputValue("#field") === "half a page", "the draft");
  await page.press("#field", "Enter");
  await untilTexts(page, ["half a page"]);
  await eventually(async () => await other.inputValue("#field") === "", "no draft");
  await other.reload();
  await online(other);
  assertEquals(await other.inputValue("#field"), "");
});

coreTest("an empty tab that is closed leaves the other's draft alone", async (stage) => {
  const [page, other] = await tabs(stage);
  await page.fill("#field", "ten minutes of work");
  await eventually(async () => await other.inputValue("#field") === "ten minutes of work", "the draft");
  // As if the tab had slept meanwhile.
  await other.evaluate(() => (document.querySelector("#field") as HTMLTextAreaElement).value = "");
  await other.goto("about:blank");
  await page.reload();
  await online(page);
  assertEquals(await page.inputValue("#field"), "ten minutes of work");
});

browserTest("what is chosen in one tab is so in the other", async (stage) => {
  const [page, other] = await tabs(stage);
  await page.click("#settings-open");
  await page.getByLabel("Colours").selectOption("dark");
  await other.locator('html[data-theme="dark"]').waitFor();
  await page.keyboard.press("Escape");
  await page.click("#bell");
  await page.getByLabel("nothing").check();
  await other.locator('#bell[data-level="none"]').waitFor();
  await page.keyboard.press("Escape");
  await send(page, "still the same person");
  await untilTexts(other, ["still the same person"]);
});
