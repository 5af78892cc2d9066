/// <reference lib="dom" />
/** The log: it follows the newest message or stays where the reader is, and never moves by itself. @module */

import { FLUSH_BUSY_MS, FOLLOWED_MESSAGES, WINDOW_SLACK_MESSAGES } from "../../static/limits.js";
import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import {
  browserTest,
  coreTest,
  distanceToEnd,
  numbered,
  send,
  texts,
  topOf,
  untilArrived,
  untilText,
  wheel,
} from "./lib.ts";

const rowsOf = (page: Page) => page.locator("#rows .row").count();

const untilAtEnd = (page: Page) => eventually(async () => await distanceToEnd(page) < 2, "the end to be in view");

/** Whether each row belongs to the one before. */
const grouped = (page: Page) =>
  page.locator("#rows .row").evaluateAll((rows) => rows.map((row) => row.classList.contains("more")));

/** Where it is about noon: neither is midnight near, nor is it two midnights to this time tomorrow. */
function atNoon(): { timezoneId: string } {
  const ahead = 12 - new Date().getUTCHours();
  return { timezoneId: `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}` };
}

/** Waits until the log has the text, and looks at how far a row has moved meanwhile. */
async function movedWhile(page: Page, text: string, act: () => Promise<unknown>): Promise<number> {
  const before = await topOf(page, text);
  await act();
  return Math.abs(await topOf(page, text) - before);
}

coreTest("the newest message stays in view as messages come, and as the window changes", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  assert(await distanceToEnd(page) < 2);
  const ada = await stage.member("ada", "lobby");
  for (let i = 1; i <= 20; i++) await ada.publish("lobby", `fresh ${i}\nof two lines`);
  await untilText(page, "fresh 20");
  assertLess(await distanceToEnd(page), 2);
  await page.setViewportSize({ width: 700, height: 500 });
  await untilAtEnd(page);
  await page.fill("#field", "a\nb\nc\nd\ne");
  await untilAtEnd(page);
  assert(await page.locator("#jump").isHidden());
});

browserTest("a bare scroll event does not end following", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  await page.locator("#log").evaluate((log) => log.scrollTop -= 300);
  await eventually(async () => await distanceToEnd(page) > 100, "the scroll");
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "still followed");
  await untilText(page, "still followed");
  await untilAtEnd(page);
});

browserTest("one who scrolled up is not moved, is told how many came, and gets back by a button", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  await wheel(page, -600);
  const ada = await stage.member("ada", "lobby");
  const moved = await movedWhile(page, "message 40", async () => {
    for (let i = 1; i <= 3; i++) await ada.publish("lobby", `fresh ${i}`);
    await page.getByRole("button", { name: /3 · .*: fresh 3$/ }).waitFor();
  });
  assertLess(moved, 1);
  await page.getByRole("button", { name: /3 · .*: fresh 3$/ }).click();
  await untilAtEnd(page);
  assert(await page.locator("#jump").isHidden());
  await ada.publish("lobby", "and on");
  await untilText(page, "and on");
  assertLess(await distanceToEnd(page), 2);
});

browserTest("scrolling to the end by hand follows again", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  await wheel(page, -600);
  await page.locator("#jump").waitFor();
  await wheel(page, 2000);
  await page.locator("#jump").waitFor({ state: "hidden" });
});

browserTest("keys scroll and end following, too", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  await page.focus("#log");
  await page.keyboard.press("PageUp");
  await page.locator("#jump").waitFor();
  await page.keyboard.press("End");
  await page.locator("#jump").waitFor({ state: "hidden" });
  await page.focus("#field");
  await page.keyboard.press("PageUp");
  await page.locator("#jump").waitFor();
});

browserTest("older messages come as one scrolls up, down to the first, and no row moves", async (stage) => {
  await stage.fill("lobby", 230);
  const page = await stage.join();
  await untilArrived(page, 50);
  await wheel(page, -400);
  // Near enough to the top for a page to be fetched, and not at it.
  const first = "message 185";
  await page.locator("#log").evaluate((log) => log.scrollTop = 200);
  const moved = await movedWhile(page, first, () => eventually(async () => await rowsOf(page) > 100, "a page"));
  assertLess(moved, 1);
  await eventually(async () => {
    await page.hover("#log");
    await page.mouse.wheel(0, -3000);
    return await page.getByText("This is the beginning of #lobby").isVisible();
  }, "the beginning");
  const all = await texts(page);
  assertEquals(all, numbered(1, 230));
});

