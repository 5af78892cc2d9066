/// <reference lib="dom" />
/** The accessibility checker finds nothing, whatever the page wears, and whatever is open in it. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Locator, Page } from "../lib/playwright.ts";
import { findings } from "./findings.ts";
import { browserTest, coreTest, PHONE, send, type Stage, untilText, wheel } from "./lib.ts";
import type { Look } from "./looks.ts";
import { openMarked } from "./marked_words.ts";

const TEXT = `> quoted **bold** \`code\` https://example.org a@example.org
- one
- two
  1. three
\`\`\`ts
// Shown in colours.
const four = "five" + 6;
${"\n".repeat(20)}\`\`\``;

const ARABIC = "مرحبا بالجميع، انظروا إلى https://example.org الآن";

const LOOKS: Record<string, Look> = {
  "in the light": { colorScheme: "light" },
  "in the dark": { colorScheme: "dark" },
  "in forced colours": { forcedColors: "active" },
  "on a phone": { ...PHONE, colorScheme: "light" },
  "on a phone in the dark": { ...PHONE, colorScheme: "dark" },
  "in German": { locale: "de-DE" },
  "from right to left": { direction: "rtl" },
  "on a phone from right to left": { ...PHONE, direction: "rtl" },
};

/** A page in a room in which there is one of everything. */
async function openFull(stage: Stage, { direction, ...options }: Look): Promise<Page> {
  const [room, path] = ["42", "/r/42"];
  await stage.fill(room, 60, (n) => n % 7 === 0 ? TEXT : n % 5 === 0 ? ARABIC : `m ${n}`);
  const page = direction ? await openMarked(stage, { ...options, direction }) : await stage.join(path, options);
  await page.locator(".keyword").first().waitFor();
  const ada = await stage.member("ada", room);
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await ada.ask({ type: "react", room, nonce: "r", target: 60, emoji: "👍", on: true }, "ok");
  await ada.ask({ type: "publish", room, nonce: "a", text: "an answer", reply: 59 }, "ok");
  await untilText(page, "an answer");
  stage.answer(() => [{ type: "error", code: "bad_command", message: "No" }]);
  await send(page, "this one fails");
  if (options.isMobile) await page.locator("#send").tap();
  await page.locator(".row.failed").waitFor();
  stage.line.inject({ type: "typing", room, id: "ada" });
  if (!options.isMobile) await wheel(page, -300);
  return page;
}

/** Opens what a button opens, looks, and closes it. @param touch whether there is no mouse */
async function lookInto(page: Page, opener: Locator, touch: boolean): Promise<void> {
  const what = await opener.evaluate((each) => each.outerHTML.slice(0, 80));
  await (touch ? opener.tap() : opener.click());
  const opened = page.locator(":is(dialog[open], [popover]:popover-open)").last();
  await opened.waitFor();
  await eventually(() => opened.evaluate((each) => each.childElementCount > 0), "its content");
  assertEquals(await findings(page, ":is(dialog[open], :popover-open)"), [], what);
  await page.keyboard.press("Escape");
  await eventually(
    async () => await page.locator(":is(dialog[open], :popover-open)").count() === 0,
    `${what} to close`,
  );
}

/** The buttons that open something, and can be pressed now. That of a message goes with the pointer: `message_acts_test.ts` looks into its menu. */
const openers = (page: Page) => page.locator("button[aria-haspopup]:not(#log *)").filter({ visible: true }).all();

for (const [where, look] of Object.entries(LOOKS)) {
  browserTest(`axe finds nothing ${where}, in the page and in what can be opened in it`, async (stage) => {
    const touch = look.hasTouch === true;
    const page = await openFull(stage, look);
    assertEquals(await findings(page), []);
    const found = await openers(page);
    assert(found.length > 2, `${found.length} openers`);
    for (const opener of found) await lookInto(page, opener, touch);
    for (const panel of touch ? ["rooms", "people"] : []) {
      await page.tap(`#${panel}-open`);
      await page.locator(`#${panel}.open`).waitFor();
      assertEquals(await findings(page), [], panel);
      await page.keyboard.press("Escape");
      await page.locator(`#${panel}.open`).waitFor({ state: "detached" });
    }
    await stage.break(page);
    await page.locator("#banner").waitFor();
    assertEquals(await findings(page, "#main"), []);
  });
}

coreTest("axe finds nothing in the dialogs of another browser either", async (stage) => {
  const page = await stage.join();
  for (const opener of await openers(page)) await lookInto(page, opener, false);
});
