/// <reference lib="dom" />
/** The card of a person, and ignoring somebody. */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, goTo, online, send, type Stage, untilText } from "./lib.ts";

/** A page in a room where somebody has written twice. */
async function withAda(stage: Stage): Promise<{ page: Page; ada: Awaited<ReturnType<Stage["member"]>> }> {
  const page = await stage.join("/r/attic");
  const ada = await stage.member("ada", "attic");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  for (const text of ["one", "two"]) await ada.publish("attic", text);
  await untilText(page, "two");
  return { page, ada };
}

function card(page: Page) {
  return page.getByRole("dialog", { name: "Ada" });
}

browserTest(
  "a press on a name, a disc or a mention shows who it is, and so does the list",
  async (stage) => {
    const { page, ada } = await withAda(stage);
    await send(page, "hello @Ada");
    await page.locator("#rows .at").waitFor();
    for (
      const place of ["#rows .who > .name", "#rows .row > .face", "#rows .at", "#people-list [data-id=ada] button"]
    ) {
      await page.locator(place).first().click();
      await card(page).getByText("In this room now. Last message at").waitFor();
      assertEquals(await card(page).locator(".fingerprint").innerText(), "ada");
      await page.keyboard.press("Escape");
      await card(page).waitFor({ state: "detached" });
    }
    await ada.close();
    await page.locator("#people-list [data-id=ada]").waitFor({ state: "detached" });
    await page.locator("#rows .who > .name").first().click();
    await card(page).getByText("Not in this room now. Last message at").waitFor();
  },
);

browserTest("the card of somebody mentions them, and copies the id; one's own has no such buttons", async (stage) => {
  const { page } = await withAda(stage);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.fill("#field", "hello");
  await page.locator("#people-list [data-id=ada] button").click();
  await card(page).getByRole("button", { name: "Copy" }).click();
  await card(page).getByRole("button", { name: "Copied" }).waitFor();
  assertEquals(await page.evaluate(() => navigator.clipboard.readText()), "ada");
  await card(page).getByRole("button", { name: "Mention" }).click();
  assertEquals(await page.inputValue("#field"), "hello @Ada ");
  assertEquals(await page.evaluate(() => document.activeElement?.id), "field");
  await page.locator("#people-list li:not([data-id=ada]) button").click();
  const own = page.getByRole("dialog");
  assertMatch(await own.locator(".fingerprint").innerText(), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  assertEquals(await own.getByRole("button").allInnerTexts(), ["×", "Copy"]);
});

browserTest("whoever is ignored is hidden, counted nowhere, and seen again when one wants", async (stage) => {
  const { page, ada } = await withAda(stage);
  await page.locator("#people-list [data-id=ada] button").click();
  await card(page).getByRole("button", { name: "Ignore" }).click();
  const text = page.locator("#rows .row .text", { hasText: "one" });
  await text.waitFor({ state: "hidden" });
  const covers = page.getByRole("button", { name: "A message of Ada, whom you ignore" });
  // Of a run there is one line.
  await eventually(async () => await covers.filter({ visible: true }).count() === 1, "one line");
  await page.reload();
  await online(page);
  await covers.first().waitFor();
  assert(!await text.isVisible());
  await goTo(page, "cellar");
  await ada.publish("attic", "three");
  const bob = await stage.member("bob", "attic");
  await bob.publish("attic", "from bob");
  const badge = page.locator("#room-list a", { hasText: "attic" }).locator(".badge [aria-hidden]");
  await eventually(async () => await badge.innerText() === "1", "one unread message");
  await goTo(page, "attic");
  await covers.filter({ visible: true }).first().click();
  await text.waitFor();
  await page.locator("#rows .who > .name", { hasText: "Ada" }).first().click();
  await card(page).getByRole("button", { name: "Stop ignoring" }).click();
  await page.locator("#rows .row .text", { hasText: "three" }).waitFor();
  assertEquals(await covers.filter({ visible: true }).count(), 0);
});
