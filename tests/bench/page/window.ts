/** A window to measure in. @module */

import type { Browser, BrowserContextOptions, Page } from "../../lib/playwright.ts";

/** Until a new window is at rest. */
const OPENING_MS = 2_000;
/** What the browser's own bars take of a window, at the most. */
const BARS_PX = 200;

/** A page in a window of its own. Somebody's is open already: what a browser does for a new one takes the processor for about a second. */
export async function openWindow(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  await makeRoom(page);
  await page.waitForTimeout(OPENING_MS);
  return page;
}

/**
 * Makes the window larger than the page. The driver makes it as large, with the bars in it: then the end of the page is outside, where the
 * browser draws nothing, and a key in the field waits until something else is drawn.
 */
async function makeRoom(page: Page): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const session = await page.context().newCDPSession(page);
  const { windowId } = await session.send("Browser.getWindowForTarget");
  const bounds = { width: width + BARS_PX, height: height + BARS_PX };
  await session.send("Browser.setWindowBounds", { windowId, bounds });
  await session.detach();
}
