/** The icon for iOS, which takes none that is drawn by lines: made of `static/icon_full.svg`, and kept as text, as all of the page's files are. @module */

import type { Browser } from "../lib/playwright.ts";
import { decode, encode, toRGBA8 } from "../lib/upng.ts";

const SIDE_PX = 180;
/** It has four, and what is between them. */
const COLOURS = 32;

/** Takes it anew. */
export async function takeTouchIcon(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: SIDE_PX, height: SIDE_PX } });
  const svg = await Deno.readTextFile(new URL("../../static/icon_full.svg", import.meta.url));
  await page.goto(`data:image/svg+xml,${encodeURIComponent(svg)}`);
  const png = await page.screenshot();
  await page.context().close();
  const pixels = toRGBA8(decode(new Uint8Array(png).buffer))[0]!;
  const icon = new Uint8Array(encode([pixels], SIDE_PX, SIDE_PX, COLOURS, [0]));
  await Deno.writeTextFile(new URL("../../static/touch_icon.base64", import.meta.url), icon.toBase64());
}
