/// <reference lib="dom" />
/** Messages that are reported, and those who look into it. @module */

import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { findings } from "./findings.ts";
import { browserTest, type Stage, untilNotice, untilText } from "./lib.ts";
import { assertMarked, openMarked } from "./marked_words.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const nonce = () => crypto.randomUUID();

/** Somebody who owns the room "tea", straight at the server. */
async function owner(stage: Stage): Promise<ChatClient> {
  const ada = await ChatClient.keyed(stage.server, KEY);
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await ada.ask({ type: "create", nonce: nonce(), room: "tea", set: { title: "Tea" } }, "ok");
  await ada.join("tea");
  return ada;
}

/** The page of somebody who moderates that room, and somebody who writes rubbish there. */
async function moderating(stage: Stage, ada: ChatClient): Promise<{ page: Page; bob: ChatClient }> {
  const page = await stage.join("/r/tea");
  const id = await page.locator("#people-list li", { hasText: "you" }).getAttribute("data-id").then(String);
  await ada.ask({ type: "member", room: "tea", nonce: nonce(), id, role: "moderator" }, "ok");
  await page.locator("#people-list .role", { hasText: "moderator" }).waitFor();
  const bob = await ChatClient.keyed(stage.server, KEY.toUpperCase());
  await bob.ask({ type: "rename", name: "Bob" }, "ok");
  await bob.join("tea");
  return { page, bob };
}

browserTest("one reports a message in its menu, and those who moderate learn of it", async (stage) => {
  await using ada = await owner(stage);
  await ada.publish("tea", "hello");
  const page = await stage.join("/r/tea");
  const row = await untilText(page, "hello");
  await row.hover();
  await row.locator('.tools [data-do="menu"]').click();
  await page.getByRole("menuitem", { name: "Report" }).click();
  await page.locator("#reason:focus").fill("\u202erude");
  await page.keyboard.press("Enter");
  await untilNotice(page, "Reported.");
  assertEquals((await ada.push("reported", ({ room }) => room === "tea")).count, 1);
  const { reports } = await ada.ask({ type: "reports", room: "tea" }, "reports");
  assertEquals(reports.map(({ reasons }) => reasons), [["rude"]]);
});

browserTest("those who moderate see what is reported in a line, delete it, or dismiss it", async (stage) => {
  await using ada = await owner(stage);
  const { page, bob } = await moderating(stage, ada);
  await using _ = bob;
  const { seq: first } = await bob.publish("tea", "rubbish");
  const { seq: second } = await bob.publish("tea", "no rubbish");
  await ada.ask({ type: "report", room: "tea", target: first!, reason: "spam" }, "ok");
  await ada.ask({ type: "report", room: "tea", target: second! }, "ok");
  const strip = page.locator("#reported");
  await strip.getByText("2 messages are reported here").waitFor();
  await strip.click();
  const item = page.getByRole("dialog").locator(".reports > li");
  await item.filter({ hasText: "spam" }).getByRole("button", { name: "Delete" }).click();
  await item.filter({ hasText: "spam" }).waitFor({ state: "detached" });
  await strip.getByText("1 message is reported here").waitFor();
  await item.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("dialog").getByText("Nothing is reported here.").waitFor();
  await strip.waitFor({ state: "hidden" });
  await page.keyboard.press("Escape");
  await untilText(page, "This message was deleted");
  await untilText(page, "no rubbish");
});

browserTest("one who moderates deletes what somebody wrote lately, once that is sure", async (stage) => {
  await using ada = await owner(stage);
  const { page, bob } = await moderating(stage, ada);
  await using _ = bob;
  for (const text of ["one", "two", "three"]) await bob.publish("tea", text);
  await untilText(page, "three");
  await page.locator("#people-list li", { hasText: "Bob" }).getByRole("button").click();
  const card = page.getByRole("dialog", { name: "Bob" });
  await card.getByRole("button", { name: "Delete messages of the last hour" }).click();
  await card.getByText("Delete all that Bob wrote here in the last hour?").waitFor();
  await card.getByRole("button", { name: "Delete", exact: true }).click();
  await untilNotice(page, "3 messages of Bob were deleted.");
  assertEquals(await page.locator("#rows .text", { hasText: "three" }).count(), 0);
});

for (const direction of ["ltr", "rtl"] as const) {
  browserTest(`axe finds nothing in the reports, and all words are translated (${direction})`, async (stage) => {
    const page = await openMarked(stage, { direction, colorScheme: direction === "rtl" ? "dark" : "light" });
    await page.locator("#new-room").click();
    await page.locator("#room-title").fill("7");
    await page.locator(".room-form .primary").click();
    await page.locator("#room-name", { hasText: "7" }).waitFor();
    await using bob = await ChatClient.keyed(stage.server, KEY);
    await bob.ask({ type: "rename", name: "8" }, "ok");
    await bob.join("7");
    const { seq } = await bob.publish("7", "9");
    await bob.publish("7", "10");
    await bob.ask({ type: "report", room: "7", target: seq!, reason: "11" }, "ok");
    await page.locator("#reported").click();
    await page.getByRole("dialog").getByRole("button", { name: "Dismiss" }).waitFor();
    await assertMarked(page, "a report");
    assertEquals(await findings(page, "dialog"), [], "a report");
    await page.keyboard.press("Escape");
    const row = await untilText(page, "10");
    await row.hover();
    await row.locator('.tools [data-do="menu"]').click();
    await page.getByRole("menuitem", { name: "Report" }).click();
    await page.locator("#reason:focus").waitFor();
    await assertMarked(page, "reporting");
    assertEquals(await findings(page, "dialog"), [], "reporting");
    await page.keyboard.press("Escape");
    assertEquals(await findings(page, "#main"), []);
    await page.locator("#people-list li", { hasText: "8" }).getByRole("button").click();
    await page.getByRole("button", { name: "Delete messages of the last day" }).click();
    await assertMarked(page, "deleting much");
    assertEquals(await findings(page, "dialog"), [], "deleting much");
  });
}
