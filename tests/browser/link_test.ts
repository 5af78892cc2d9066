/// <reference lib="dom" />
/** The line: it comes back by itself, resumes without loss, and shows what is missing. @module */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";
import {
  browserTest,
  coreTest,
  numbered,
  offline,
  online,
  pressRetry,
  send,
  type Stage,
  stopClock,
  texts,
  untilText,
  untilTexts,
} from "./lib.ts";

/** A page that shows so many messages. */
async function joinFilled(stage: Stage, count: number): Promise<Page> {
  await stage.fill("lobby", count);
  const page = await stage.join();
  await untilText(page, `message ${count}`);
  return page;
}

/** Mends the line and goes back at once, by the button that a reader has. */
async function retry(stage: Stage, page: Page): Promise<void> {
  stage.line.mend();
  await pressRetry(page);
  await online(page);
}

/** The longest wait that there is: half of the bound on average is no basis for a test. */
const longestWait = () => void (Math.random = () => 0.999);

coreTest("after a break everything that came meanwhile is there, once and in order", async (stage) => {
  const page = await joinFilled(stage, 5);
  await stage.break(page);
  await stage.fill("lobby", 320, (n) => `message ${5 + n}`);
  await retry(stage, page);
  await untilTexts(page, numbered(1, 325));
  assertEquals(await page.locator(".gap").count(), 0);
});

coreTest(
  "after a break that was too long, what is missing is fetched as one reads on, and marked until then",
  async (stage) => {
    const page = await joinFilled(stage, 5);
    await stage.break(page);
    await stage.fill("lobby", 1180, (n) => `message ${5 + n}`);
    await retry(stage, page);
    const gap = page.locator(".gap");
    await gap.filter({ hasText: "1,030 messages not shown" }).waitFor();
    await untilTexts(page, [...numbered(1, 105), ...numbered(1136, 1185)]);
    await page.click("#status");
    await page.getByText("#lobby: 1,030 messages are missing between those that are loaded here.").waitFor();
    await page.keyboard.press("Escape");
    // From below as well, at once, for somebody who has gone to the newest message.
    await gap.getByRole("button", { name: "Load" }).evaluate((button) => (button as HTMLElement).click());
    await gap.filter({ hasText: "930 messages not shown" }).waitFor();
    await untilTexts(page, [...numbered(1, 105), ...numbered(1036, 1185)]);
  },
);

browserTest("a small gap in view closes by itself", async (stage) => {
  const page = await joinFilled(stage, 60);
  await stage.break(page);
  await stage.fill("lobby", 87, (n) => `message ${60 + n}`);
  stage.line.down = (line) => {
    // What a server says that replays less.
    const reply = JSON.parse(line);
    if (reply.type !== "joined") return line;
    return JSON.stringify({ ...reply, recovered: false, missed: 37, messages: reply.messages.slice(37) });
  };
  await pressRetry(page);
  stage.line.refusing = false;
  await untilTexts(page, numbered(11, 147));
  assertEquals(await page.locator(".gap").count(), 0);
});

coreTest("a line that is silently dead is noticed by its missing pong, and replaced", async (stage) => {
  const page = await stage.joinClocked();
  stage.line.stall();
  await page.clock.fastForward(21_000);
  await page.clock.fastForward(11_000);
  await offline(page);
  stage.line.mend();
  await page.clock.fastForward(30_000);
  await online(page);
});

coreTest("the banner comes after some seconds, counts down, and lets one retry now", async (stage) => {
  const page = await stage.joinClocked({}, longestWait);
  await stopClock(page);
  await stage.break(page);
  assert(await page.locator("#banner").isHidden());
  await page.clock.fastForward(3100);
  await page.clock.resume();
  await page.locator("#banner").waitFor();
  assert((await page.locator("#banner-text").innerText()).startsWith("The chat cannot be reached."));
  for (let i = 0; i < 8; i++) await page.clock.fastForward(31_000);
  await page.locator("#banner-countdown", { hasText: /Next try in \d\d s/ }).waitFor();
  // It can be pressed; once the line is mended, the page may come back by itself before that.
  await page.getByRole("button", { name: "Retry now" }).click({ trial: true });
  await retry(stage, page);
  assert(await page.locator("#banner").isHidden());
});

browserTest("the page comes back soon after the server does, however far off its next try is", async (stage) => {
  const page = await stage.joinClocked({}, longestWait);
  // No time passes by itself: its next try does not come.
  await stopClock(page);
  await stage.break(page);
  for (let i = 0; i < 8; i++) {
    const { attempts } = stage.line;
    await page.clock.fastForward(31_000);
    await eventually(() => stage.line.attempts > attempts, "another try");
    await page.locator('#status[data-phase="waiting"]').waitFor();
  }
  await page.clock.runFor(1000);
  await page.locator("#banner-countdown", { hasText: "Next try in 29 s" }).waitFor();
  const { attempts } = stage.line;
  await page.clock.runFor(8500);
  assertEquals(stage.line.attempts, attempts, "it asks for the server, and does not try to connect");
  stage.line.mend();
  let passedMs = 0;
  await eventually(async () => {
    await page.clock.runFor(100);
    passedMs += 100;
    return stage.line.attempts > attempts;
  }, "it to connect");
  assertLess(passedMs, 19_000, "it does not wait for its next try");
  await page.clock.resume();
  await online(page);
});

