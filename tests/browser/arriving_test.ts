/// <reference lib="dom" />
/** Links to `/i`, which bring something in their fragment. */

import { assertEquals } from "../lib/assert.ts";
import { browserTest, online } from "./lib.ts";

browserTest("what a link brings is gone from the address and the history before anything is shown", async (stage) => {
  const page = await stage.open("/healthz");
  await page.goto(`http://127.0.0.1:${stage.line.port}/i#nothing.0123456789abcdef`);
  await online(page);
  await page.locator("#notice", { hasText: "This link cannot be used here." }).waitFor();
  assertEquals(new URL(page.url()).pathname + new URL(page.url()).hash, "/r/lobby");
  assertEquals(await page.evaluate(() => localStorage.getItem("switchboard.brought")), null);
  await page.goBack();
  assertEquals(new URL(page.url()).pathname, "/healthz");
});
