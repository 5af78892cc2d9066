/// <reference lib="dom" />
/** Blocks of code: their buttons and colours, which are fetched when the first is seen. @module */

import { assert, assertEquals, assertGreater, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, online, send, untilArrived, untilText } from "./lib.ts";

const LONG = Array.from({ length: 120 }, (_, n) => `const line${n} = ${n};`).join("\n");

const heightOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((each) => each.getBoundingClientRect().height);

/** The file at an address, without its version. */
function fileAt(url: string): string {
  return new URL(url).pathname.replace(/^\/static\/\w+\//, "");
}

for (const host of ["127.0.0.1", "phone.test"]) {
  browserTest(`code is copied as it was written, and that is said: at ${host}`, async (stage) => {
    const page = await stage.open("/", {}, host);
    await online(page);
    await send(page, "see\n```ts\nif (a) {\n\tb(`*c*`);\n}\n```\nthere");
    await page.locator("#rows").getByRole("button", { name: "Copy the code" }).click();
    await page.locator("#announcer", { hasText: "Copied" }).waitFor({ state: "attached" });
    assertEquals(await page.locator("#rows .copy").textContent(), "Copied");
    await page.focus("#field");
    await page.keyboard.press("Control+V");
    assertEquals(await page.inputValue("#field"), "if (a) {\n\tb(`*c*`);\n}");
    await page.locator("#rows .copy", { hasText: /^Copy$/ }).waitFor();
  });
}

browserTest("long code is folded, and unfolded by the keyboard", async (stage) => {
  const page = await stage.join();
  await send(page, `\`\`\`\n${"short\n".repeat(20)}\`\`\``);
  await send(page, `\`\`\`js\n${LONG}\n\`\`\``);
  const unfold = page.locator("#rows").getByRole("button", { name: "Show all 120 lines" });
  await unfold.waitFor();
  await untilArrived(page, 2);
  assertEquals(await page.locator("#rows .unfold").count(), 1);
  assertLess(await heightOf(page, "#rows .long"), 24 * 16 + 40);
  await page.locator("#rows .long pre").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assertGreater(await heightOf(page, "#rows .long"), 120 * 16);
  const fold = page.locator("#rows").getByRole("button", { name: "Show less", expanded: true });
  assertEquals(await fold.evaluate((button) => button === document.activeElement), true);
  await page.keyboard.press("Enter");
  assertLess(await heightOf(page, "#rows .long"), 24 * 16 + 40);
});

browserTest("code that is unfolded stays where it is, and is in view when it is folded again", async (stage) => {
  await stage.fill("lobby", 30);
  const page = await stage.join();
  await send(page, `\`\`\`\n${LONG}\n\`\`\``);
  await send(page, "below");
  await untilArrived(page, 32);
  const unfold = page.locator("#rows .unfold");
  await unfold.waitFor();
  const top = () => page.locator("#rows .long").evaluate((block) => Math.round(block.getBoundingClientRect().top));
  const before = await top();
  // So long after the button got the focus that its being pressed must count by itself.
  await unfold.focus();
  await page.waitForTimeout(500);
  await unfold.click();
  await page.getByRole("button", { name: "Jump to newest" }).waitFor();
  assertEquals(await top(), before);
  await unfold.click();
  await page.locator("#rows .long:not(.open)").waitFor();
  await eventually(async () => await top() >= 0 && await top() < 500, "the block to be in view");
});

browserTest("buttons and colours are fetched with the first code, and move nothing", async (stage) => {
  const page = await stage.join();
  const asked: string[] = [];
  const release = Promise.withResolvers<void>();
  await page.route(/code_tools\.js|highlight/, async (route) => {
    asked.push(fileAt(route.request().url()));
    await release.promise;
    await route.continue();
  });
  await send(page, "`no` block");
  await untilText(page, "block");
  assertEquals(asked, []);
  await send(page, `\`\`\`ts\n${LONG}\n\`\`\``);
  await page.locator("#rows .code-block").waitFor();
  await eventually(() => asked.length === 1, "the buttons to be asked for");
  const before = await heightOf(page, "#rows .code-block");
  assert(
    await page.locator("#rows .code-block pre").evaluate((pre) => pre.scrollHeight > pre.clientHeight),
    "it is not folded",
  );
  assertEquals(await page.locator("#rows .code-block pre").evaluate((pre) => getComputedStyle(pre).overflowY), "auto");
  release.resolve();
  await page.locator("#rows .code-block .keyword").first().waitFor();
  await page.locator("#rows .unfold").waitFor();
  assertEquals(await heightOf(page, "#rows .code-block"), before);
  assertEquals(await page.locator("#rows .code-block pre").textContent(), LONG);
  assertEquals(asked, ["text/code_tools.js", "text/highlight.js"]);
});

browserTest("code without a language has no colours, and asks for none", async (stage) => {
  const page = await stage.join();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(fileAt(request.url())));
  await send(page, "```\nconst a = 1;\n```");
  await page.locator("#rows .copy").waitFor({ state: "attached" });
  assertEquals(await page.locator("#rows .code-block pre *").count(), 0);
  assert(asked.includes("text/code_tools.js") && !asked.includes("text/highlight.js"), `${asked}`);
});