browserTest("a server that answers nothing any more is left after 14 seconds, if it owes an answer", async (stage) => {
  const page = await stage.joinClocked();
  stage.line.stall();
  await send(page, "is anybody there?");
  for (let i = 0; i < 14; i++) await page.clock.fastForward(1000);
  await offline(page);
});

coreTest("what the browser says of being offline is shown at once, and an answer counts more", async (stage) => {
  const page = await stage.join();
  await page.locator("#welcome").waitFor();
  const phaseAt = (type: string) =>
    page.evaluate((type) => {
      dispatchEvent(new Event(type));
      return document.getElementById("status")!.dataset.phase;
    }, type);
  assertEquals(await phaseAt("offline"), "waiting");
  await online(page);
  stage.line.stall();
  assertEquals(await phaseAt("offline"), "waiting");
  await page.locator("#status-text").getByText("Offline", { exact: true }).waitFor();
  const before = stage.line.attempts;
  stage.line.mend();
  assertEquals(await phaseAt("online"), "connecting");
  await online(page);
  assertEquals(stage.line.attempts, before + 1);
});

coreTest("coming back online or into view reconnects at once", async (stage) => {
  const page = await stage.joinClocked({}, longestWait);
  await stage.break(page);
  for (let i = 0; i < 5; i++) await page.clock.fastForward(31_000);
  stage.line.mend();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await online(page);
});

coreTest("a store that has lost its messages is shown as a new beginning", async (stage) => {
  const page = await joinFilled(stage, 3);
  await stage.server.stop();
  await offline(page);
  await using next = startServer();
  stage.line.target = next.port;
  await next.log.append("lobby", { id: "ada", name: "Ada", text: "anew" });
  await pressRetry(page);
  await untilTexts(page, [...numbered(1, 3), "anew"]);
  await page.locator(".gap", { hasText: "history restarts here" }).waitFor();
});

coreTest("a reset within a connection is shown, and what is kept is fetched", async (stage) => {
  const page = await joinFilled(stage, 3);
  await stage.fill("elsewhere", 1);
  stage.line.down = (line) => {
    const reply = JSON.parse(line);
    if (reply.type !== "history") return line;
    const messages = [{ seq: 1, id: "ada", name: "Ada", text: "kept", ts: Date.now() }];
    return JSON.stringify({ ...reply, epoch: "other", messages, more: false });
  };
  stage.line.inject({ type: "reset", room: "lobby", epoch: "other", first: 1, head: 1 });
  await untilTexts(page, [...numbered(1, 3), "kept"]);
  await page.locator(".gap", { hasText: "history restarts here" }).waitFor();
  stage.line.inject({ type: "message", room: "lobby", seq: 2, id: "ada", name: "Ada", text: "next", ts: Date.now() });
  await untilTexts(page, [...numbered(1, 3), "kept", "next"]);
});

browserTest("a gap with nothing after it is marked, too", async (stage) => {
  const page = await joinFilled(stage, 3);
  stage.line.up = (line) => line.includes('"history"') ? undefined : line;
  stage.line.inject({ type: "reset", room: "lobby", epoch: "other", first: 10, head: 9 });
  await page.locator(".foot .gap", { hasText: "history restarts here" }).waitFor();
});

browserTest("asked to reconnect, the page does so by itself, and is told nothing twice", async (stage) => {
  await stage.fill("lobby", 3);
  const page = await stage.join();
  const { attempts } = stage.line;
  stage.line.inject({ type: "reconnect", afterMs: 300 });
  await eventually(() => stage.line.attempts > attempts, "another attempt");
  await online(page);
  await stage.fill("lobby", 1, () => "message 4");
  await untilTexts(page, numbered(1, 4));
});

browserTest("closed for bad behaviour, the page stays away for half a minute", async (stage) => {
  const page = await stage.joinClocked();
  await stopClock(page);
  const { attempts } = stage.line;
  stage.line.cut(1008);
  await page.locator('#status[data-phase="waiting"]').waitFor();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.clock.fastForward(29_000);
  await page.locator('#status[data-phase="waiting"]').waitFor();
  assertEquals(stage.line.attempts, attempts);
  await page.clock.fastForward(2000);
  await page.clock.resume();
  await online(page);
});

browserTest("an entry of an unknown kind has its place in the log, and those beside it are shown", async (stage) => {
  await stage.fill("lobby", 3);
  stage.line.down = (line) => {
    const reply = JSON.parse(line);
    if (reply.type === "joined") {
      for (const seq of [1, 3]) reply.messages[seq - 1] = { seq, ts: Date.now(), kind: "poll" };
    }
    return JSON.stringify(reply);
  };
  const page = await stage.join();
  const instead = "This page is too old to show what is here: reload it";
  await untilTexts(page, [instead, "message 2", instead]);
  await stage.break(page);
  await send(page, "on its way");
  await untilTexts(page, [instead, "message 2", instead, "on its way"]);
  assertEquals(await page.locator(".gap").count(), 0);
});

browserTest("lines of an unknown type and lines that are no JSON are passed over", async (stage) => {
  const page = await stage.join();
  stage.line.inject({ type: "tomorrow", room: "lobby" });
  stage.line.inject("nothing");
  stage.line.inject({ type: "message", room: "lobby" });
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "still there");
  await untilText(page, "still there");
  assertEquals(await texts(page), ["still there"]);
});
