/// <reference lib="dom" />
/** People are called by name, and emoji found, while one writes. */

import type { Page } from "../lib/playwright.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { MENTIONS } from "../../static/limits.js";
import { choose } from "../../static/views/mentions.js";
import { findings } from "./findings.ts";
import { browserTest, coreTest, goTo, PHONE, send, type Stage, untilText } from "./lib.ts";

/** A page in a room with these, and what it sends: each command, as it goes. */
async function among(stage: Stage, ...names: string[]): Promise<{ page: Page; sent: Record<string, unknown>[] }> {
  for (const name of names) await (await stage.member(`the ${name}`, "attic")).ask({ type: "rename", name }, "ok");
  const page = await stage.join("/r/attic");
  await page.locator("#people-list li").nth(names.length).waitFor({ state: "attached" });
  await page.locator("#completions").waitFor({ state: "attached" });
  const sent: Record<string, unknown>[] = [];
  stage.line.up = (line) => {
    sent.push(JSON.parse(line));
    return line;
  };
  return { page, sent };
}

/** Waits until these are offered, by the last line of each: before it there may be a disc. */
async function untilOffered(page: Page, wanted: string[]): Promise<void> {
  const offered = async () =>
    (await page.locator("#completions li").allInnerTexts()).map((each) => each.split("\n").at(-1));
  await eventually(async () => (await offered()).join() === wanted.join(), `the offer of ${wanted}`);
}

/** Waits until these names stand out in messages that the server has. */
async function untilCalled(page: Page, names: string[]): Promise<void> {
  const called = () => page.locator("#rows .at").allInnerTexts();
  await eventually(async () => (await called()).join() === names.join(), `${names} to stand out`);
}

/** Waits until these messages and edits have gone out: a text, and whom it calls. */
async function untilPublished(sent: Record<string, unknown>[], wanted: [text: string, mentions?: string[]][]) {
  const published = () =>
    sent.filter(({ type }) => type === "publish" || type === "edit").map(({ text, mentions }) => [text, mentions]);
  await eventually(() => published().length === wanted.length, `${wanted.length} to be sent`);
  assertEquals(published(), wanted);
}

