/// <reference lib="dom" />
/** The settings: what each changes, and that it stays. */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertLess, assertMatch } from "../lib/assert.ts";
import { browserTest, coreTest, online, send, type Stage, untilText, untilTexts } from "./lib.ts";

const PHONE_SIZE = { viewport: { width: 390, height: 844 } };

async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.click("#settings-open");
  await page.getByRole("dialog").getByLabel(name).selectOption(value);
  await page.keyboard.press("Escape");
}

coreTest("on a phone each choice can be read in full", async (stage) => {
  const page = await stage.join("/", PHONE_SIZE);
  await page.click("#rooms-open");
  await page.click("#settings-open");
  await page.locator(".setting select").last().waitFor();
  const widths = await page.locator(".setting select").evaluateAll((all: Element[]) =>
    all.map((each) => {
      const { width } = each.getBoundingClientRect();
      // As wide as it would be with space enough.
      (each as HTMLElement).style.flex = "none";
      (each as HTMLElement).style.maxInlineSize = "none";
      return each.getBoundingClientRect().width - width;
    })
  );
  assert(widths.length > 5);
  for (const missing of widths) assertLess(missing, 1, JSON.stringify(widths));
});

coreTest("colours and spacing are as chosen, at once and after a reload", async (stage) => {
  const page = await stage.join("/", { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const disc = () => page.locator("#me-face").evaluate((face) => face.getBoundingClientRect().width);
  const [light, roomy] = [await ground(), await disc()];
  await choose(page, "Colours", "dark");
  await choose(page, "Spacing", "dense");
  const [dark, dense] = [await ground(), await disc()];
  assert(dark !== light && dense < roomy, `${dark} ${dense}`);
  await page.reload();
  await online(page);
  assertEquals([await ground(), await disc()], [dark, dense]);
});

coreTest("with another key to send, Enter begins a line", async (stage) => {
  const page = await stage.join();
  await choose(page, "Send with", "ctrl");
  await page.fill("#field", "one");
  await page.press("#field", "Enter");
  assertEquals(await page.inputValue("#field"), "one\n");
  await page.keyboard.type("two");
  await page.press("#field", "Control+Enter");
  await untilText(page, "two");
});

/** What the clock of a row says. */
async function timeOf(stage: Stage, locale: string, hours?: string): Promise<string> {
  const page = await stage.join("/", { locale });
  if (hours !== undefined) {
    await choose(page, "Time of day", hours);
    await online(page);
  }
  await send(page, "now");
  const row = await untilText(page, "now");
  return await row.locator("time").innerText();
}

coreTest("the time of day is as the browser has it, or as chosen", async (stage) => {
  assertMatch(await timeOf(stage, "en-US"), /[AP]M$/);
  assertMatch(await timeOf(stage, "en-GB"), /^\d\d:\d\d$/);
  assertMatch(await timeOf(stage, "en-US", "24"), /^\d\d:\d\d$/);
  assertMatch(await timeOf(stage, "en-GB", "12"), /[ap]m$/i);
});

coreTest("the language is that of the browser, or as chosen; what is being written stays", async (stage) => {
  const page = await stage.join("/", { locale: "de-AT" });
  assertEquals(await page.evaluate(() => document.documentElement.lang), "de-AT");
  await page.getByRole("button", { name: "Einladen" }).waitFor();
  await page.fill("#field", "ein Entwurf");
  await page.click("#settings-open");
  await page.getByRole("dialog", { name: "Einstellungen" }).getByLabel("Sprache").selectOption("en");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Invite" }).waitFor();
  await online(page);
  assertEquals(await page.inputValue("#field"), "ein Entwurf");
  const other = await stage.join("/", { locale: "fr-FR" });
  await other.getByRole("button", { name: "Invite" }).waitFor();
});

browserTest("a language that cannot be fetched is no reason to show nothing", async (stage) => {
  const page = await stage.open("/healthz", { locale: "de-DE" });
  await page.route(/words\/de/, (route) => route.abort());
  await page.goto(`${stage.server.url}/`);
  await online(page);
  await page.getByRole("button", { name: "Invite" }).waitFor();
  await untilTexts(page, []);
});

browserTest("where the device asks for less motion nothing moves, and where one chooses it", async (stage) => {
  const duration = (page: Page) =>
    page.locator("#people").evaluate((each) => getComputedStyle(each).transitionDuration);
  const narrow = { viewport: { width: 800, height: 800 } };
  assert(await duration(await stage.join("/", narrow)) !== "0s");
  assertEquals(await duration(await stage.join("/", { ...narrow, reducedMotion: "reduce" })), "0s");
  const page = await stage.join("/", narrow);
  await choose(page, "Motion", "less");
  assertEquals(await duration(page), "0s");
});
