/// <reference lib="dom" />
/** Messages that are reported, and those who look into it. @module */

import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, type Stage, untilNotice, untilText } from "./lib.ts";
import { choose } from "./messages.ts";
import { idOf, KEY, owner, place } from "./owned.ts";

/** The page of somebody who moderates that room, and somebody who writes rubbish there. */
async function moderating(stage: Stage, ada: ChatClient): Promise<{ page: Page; bob: ChatClient }> {
  const page = await stage.join("/r/tea");
  await ada.ask(place(await idOf(page), { role: "moderator" }), "ok");
  await page.locator("#people-list .role", { hasText: "moderator" }).waitFor();
  const bob = await ChatClient.keyed(stage.server, KEY.toUpperCase());
  await bob.ask({ type: "rename", name: "Bob" }, "ok");
  await bob.join("tea");
  return { page, bob };
}

browserTest("one reports a message in its menu, and those who moderate learn of it", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
  await ada.publish("tea", "hello");
  const page = await stage.join("/r/tea");
  await choose(page, "hello", "Report …");
  await page.locator("#reason:focus").fill("\u202erude");
  await page.getByRole("dialog").getByRole("button", { name: "Send the report" }).click();
  await untilNotice(page, "Reported.");
  assertEquals((await ada.push("reported", ({ room }) => room === "tea")).count, 1);
  const { reports } = await ada.ask({ type: "reports", room: "tea" }, "reports");
  assertEquals(reports.map(({ reasons }) => reasons), [["rude"]]);
});

browserTest("those who moderate see what is reported in a line, delete it, or dismiss it", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
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

browserTest("reports come a page at a time and each once, and there are none only when all are done", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
  const { page, bob } = await moderating(stage, ada);
  await using _ = bob;
  for (let n = 1; n <= 11; n++) {
    const { seq } = await bob.publish("tea", `rubbish ${n}`);
    await stage.server.log.reports!.add("tea", { target: seq!, by: "eve", reason: "" }, Date.now());
    if (n === 11) await ada.ask({ type: "report", room: "tea", target: seq! }, "ok");
  }
  await page.locator("#reported").getByText("11 messages are reported here").click();
  const items = page.getByRole("dialog").locator(".reports > li");
  for (let left = 10; left > 0; left--) {
    await eventually(async () => await items.count() === left, `${left} reports`);
    await items.first().getByRole("button", { name: "Dismiss" }).click();
  }
  await page.locator("button:focus", { hasText: "More" }).waitFor();
  assertEquals(await page.getByText("Nothing is reported here.").count(), 0);
  let asked = 0;
  stage.line.up = (line) => {
    if (line.includes('"reports"')) asked++;
    return line;
  };
  await page.locator("button:focus").evaluate((more) => [1, 2].forEach(() => (more as HTMLElement).click()));
  await items.getByRole("button", { name: "Dismiss" }).click();
  await page.getByText("Nothing is reported here.").waitFor();
  assertEquals(asked, 1);
});

browserTest("one who moderates again learns of what was reported meanwhile", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
  const { page, bob } = await moderating(stage, ada);
  await using _ = bob;
  const strip = page.locator("#reported");
  const report = async (text: string) => {
    const { seq } = await bob.publish("tea", text);
    await ada.ask({ type: "report", room: "tea", target: seq! }, "ok");
  };
  await report("rubbish");
  await strip.getByText("1 message is reported here").waitFor();
  const id = await idOf(page);
  await ada.ask(place(id, { role: "member" }), "ok");
  await strip.waitFor({ state: "hidden" });
  await report("more rubbish");
  await ada.ask(place(id, { role: "moderator" }), "ok");
  await strip.getByText("2 messages are reported here").waitFor();
});

browserTest("what is reported while the page asks counts more than the answer", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (type !== "reports") return line;
    stage.line.inject({ type: "reported", room: "tea", count: 2 });
    stage.line.inject({ type: "reports", ref, room: "tea", count: 1, reports: [], more: false });
    return undefined;
  };
  const page = await stage.join("/r/tea");
  await ada.ask(place(await idOf(page), { role: "moderator" }), "ok");
  await page.locator("#reported").waitFor();
  await ada.publish("tea", "behind the answer");
  await untilText(page, "behind the answer");
  assertEquals(await page.locator("#reported").innerText(), "2 messages are reported here");
});

browserTest("one who moderates deletes what somebody wrote lately, once that is sure", async (stage) => {
  await using ada = await owner(stage, { title: "Tea" });
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