browserTest("a page that comes while the log is at its very top does not move it", async (stage) => {
  await stage.fill("lobby", 230);
  const page = await stage.join();
  let hold = true;
  const held: string[] = [];
  stage.line.up = (line) => hold && line.includes('"history"') ? void held.push(line) : line;
  await page.focus("#log");
  await page.keyboard.press("Home");
  await eventually(() => held.length > 0, "the page to be asked for");
  await eventually(() => page.locator("#log").evaluate((log) => log.scrollTop === 0), "the top");
  // The line sends anew what it held back: the reply goes with the reference of the question.
  hold = false;
  const moved = await movedWhile(page, "message 190", async () => {
    const { before, ref } = JSON.parse(held[0]!);
    const { epoch, events: messages } = await stage.server.log.read("lobby", { before, limit: 100 });
    stage.line.inject({ type: "history", ref, room: "lobby", epoch, messages, more: true });
    await eventually(async () => await rowsOf(page) === 150, "the page");
  });
  assertLess(moved, 1);
});

browserTest("rows stay where they are when the window changes while one reads", async (stage) => {
  await stage.fill("lobby", 60, (n) => `message ${n}: ${"some words ".repeat(20)}`);
  const page = await stage.join();
  await wheel(page, -900);
  const firstInView = () =>
    page.locator("#log").evaluate((log) => {
      const top = log.getBoundingClientRect().top;
      const row = [...log.querySelectorAll("#rows .row > .text")].find((each) =>
        each.getBoundingClientRect().bottom > top + 1
      );
      return { text: row?.textContent, top: Math.round(row?.getBoundingClientRect().top ?? 0) };
    });
  const before = await firstInView();
  await page.setViewportSize({ width: 800, height: 800 });
  await eventually(async () => {
    const after = await firstInView();
    return after.text === before.text && Math.abs(after.top - before.top) < 40;
  }, "the same row in view");
});

browserTest("at most 600 rows are in the document, however many come", async (stage) => {
  const page = await stage.join();
  await stage.fill("lobby", 1500);
  await untilText(page, "message 1500");
  assertLess(await rowsOf(page), 601);
  assertLess(await distanceToEnd(page), 2);
  // While reading above, too; and from there the way back down has every message.
  await wheel(page, -20_000);
  await stage.fill("lobby", 1500, (n) => `later ${n}`);
  await page.locator("#jump", { hasText: "1,500 · " }).waitFor();
  assertLess(await rowsOf(page), 601);
  await page.locator("#jump").click();
  await untilText(page, "later 1500");
  assertLess(await distanceToEnd(page), 2);
  const shown = await texts(page);
  assertEquals(shown, Array.from({ length: shown.length }, (_, i) => `later ${1500 - shown.length + 1 + i}`));
});

coreTest("one who follows has the newest rows only, and finds every message on the way up", async (stage) => {
  const page = await stage.join();
  await stage.fill("lobby", 450);
  await untilText(page, "message 450");
  assertLess(await rowsOf(page), FOLLOWED_MESSAGES + WINDOW_SLACK_MESSAGES + 1);
  assertLess(await distanceToEnd(page), 2);
  const seen = new Set<string>();
  await eventually(async () => {
    await page.hover("#log");
    await page.mouse.wheel(0, -2000);
    const now = await texts(page);
    now.forEach((text) => seen.add(text));
    const first = Number(now[0]?.slice("message ".length));
    assertEquals(now, numbered(first, first + now.length - 1), "no message is skipped on the way");
    return seen.has("message 1");
  }, "the first message");
  assertEquals(seen.size, 450);
});

browserTest("scrolling down from far above brings every message on the way", async (stage) => {
  await stage.fill("lobby", 900);
  const page = await stage.join();
  const seen = new Set<string>();
  const look = async () => (await texts(page)).forEach((text) => seen.add(text));
  await eventually(async () => {
    await page.hover("#log");
    await page.mouse.wheel(0, -20_000);
    await look();
    return seen.has("message 1");
  }, "the first message");
  assertLess(await rowsOf(page), 601);
  assert(!(await texts(page)).includes("message 900"));
  await eventually(async () => {
    await page.mouse.wheel(0, 20_000);
    const now = await texts(page);
    now.forEach((text) => seen.add(text));
    const first = Number(now[0]?.slice("message ".length));
    assertEquals(now, now.map((_, i) => `message ${first + i}`), "no message is skipped on the way");
    return now.includes("message 900");
  }, "the last message");
  assertEquals(seen.size, 900);
});

