/** A window to measure in. @module */

import type { Browser, BrowserContextOptions, Page } from "../../lib/playwright.ts";

/** Until a new window is at rest. */
const OPENING_MS = 2_000;

/** A page in a window of its own. Somebody's is open already: what a browser does for a new one takes the processor for about a second. */
export async function openWindow(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  await page.waitForTimeout(OPENING_MS);
  return page;
}
