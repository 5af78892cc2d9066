/// <reference lib="dom" />
/** The page while its server is gone: what was fetched ahead is there. @module */

import { browserTest, untilFetched } from "./lib.ts";

browserTest("the dialogs open while the server is gone, although none was opened before", async (stage) => {
  const page = await stage.open();
  await untilFetched(page, "views/dialogs.js");
  // With what each of them imports.
  await page.waitForLoadState("networkidle");
  await stage.break(page);
  await stage.server.stop();
  for (const open of [() => page.click("#me"), () => page.keyboard.press("Control+k"), () => page.click("#help")]) {
    await open();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
  }
});

browserTest("a part of the page that cannot be fetched is told of, and is there once it can be", async (stage) => {
  const page = await stage.open("/healthz");
  await page.route(/views\/dialogs/, (route) => route.abort());
  await page.goto(new URL("/", page.url()).href);
  await page.click("#me");
  await page.locator("#notice", { hasText: "this part of the page is not here yet" }).waitFor();
  await page.unrouteAll();
  await page.click("#me");
  await page.getByRole("dialog").waitFor();
});