browserTest("messages of one author in a row are one group, a day has its line", async (stage) => {
  const ada = await stage.member("ada", "lobby");
  const bob = await stage.member("bob", "lobby");
  await ada.publish("lobby", "a1");
  await ada.publish("lobby", "a2");
  await bob.publish("lobby", "b1");
  await ada.publish("lobby", "a3");
  const page = await stage.join("/", atNoon());
  assertEquals(await grouped(page), [false, true, false, false]);
  assertEquals(await page.locator(".day").allInnerTexts(), ["Today"]);
});

browserTest("a group of one author ends five minutes after its first message", async (stage) => {
  const ada = await stage.member("ada", "lobby");
  const minutes = [0, 3, 4.9, 5.1, 9, 11];
  for (const after of minutes) await ada.publish("lobby", `after ${after}`);
  stage.line.down = (line) => {
    const { type, messages, ...rest } = JSON.parse(line);
    if (type !== "joined") return line;
    // Yesterday's noon: a midnight between them would end a group as well.
    const noon = new Date(Date.now() - 24 * 60 * 60_000).setHours(12, 0, 0, 0);
    messages.forEach((message: { ts: number }, index: number) => message.ts = noon + minutes[index]! * 60_000);
    return JSON.stringify({ type, messages, ...rest });
  };
  const page = await stage.join();
  await untilText(page, "after 11");
  assertEquals(await grouped(page), [false, true, true, false, true, false]);
});

browserTest("at midnight today becomes yesterday", async (stage) => {
  await stage.fill("lobby", 1);
  const page = await stage.open("/", atNoon());
  await page.clock.install();
  await page.reload();
  await page.locator(".day", { hasText: "Today" }).waitFor();
  await page.clock.fastForward(25 * 60 * 60_000);
  await page.locator(".day", { hasText: "Yesterday" }).waitFor();
});

browserTest("after a night's sleep today becomes yesterday, although no timer has run", async (stage) => {
  await stage.fill("lobby", 1);
  const page = await stage.join("/", atNoon());
  await page.locator(".day", { hasText: "Today" }).waitFor();
  await page.evaluate(() => {
    const { now } = Date;
    const day = 24 * 60 * 60_000;
    Date.now = () => now() + day;
  });
  await page.locator(".day", { hasText: "Yesterday" }).waitFor();
});

browserTest("what somebody has marked stays so while messages come and change", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "mark these words");
  const row = await untilText(page, "mark these words");
  await row.locator(":scope > .text").evaluate((text) => getSelection()!.selectAllChildren(text));
  for (let n = 1; n <= 20; n++) await ada.publish("lobby", `more ${n}`);
  await untilText(page, "more 20");
  assertEquals(await page.evaluate(() => getSelection()!.toString()), "mark these words");
});

browserTest("one's own messages stand out from those of others", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "hers");
  await send(page, "mine");
  const groundOf = async (text: string) =>
    await (await untilText(page, text)).locator(":scope > .text").evaluate((each) =>
      getComputedStyle(each).backgroundColor
    );
  assert(await groundOf("mine") !== await groundOf("hers"));
});

browserTest("one's own message brings the log back to its end", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  await wheel(page, -600);
  await page.locator("#jump").waitFor();
  await send(page, "here I am");
  await untilAtEnd(page);
});

browserTest("what comes faster than anybody reads is shown eight times a second", async (stage) => {
  const page = await stage.join();
  await page.evaluate(() => {
    const shownMs: number[] = [];
    Object.assign(globalThis, { shownMs });
    const watcher = new MutationObserver(() => shownMs.push(performance.now()));
    watcher.observe(document.querySelector("#rows")!, { childList: true });
  });
  for (let n = 1; n <= 100; n++) {
    await stage.fill("lobby", 20, (i) => `${n}: ${i}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await untilText(page, "100: 20");
  const shownMs: number[] = await page.evaluate(() => Reflect.get(globalThis, "shownMs"));
  const tookMs = shownMs.at(-1)! - shownMs[0]!;
  // The first ones are few, and may come sooner; a busy machine shows them later, and never more often.
  assertLess((shownMs.length - 10) * FLUSH_BUSY_MS, tookMs);
});
