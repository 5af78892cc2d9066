/// <reference lib="dom" />
/** The answers to a message, read together. */

import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { findings } from "./findings.ts";
import { browserTest, coreTest, PHONE, send, type Stage, untilFetched, untilText } from "./lib.ts";
import { rowOf } from "./messages.ts";

/** A room in which Ada has asked something, which was answered twice with much in between. */
async function asked(stage: Stage): Promise<(text: string) => Promise<unknown>> {
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await ada.publish("lobby", "Who brings *cake*?");
  const bob = await stage.member("bob", "lobby");
  const answer = (text: string) =>
    bob.ask({ type: "publish", room: "lobby", nonce: crypto.randomUUID(), text, reply: 1 }, "ok");
  await answer("I do");
  await stage.fill("lobby", 150);
  await answer("And tea?");
  return answer;
}

coreTest("the answers to a message are read together, and lead to where they stand", async (stage) => {
  const answer = await asked(stage);
  const page = await stage.join("/r/lobby/1");
  await rowOf(page, "Who brings cake?").getByRole("button", { name: "2 replies" }).click();
  const dialog = page.getByRole("dialog", { name: "Replies to" });
  const texts = () => dialog.locator(".text").allInnerTexts();
  await eventually(async () => (await texts()).length === 3, "the answers");
  assertEquals(await texts(), ["Who brings cake?", "I do", "And tea?"]);
  await answer("Of course");
  await eventually(async () => (await texts()).at(-1) === "Of course", "an answer that comes meanwhile");
  // By the page's own means: where the driver of Firefox ESR looks for the row by its text, the process of the page ends by signal 11.
  await page.evaluate(() => {
    const rows = [...document.querySelectorAll("dialog .row")];
    rows.find((row) => row.textContent!.includes("And tea?"))!.querySelector<HTMLElement>("a.when")!.click();
  });
  await dialog.waitFor({ state: "detached" });
  await page.locator("#log .row.found", { hasText: "And tea?" }).waitFor();
});

browserTest("a key opens the answers, and one goes on with another", async (stage) => {
  await asked(stage);
  const page = await stage.join("/r/lobby/1");
  await page.locator("#log .row.found").focus();
  await page.keyboard.press("t");
  const dialog = page.getByRole("dialog", { name: "Replies to" });
  await dialog.getByText("And tea?").waitFor();
  assertEquals(await findings(page, "dialog[open]"), []);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("t");
  await dialog.getByRole("button", { name: "Reply" }).click();
  await page.locator("#writing", { hasText: "Replying to Ada" }).waitFor();
  await send(page, "Me, too");
  await untilText(page, "Me, too");
});

browserTest("on a phone the answers are in reach of a finger", async (stage) => {
  const answer = await asked(stage);
  await answer("last");
  const page = await stage.join("/r/lobby/1", PHONE);
  await page.getByRole("button", { name: "3 replies" }).tap();
  const dialog = page.getByRole("dialog", { name: "Replies to" });
  await dialog.getByText("And tea?").waitFor();
  const { width, left } = await dialog.evaluate((each) => each.getBoundingClientRect().toJSON());
  assertEquals([left >= 0, left + width <= 390], [true, true]);
  await dialog.getByRole("button", { name: "Close" }).tap();
  await dialog.waitFor({ state: "detached" });
});

browserTest("answers that cannot be had are said to be", async (stage) => {
  await asked(stage);
  const page = await stage.open("/r/lobby/1");
  await untilFetched(page, "views/thread.js");
  await rowOf(page, "Who brings cake?").getByRole("button", { name: "2 replies" }).waitFor();
  await stage.break(page);
  await page.getByRole("button", { name: "2 replies" }).click();
  await page.getByRole("dialog").getByText("They cannot be fetched now").waitFor();
});
