/// <reference lib="dom" />
/** Bots on the page: its operators make them, see them and take them back, and everybody sees who is one. @module */

import { makeBot } from "../../chat/policy/bots.ts";
import { makeClaim } from "../../chat/policy/claim.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { inTime } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, online, untilText } from "./lib.ts";
import { idOf } from "./owned.ts";

async function openSettings(page: Page): Promise<void> {
  await page.locator("#settings-open").click();
  await page.getByRole("dialog").waitFor();
}

browserTest("an operator makes a bot for the room, copies its secret once, and takes it back", async (stage) => {
  const link = await makeClaim(stage.server.log.identities!);
  const page = await stage.open(`${link}`);
  await page.getByText("You moderate").first().waitFor();
  await online(page);
  await openSettings(page);
  await page.getByRole("button", { name: "Bots …" }).click();
  await page.getByLabel("Name").fill("Deploys!");
  await page.getByRole("button", { name: "Make a bot" }).click();
  assertEquals(await page.getByLabel("Name").evaluate((field) => (field as HTMLInputElement).checkValidity()), false);
  await page.getByLabel("Name").fill("deploys");
  await page.getByRole("button", { name: "Make a bot" }).click();
  await page.getByText("Its secret is shown only now").waitFor();
  const [secret = "", hook = ""] = await page.getByRole("dialog").locator(".address").allInnerTexts();
  assertMatch(secret, /^sbk_[\da-f]{64}$/);
  const { pathname } = new URL(hook);
  assertEquals(pathname, `/v1/hooks/${secret}`);
  await page.getByText("deploys: #lobby, read and write").waitFor();

  const posted = await fetch(stage.server.url + pathname, { method: "POST", body: '{"text":"deployed 4f2a"}' });
  assertEquals((await posted.json()).seq, 1);
  await using bot = await ChatClient.connect(stage.server, "whatever");
  await bot.ask({ type: "hello", token: secret }, "welcome");
  await bot.join("lobby");

  await page.getByRole("button", { name: "Make another bot" }).click();
  assertEquals(await page.getByText(secret).count(), 0);
  await page.getByRole("button", { name: "Take back: deploys" }).click();
  await page.getByText("deploys is out at once").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  assertEquals((await inTime(bot.closed, "its end")).code, 4004);
  await page.getByText("deploys: #lobby").waitFor({ state: "detached" });
  assertEquals(await stage.server.log.bots!.list(), []);
});

browserTest("a bot's messages say so in words, and others are offered nothing to make one", async (stage) => {
  const { secret } = (await makeBot(stage.server.log.bots!, { name: "deploys" }, 1))!;
  const page = await stage.join();
  await using bot = await ChatClient.connect(stage.server, "whatever");
  await bot.ask({ type: "hello", token: secret }, "welcome");
  await bot.join("lobby");
  await bot.publish("lobby", "deployed 4f2a");
  const row = await untilText(page, "deployed 4f2a");
  assertEquals(await row.locator(".who > .bot").innerText(), "bot");
  assertMatch(await row.locator(".who").innerText(), /^deploys\s*bot\s/);
  await page.locator('#people-list li[data-id="b-deploys"] .role', { hasText: "bot" }).waitFor();
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "by a person");
  assertEquals(await (await untilText(page, "by a person")).locator(".bot").count(), 0);
  await openSettings(page);
  assertEquals(await page.getByRole("button", { name: /^Bots/ }).count(), 0);
});

browserTest("a bot that is made in a private room has a place there, and can be given another one", async (stage) => {
  const page = await stage.join();
  const identities = stage.server.log.identities!;
  await identities.offer("c");
  await identities.claim("c", await idOf(page));
  await page.reload();
  await online(page);
  await page.locator("#new-room").click();
  await page.getByLabel("Title").fill("Team");
  await page.getByLabel("Who finds it").selectOption("private");
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("#room-name", { hasText: "Team" }).waitFor();
  await openSettings(page);
  await page.getByRole("button", { name: "Bots …" }).click();
  await page.getByLabel("Name").fill("ci");
  await page.getByRole("button", { name: "Make a bot" }).click();
  const secret = await page.getByRole("dialog").locator(".address").first().innerText();
  await page.keyboard.press("Escape");
  await page.locator(".noted", { hasText: "a member" }).waitFor();
  await using bot = await ChatClient.connect(stage.server, "whatever");
  await bot.ask({ type: "hello", token: secret }, "welcome");
  await bot.join((await stage.server.log.bots!.list())[0]!.rooms[0]!);
  await page.locator('#people-list li[data-id="b-ci"] button').click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a moderator" }).waitFor();
  assertEquals(await page.getByRole("dialog").locator(".role").innerText(), "bot, member");
});
