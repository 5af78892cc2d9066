/// <reference lib="dom" />
/** A whole visit by keys alone: nothing that a person does needs a mouse. @module */

import { assert } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, focusedId, type Stage, untilRoom, untilText } from "./lib.ts";
import { rowOf, untilReaction } from "./messages.ts";

/** More stops of Tab than the page has. */
const STOPS = 60;

/** Whether this has the focus. The window itself need not: Tab goes through its bars, too. */
function hasFocus(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector);
}

async function untilFocus(page: Page, selector: string): Promise<void> {
  await eventually(() => hasFocus(page, selector), `${selector} to have the focus`);
}

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, selector: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let stop = 0; stop < STOPS; stop++) {
    if (await hasFocus(page, selector)) return;
    await page.keyboard.press(key);
  }
  assert(false, `${key} does not come to ${selector}, but to ${await focusedId(page)}`);
}

/** Chooses in the quick way what these letters find first. */
async function jump(page: Page, typed: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(typed);
  await page.keyboard.press("Enter");
}

async function write(page: Page, text: string): Promise<void> {
  await untilFocus(page, "#field");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await untilText(page, text);
}

/** A first visitor takes a name and makes a room. */
async function settleIn(stage: Stage): Promise<Page> {
  const page = await stage.join();
  await page.locator("#welcome").waitFor();
  await tabTo(page, "#welcome-name");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await page.locator("#me-name", { hasText: "Ada" }).waitFor();
  await jump(page, "new room");
  await untilFocus(page, "#room-title");
  await page.keyboard.type("Book club");
  await page.keyboard.press("Enter");
  await untilRoom(page, "Book club");
  return page;
}

browserTest(
  "by keys alone one takes a name, makes a room, writes, answers, reacts, edits, mentions and mutes",
  async (stage) => {
    const page = await settleIn(stage);
    await write(page, "hello");
    await page.locator("#rows .row .stored", { hasText: "✓" }).waitFor();
    const bob = await stage.member("bob", "book-club");
    await bob.ask({ type: "rename", name: "Bob" }, "ok");
    await bob.publish("book-club", "who is there?");
    await untilText(page, "who is there?");

    await tabTo(page, ".row", "Shift+Tab");
    await page.keyboard.press("r");
    await page.keyboard.type("it is me");
    await page.keyboard.press("Enter");
    await rowOf(page, "it is me").locator(".quote", { hasText: "who is there?" }).waitFor();
    await tabTo(page, ".row", "Shift+Tab");
    // Back at the message where it was: from the last one, this is the one before.
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("+");
    await page.keyboard.type("tada");
    await page.keyboard.press("Enter");
    await untilReaction(page, "who is there?", "🎉 1", true);

    await tabTo(page, "#field");
    await page.keyboard.press("ArrowUp");
    await page.locator("#writing", { hasText: "Editing" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("it is Ada");
    await page.keyboard.press("Enter");
    await untilText(page, "it is Ada");
    await page.locator("#writing").waitFor({ state: "hidden" });
    await page.keyboard.type("@bo");
    await page.locator("#completions li").waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("look");
    await page.keyboard.press("Enter");
    await (await untilText(page, "@Bob look")).locator(".at").waitFor();

    await tabTo(page, "#bell", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(page, "input[name=level]");
    await eventually(async () => {
      await page.keyboard.press("ArrowDown");
      return await page.locator("input[value=none]:checked").count() === 1;
    }, "the choice to be told of nothing");
    await page.keyboard.press("Escape");
    await untilFocus(page, "#bell");
    await tabTo(page, "#status", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByText(/no message is missing between those that are loaded here/).waitFor();
    await page.keyboard.press("Escape");

    await jump(page, "lobby");
    await untilRoom(page, "lobby");
    await bob.publish("book-club", "nobody is told of this");
    await jump(page, "book");
    await untilText(page, "nobody is told of this");
    await page.locator("#room-list .badge:visible").waitFor({ state: "detached" });
  },
);
