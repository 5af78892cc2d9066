/// <reference lib="dom" />
/** Languages and texts that run from right to left. Where names and texts stand within a row, `shell_test.ts` says. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, PHONE, send, untilText } from "./lib.ts";
import { fillMarked, openMarked } from "./marked_words.ts";
import { menuAt } from "./messages.ts";

/** Where something is, in pixels from the left. */
async function boxOf(page: Page, selector: string): Promise<{ left: number; right: number }> {
  return await page.locator(selector).first().evaluate((element: Element) => {
    const { left, right } = element.getBoundingClientRect();
    return { left, right };
  });
}

async function reply(page: Page, text: string): Promise<void> {
  const menu = await menuAt(await untilText(page, text));
  await menu.getByRole("menuitem", { name: /^⟦Reply⟧$/ }).first().click();
  await page.locator("#writing-what:not(:empty)").waitFor();
}

browserTest("in a language from right to left all is on the other side", async (stage) => {
  await fillMarked(stage, 1);
  const page = await openMarked(stage, { direction: "rtl" });
  assertEquals(await page.evaluate(() => document.documentElement.dir), "rtl");
  const [rooms, log, people] = [await boxOf(page, "#rooms"), await boxOf(page, "#log"), await boxOf(page, "#people")];
  assert(people.right <= log.left && log.right <= rooms.left, JSON.stringify([people, log, rooms]));
  const [face, who] = [await boxOf(page, "#rows .face"), await boxOf(page, "#rows .who .name")];
  assert(who.right < face.left, JSON.stringify([who, face]));
  const [own, label] = [await boxOf(page, "#me-name"), await boxOf(page, ".me-text")];
  assert(Math.abs(own.right - label.right) < 1, JSON.stringify([own, label]));
  assert(own.left > label.left + 1, JSON.stringify([own, label]));
  const [field, button] = [await boxOf(page, "#field"), await boxOf(page, "#send")];
  assert(button.right <= field.left + 1, JSON.stringify([button, field]));
  // A field without text begins where one with text of the page's language does.
  for (const id of ["#field", "#join-room"]) {
    assertEquals(await page.locator(id).evaluate((each) => getComputedStyle(each).direction), "rtl", id);
  }
  await send(page, "English");
  await untilText(page, "English");
  await reply(page, "English");
  await send(page, "an answer");
  const arrow = page.locator("#rows .quote .arrow");
  await arrow.waitFor();
  assertEquals(await arrow.evaluate((each) => getComputedStyle(each).transform), "matrix(-1, 0, 0, 1, 0, 0)");
});

browserTest("on a phone the panels come in from the other side, too", async (stage) => {
  const page = await openMarked(stage, { ...PHONE, direction: "rtl" });
  await page.click("#rooms-open");
  await page.waitForFunction(() =>
    Math.abs(document.querySelector("#rooms")!.getBoundingClientRect().right - innerWidth) < 1
  );
  await page.locator("#rooms .close").click();
  await page.click("#people-open");
  await page.waitForFunction(() => Math.abs(document.querySelector("#people")!.getBoundingClientRect().left) < 1);
});

for (const direction of ["ltr", "rtl"] as const) {
  browserTest(`what one answers is cut, and the way out of it stays in view (${direction})`, async (stage) => {
    const text = "1 ".repeat(200);
    await stage.server.log.append("42", { id: "8", name: "8", text });
    const page = await openMarked(stage, { direction });
    await reply(page, "1 1 1");
    const [all, cancel] = [await boxOf(page, "#composer"), await boxOf(page, "#writing-cancel")];
    assert(all.left <= cancel.left && cancel.right <= all.right, JSON.stringify([all, cancel]));
  });
}

browserTest("a name from right to left leaves the sentence around it as it is", async (stage) => {
  await stage.server.log.append("42", { id: "8", name: "ليلى", text: "مرحبا" });
  const page = await openMarked(stage);
  await reply(page, "مرحبا");
  assertEquals(await page.locator("#writing-what").textContent(), "⟦Replying to \u2068ليلى\u2069: \u2068مرحبا\u2069⟧");
});

Deno.test("no style of the page names a side of the screen: each is one of the text", async () => {
  const physical = /(?:^|[\s;{-])(?:left|right)\s*:|(?:margin|padding|border)-(?:left|right)|:\s*(?:left|right)\b/;
  for await (const { name } of Deno.readDir("static/css")) {
    const text = await Deno.readTextFile(`static/css/${name}`);
    // What is said where the page cannot work has to be painted by any browser.
    const lines = text.replace(/\.first \{[^}]*\}/, "").split("\n").filter((line) => physical.test(line));
    assertEquals(lines, [], name);
  }
});
