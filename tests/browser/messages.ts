/** What one does to messages in the page, as tests say it. @module */

import type { Locator, Page } from "../lib/playwright.ts";
import { eventually } from "../lib/patience.ts";
import { online, pressRetry, send, type Stage } from "./lib.ts";

export const DELETED = "This message was deleted";

/** The row of the message with exactly this text. */
export function rowOf(page: Page, text: string): Locator {
  const written = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const is = page.locator(".text").filter({ hasText: new RegExp(`^${written}( ?\\(edited\\))?$`) });
  return page.locator("#log .row").filter({ has: is });
}

/** So often a menu is opened until it is that of the message. */
const MENU_TRIES = 5;
/** So long the bar of a message may take to come under the mouse before that is put there again. */
const BAR_MS = 5_000;

/**
 * Opens the menu of a message. What comes above the composer moves the log, and another message may come to lie under the mouse just before it
 * presses: a menu of another message is closed again, and where the bar has gone to another one the mouse goes after its own.
 */
export async function menuAt(row: Locator): Promise<Locator> {
  const page = row.page();
  const menu = page.getByRole("menu");
  for (let tries = 0; tries < MENU_TRIES; tries++) {
    await row.hover();
    const opener = row.locator('.tools [data-do="menu"]');
    try {
      await opener.click({ timeout: BAR_MS });
    } catch {
      if (!await row.evaluate((row) => row.matches(":hover"))) continue;
      // Under the mouse it must come.
      await opener.click();
    }
    // What comes while it is pressed may move it away from the mouse: then the press is none.
    if (!await menu.waitFor({ timeout: BAR_MS }).then(() => true, () => false)) continue;
    if (await row.evaluate((row) => row.classList.contains("open"))) return menu;
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
  }
  throw new Error("The menu that opens is always that of another message");
}

/** Opens the menu of the message with exactly this text. */
export function menuOf(page: Page, text: string): Promise<Locator> {
  return menuAt(rowOf(page, text));
}

/** Chooses something in the menu of a message. */
export async function choose(page: Page, text: string, what: string): Promise<void> {
  await (await menuOf(page, text)).getByRole("menuitem", { name: what, exact: true }).click();
}

export async function edit(page: Page, text: string, instead: string): Promise<void> {
  await choose(page, text, "Edit");
  await page.locator("#writing", { hasText: "Editing your message" }).waitFor();
  await send(page, instead);
}

export async function remove(page: Page, text: string): Promise<void> {
  await choose(page, text, "Delete");
  await rowOf(page, "Deleting …").last().waitFor();
}

export async function reply(page: Page, text: string, answer: string): Promise<void> {
  await choose(page, text, "Reply");
  await page.locator("#writing", { hasText: "Replying to" }).waitFor();
  await send(page, answer);
}

/** Waits for a reaction at a message, as one's own or not. */
export async function untilReaction(page: Page, text: string, said: string, mine: boolean): Promise<void> {
  await rowOf(page, text).locator(`.reactions button[aria-pressed="${mine}"]`, { hasText: said }).waitFor();
}

/** Lets the pages come back. */
export async function comeBack(stage: Stage, ...pages: Page[]): Promise<void> {
  stage.line.mend();
  for (const page of pages) {
    await pressRetry(page);
    await online(page);
  }
}

/** Waits until nothing is on its way any more. */
export async function nothingWaits(page: Page): Promise<void> {
  await eventually(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith("switchboard.outbox."))),
    "the outbox to be empty",
  );
}