coreTest("a name is completed by keys, and goes as an id", async (stage) => {
  const { page, sent } = await among(stage, "Ada Lovelace", "Adam", "Grace Hopper");
  await page.locator("#field").pressSequentially("hello @ad");
  await untilOffered(page, ["Ada Lovelace", "Adam"]);
  const active = () => page.locator("#field").evaluate((field) => field.getAttribute("aria-activedescendant"));
  assertEquals(await active(), await page.locator("#completions [aria-selected=true]").getAttribute("id"));
  await page.keyboard.press("ArrowUp");
  assertMatch(await page.locator("#completions [aria-selected=true]").innerText(), /Adam/);
  assertEquals(await active(), "completion-1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assertEquals(await page.inputValue("#field"), "hello @Ada Lovelace ");
  assertEquals([await page.locator("#completions").isVisible(), await active()], [false, null]);
  await page.keyboard.type("and @hop");
  await untilOffered(page, ["Grace Hopper"]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await untilText(page, "hello @Ada Lovelace and @Grace Hopper");
  await untilPublished(sent, [["hello @Ada Lovelace and @Grace Hopper", ["the Ada Lovelace", "the Grace Hopper"]]]);
  await untilCalled(page, ["@Ada Lovelace", "@Grace Hopper"]);
});

browserTest("the list goes at Escape, and does not come back for the same name", async (stage) => {
  const { page, sent } = await among(stage, "Ada");
  await page.locator("#field").pressSequentially("@a");
  await untilOffered(page, ["Ada"]);
  await page.keyboard.press("Escape");
  await page.keyboard.type("d");
  assertEquals(await page.locator("#completions").isVisible(), false);
  await page.keyboard.press("Enter");
  await untilText(page, "@ad");
  await untilPublished(sent, [["@ad", undefined]]);
  assertEquals(await page.evaluate(() => document.activeElement?.id), "field");
  await page.keyboard.type("@");
  await untilOffered(page, ["Ada"]);
});

browserTest("a name is taken by a click, and by a finger", async (stage) => {
  const { page } = await among(stage, "Ada", "Bob");
  await page.locator("#field").pressSequentially("@");
  await page.locator("#completions li", { hasText: "Bob" }).click();
  assertEquals(await page.inputValue("#field"), "@Bob ");
  assertEquals(await page.evaluate(() => document.activeElement?.id), "field");
  const phone = await stage.join("/r/attic", PHONE);
  await phone.locator("#completions").waitFor({ state: "attached" });
  await phone.locator("#field").tap();
  await phone.locator("#field").pressSequentially("hi @a");
  const option = phone.locator("#completions li", { hasText: "Ada" });
  await eventually(
    () => option.evaluate((each) => (each as HTMLElement).offsetHeight >= 44),
    "a choice that a finger can hit",
  );
  await option.tap();
  assertEquals(await phone.inputValue("#field"), "hi @Ada ");
  assertEquals(await phone.evaluate(() => document.activeElement?.id), "field");
});

browserTest("a name that is typed without the list calls, in any case, but not in code", async (stage) => {
  const { page, sent } = await among(stage, "Ada", "Bob");
  await page.fill("#field", "@ada, look: `@Bob`");
  await page.press("#field", "Enter");
  await untilText(page, "@ada, look");
  await untilPublished(sent, [["@ada, look: `@Bob`", ["the Ada"]]]);
  await untilCalled(page, ["@ada"]);
});

browserTest("of two with one name the chosen one is called, and both if none was", async (stage) => {
  const { page, sent } = await among(stage, "Ada");
  await (await stage.member("another", "attic")).ask({ type: "rename", name: "Ada" }, "ok");
  await page.locator("#people-list li").nth(2).waitFor({ state: "attached" });
  await page.locator("#people-list .print:not(:empty)").first().waitFor({ state: "attached" });
  await page.locator("#field").pressSequentially("@ad");
  await page.locator("#completions li", { hasText: "#another" }).click();
  await page.keyboard.press("Enter");
  await untilText(page, "@Ada");
  await page.fill("#field", "@Ada both");
  await page.press("#field", "Enter");
  await untilText(page, "both");
  await untilPublished(sent, [["@Ada", ["another"]], ["@Ada both", ["the Ada", "another"]]]);
});

Deno.test("of more people than a message calls, those who were chosen first give way", () => {
  const chosen = new Set<string>();
  for (let n = 0; n <= MENTIONS; n++) choose({ chosen }, String(n));
  choose({ chosen }, "1");
  assertEquals([chosen.size, chosen.has("0"), [...chosen].at(-1)], [MENTIONS, false, "1"]);
});

browserTest("whoever is called sees it at the message, and an edit calls and calls off", async (stage) => {
  const { page: ada, sent } = await among(stage, "Bob");
  const reader = await stage.join("/r/attic");
  const name = await reader.locator("#me-name").innerText();
  const field = ada.locator("#field");
  await field.pressSequentially(`look, @${name.slice(0, 6)}`);
  await ada.locator("#completions li", { hasText: name }).waitFor();
  await ada.keyboard.press("Tab");
  await ada.keyboard.press("Enter");
  const row = reader.locator("#rows .row.called");
  await row.waitFor();
  assertEquals(await row.locator(".at.me").innerText(), `@${name}`);
  assertEquals(await ada.locator("#rows .row.called").count(), 0);
  await ada.locator("#rows .at").waitFor();
  const edit = async (text: string) => {
    await field.press("ArrowUp");
    await eventually(async () => await field.inputValue() !== "", "the text to edit");
    await ada.fill("#field", text);
    await field.press("Enter");
  };
  await edit("look, @Bob");
  await reader.locator("#rows .row:not(.called) .at", { hasText: "@Bob" }).waitFor();
  await edit(`look, @Bob and @${name}`);
  await reader.locator("#rows .row.called .at.me").waitFor();
  const id = String(await reader.locator("#people-list li", { hasText: name }).getAttribute("data-id"));
  await untilPublished(sent, [
    [`look, @${name}`, [id]],
    ["look, @Bob", ["the Bob"]],
    [`look, @Bob and @${name}`, ["the Bob", id]],
  ]);
});

browserTest("an emoji is completed by its name, and one whose whole name is typed stands at once", async (stage) => {
  const { page } = await among(stage);
  const field = page.locator("#field");
  await field.pressSequentially("good :tad");
  await untilOffered(page, [":tada:"]);
  await page.keyboard.press("Enter");
  assertEquals(await page.inputValue("#field"), "good 🎉");
  await page.keyboard.type(" :rocket:");
  assertEquals(await page.inputValue("#field"), "good 🎉 🚀");
  await page.keyboard.press("Control+z");
  assertEquals(await page.inputValue("#field"), "good 🎉 :rocket:");
  for (const typed of [":) :D", "at 10:30:45", "`:tada:`", "https://x.example/:tada:", "::tada:"]) {
    await page.fill("#field", "");
    await field.pressSequentially(typed);
    assertEquals([await page.inputValue("#field"), await page.locator("#completions").isVisible()], [typed, false]);
  }
});

browserTest("a list does not stand in the way: not while an address is typed, nor in another room", async (stage) => {
  const { page } = await among(stage, "Ada", "example");
  const field = page.locator("#field");
  await field.pressSequentially("me@exam");
  assertEquals(await page.locator("#completions").isVisible(), false);
  await page.fill("#field", "");
  await field.pressSequentially("@a");
  await page.locator("#completions").waitFor();
  await send(page, "@ no name");
  await untilText(page, "@ no name");
  await field.pressSequentially("@a");
  await page.locator("#completions").waitFor();
  await page.locator("#log").click();
  assertEquals(await page.locator("#completions").isVisible(), false);
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds nothing while a list is open, nor at what calls the reader, in the ${colorScheme}`,
    async (stage) => {
      const page = await stage.join("/r/attic", { colorScheme });
      const ada = await stage.member("ada", "attic");
      await ada.ask({ type: "rename", name: "Ada" }, "ok");
      const id = await page.locator("#people-list li:has(.you)").getAttribute("data-id");
      const text = `@${await page.locator("#me-name").innerText()}, hello`;
      await ada.ask({ type: "publish", room: "attic", nonce: "1", text, mentions: [id!] }, "ok");
      await page.locator("#rows .row.called .at.me").waitFor();
      await page.locator("#completions").waitFor({ state: "attached" });
      for (const typed of ["@", ":smi"]) {
        await page.fill("#field", "");
        await page.locator("#field").pressSequentially(typed);
        await page.locator("#completions").waitFor();
        assertEquals(await findings(page, "#main"), []);
      }
    },
  );
}

browserTest("the name of a room that one follows leads there, and that of another stays text", async (stage) => {
  const { page } = await among(stage);
  await goTo(page, "cellar");
  await send(page, "see #attic, not #1 or #elsewhere");
  await untilText(page, "see #attic");
  const links = page.locator("#rows a[data-room]");
  await links.waitFor();
  assertEquals(await links.allInnerTexts(), ["#attic"]);
  await links.click();
  await page.locator("#room-name", { hasText: "attic" }).waitFor();
});
