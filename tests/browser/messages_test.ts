/// <reference lib="dom" />
/** Messages that change: what others do to them is shown as it comes, and what one does oneself arrives. @module */

import type { Page } from "../lib/playwright.ts";
import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import {
  browserTest,
  coreTest,
  offline,
  online,
  pressRetry,
  send,
  untilArrived,
  untilFetched,
  untilText,
  untilTexts,
} from "./lib.ts";
import { choose, comeBack, DELETED, edit, nothingWaits, remove, reply, rowOf, untilReaction } from "./messages.ts";

/** Waits until a page has fetched what it can do without a server. */
const untilReady = (page: Page) =>
  untilFetched(page, ...["emoji_picker", "writing", "refusals"].map((part) => `views/${part}.js`));

coreTest("an edit, a reaction, a reply and a deletion of one page are shown in another", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  await send(ada, "helo");
  await untilTexts(bob, ["helo"]);

  await edit(ada, "helo", "hello");
  await untilTexts(bob, ["hello"]);
  for (const page of [ada, bob]) await page.locator(".row .edited").waitFor();
  assertEquals(await ada.inputValue("#field"), "");

  await choose(bob, "hello", "React with 👍");
  await untilReaction(ada, "hello", "👍 1", false);
  await rowOf(ada, "hello").locator(".reactions button").click();
  await untilReaction(bob, "hello", "👍 2", true);
  await rowOf(bob, "hello").locator(".reactions button").click();
  await untilReaction(ada, "hello", "👍 1", true);

  await reply(bob, "hello", "hello yourself");
  await rowOf(ada, "hello yourself").locator(".quote", { hasText: "hello" }).waitFor();
  await rowOf(ada, "hello").locator(".reactions", { hasText: "1 reply" }).waitFor();

  await remove(ada, "hello");
  await untilTexts(bob, [DELETED, "hello yourself"]);
  await bob.locator(".quote", { hasText: "deleted" }).waitFor();
  await rowOf(bob, DELETED).hover();
  await bob.locator(".tools").waitFor({ state: "detached" });
  assertEquals(await bob.locator(".reactions [data-emoji]").count(), 0);
});

coreTest("what one does while the server is killed arrives once it is back", async (stage) => {
  await using folder = await makeFolder();
  const start = async () => {
    const service = await ServiceProcess.start({
      args: ["--port", "0", "--chat-store", `sqlite:${folder.path}/chat.db`],
    });
    stage.line.target = service.port;
    return service;
  };
  const first = await start();
  const [ada, bob] = [await stage.join(), await stage.join()];
  for (const text of ["one", "two", "three"]) await send(ada, text);
  await untilTexts(bob, ["one", "two", "three"]);
  await edit(ada, "one", "one, edited before");
  await untilTexts(bob, ["one, edited before", "two", "three"]);
  await Promise.all([untilReady(ada), untilReady(bob)]);
  first.kill("SIGKILL");
  await first.exited;
  await Promise.all([offline(ada), offline(bob)]);

  await edit(ada, "one, edited before", "one, edited after");
  await remove(ada, "two");
  await choose(bob, "three", "React with 🎉");
  await reply(bob, "three", "four");
  // What is on its way is shown as that.
  await untilTexts(ada, ["one, edited after", "Deleting …", "three"]);
  await rowOf(bob, "three").locator(".reactions .sending", { hasText: "🎉 1" }).waitFor();

  await using _second = await start();
  await comeBack(stage, ada, bob);
  for (const page of [ada, bob]) {
    await untilTexts(page, ["one, edited after", DELETED, "three", "four"]);
    await untilReaction(page, "three", "🎉 1", page === bob);
    await rowOf(page, "four").locator(".quote", { hasText: "three" }).waitFor();
    await nothingWaits(page);
    await page.locator(".state, .sending").waitFor({ state: "detached" });
  }
});

coreTest("changes that wait are there after a reload, and arrive once there is a connection", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  for (const text of ["one", "two", "three"]) await send(ada, text);
  await untilTexts(bob, ["one", "two", "three"]);
  await stage.break(ada);
  await edit(ada, "one", "one and a half");
  await choose(ada, "three", "React with 👍");
  await remove(ada, "two");
  // The page is loaded, and cannot connect; then it can, while what it sends is held back.
  await ada.reload();
  await offline(ada);
  let hold = true;
  stage.line.refusing = false;
  stage.line.up = (line) => hold && /"type":"(edit|delete|react)"/.test(line) ? undefined : line;
  await pressRetry(ada);
  await online(ada);
  await untilTexts(ada, ["one and a half", "Deleting …", "three"]);
  await untilReaction(ada, "three", "👍 1", true);
  await untilTexts(bob, ["one", "two", "three"]);
  hold = false;
  await stage.break(ada);
  await comeBack(stage, ada, bob);
  await untilTexts(bob, ["one and a half", DELETED, "three"]);
  await untilReaction(bob, "three", "👍 1", false);
  await nothingWaits(ada);
});

coreTest("a message that is not acknowledged yet can be edited, reacted to and deleted", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  let hold = true;
  stage.line.up = (line) => hold && line.includes('"publish"') ? undefined : line;
  await send(ada, "helo");
  await send(ada, "not this one");
  await edit(ada, "helo", "hello");
  await choose(ada, "hello", "React with 👍");
  await remove(ada, "not this one");
  await untilTexts(ada, ["hello", "Deleting …"]);
  hold = false;
  await stage.break(ada);
  await comeBack(stage, ada, bob);
  for (const page of [ada, bob]) {
    await untilTexts(page, ["hello", DELETED]);
    await untilReaction(page, "hello", "👍 1", page === ada);
  }
  await nothingWaits(ada);
});

for (const [choice, result] of [["Keep the other text", "from there"], ["Use my text", "from here"]] as const) {
  browserTest(`two edits of one text: both are shown, and "${choice}" leaves "${result}"`, async (stage) => {
    const here = await stage.join();
    await send(here, "text");
    const there = await here.context().newPage();
    await there.goto(here.url());
    await untilTexts(there, ["text"]);
    let hold = true;
    stage.line.up = (line) => hold && line.includes("from here") ? undefined : line;
    const isStored = Promise.withResolvers<void>();
    stage.line.down = (line) => {
      if (line.includes("from there")) isStored.resolve();
      return line;
    };
    await edit(here, "text", "from here");
    await edit(there, "text", "from there");
    await isStored.promise;
    hold = false;
    await stage.break(here);
    await comeBack(stage, here, there);
    const refusal = here.getByRole("alert").filter({
      hasText: "Your edit was not saved: the message was changed in another tab",
    });
    await refusal.filter({ hasText: "from here" }).waitFor();
    await untilTexts(here, ["from there"]);
    await refusal.getByRole("button", { name: choice }).click();
    await untilTexts(here, [result]);
    await untilTexts(there, [result]);
    await nothingWaits(here);
    await here.locator(".state").waitFor({ state: "detached" });
  });
}

browserTest("what the server refuses says why, over a reload, until somebody has read it", async (stage) => {
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "hers");
  const page = await stage.join();
  const refusal = { type: "error", code: "deleted", message: "No" };
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (type === "react") stage.line.inject({ ...refusal, ref });
    return type === "react" ? undefined : line;
  };
  await choose(page, "hers", "React with 👍");
  const said = page.getByRole("alert").filter({ hasText: "👍 was not added: the message was deleted" });
  await said.waitFor();
  assertEquals(await rowOf(page, "hers").locator(".reactions button").count(), 0);
  await page.reload();
  await said.getByRole("button", { name: "Dismiss" }).click();
  await said.waitFor({ state: "detached" });
  await nothingWaits(page);
});

coreTest("a quote leads to its message, wherever that is, and says what became of it", async (stage) => {
  const page = await stage.join();
  await send(page, "the first of all");
  await untilArrived(page, 1);
  await stage.fill("lobby", 300);
  await untilText(page, "message 300");
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "publish", room: "lobby", nonce: "a", text: "an answer", reply: 1 }, "ok");
  const bob = await stage.join();
  const quote = rowOf(bob, "an answer").locator(".quote");
  await quote.filter({ hasText: "the first of all" }).waitFor();
  assertEquals(await rowOf(bob, "the first of all").count(), 0);
  await quote.click();
  await rowOf(bob, "the first of all").waitFor();
  await eventually(
    () => bob.evaluate(() => document.activeElement?.textContent?.includes("the first of all") ?? false),
    "the message to have the focus",
  );
  await bob.locator("#jump").click();
  await rowOf(bob, "an answer").waitFor();
  await rowOf(page, "an answer").locator(".quote").click();
  await remove(page, "the first of all");
  await rowOf(bob, "an answer").locator(".quote", { hasText: "deleted" }).waitFor();
});

browserTest("a deletion is on its way even if the tab is closed at once", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  await send(ada, "one");
  await untilTexts(bob, ["one"]);
  await choose(ada, "one", "Delete");
  await untilTexts(ada, ["Deleting …"]);
  assertEquals(await bob.locator(".gone").count(), 0);
  await ada.reload();
  await untilTexts(bob, [DELETED]);
  await nothingWaits(ada);
});

browserTest("who reacted is told to one who asks", async (stage) => {
  const page = await stage.join();
  await send(page, "one");
  await untilText(page, "one");
  for (const [id, name] of [["ada", "Ada"], ["bob", "Bob"]] as const) {
    const member = await stage.member(id, "lobby");
    await member.ask({ type: "rename", name }, "ok");
    await member.ask({ type: "react", room: "lobby", nonce: "r", target: 1, emoji: "👍", on: true }, "ok");
  }
  await untilReaction(page, "one", "👍 2", false);
  assertEquals(await page.locator(".reactions button").getAttribute("aria-label"), "👍, 2 people");
  await choose(page, "one", "React with 👍");
  await page.getByRole("button", { name: "👍, 3 people, you too" }).waitFor();
  await choose(page, "one", "Who reacted");
  const list = page.locator(".popup p", { hasText: "Ada" });
  await eventually(
    async () => (await list.innerText()).split(/,? and |, /).sort().join() === "Ada,Bob,you",
    "the names to be listed",
  );
});

browserTest("a screen reader is told of one's own changes, and not of everybody's", async (stage) => {
  const page = await stage.join();
  const said = page.locator("#announcer");
  await send(page, "one");
  await untilText(page, "one");
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "react", room: "lobby", nonce: "r", target: 1, emoji: "🎉", on: true }, "ok");
  await untilReaction(page, "one", "🎉 1", false);
  assertEquals(await said.innerText(), "");
  await edit(page, "one", "two");
  await said.filter({ hasText: "Edited" }).waitFor({ state: "attached" });
  await choose(page, "two", "React with 👍");
  await said.filter({ hasText: "Reacted 👍" }).waitFor({ state: "attached" });
  await remove(page, "two");
  await said.filter({ hasText: "Deleted" }).waitFor({ state: "attached" });
});

browserTest("an event of an unknown kind has its place, and what follows it comes as ever", async (stage) => {
  const page = await stage.join();
  await send(page, "one");
  await untilArrived(page, 1);
  let joins = 0;
  stage.line.up = (line) => {
    if (line.includes('"join"')) joins++;
    return line;
  };
  stage.line.inject({
    type: "change",
    room: "lobby",
    seq: 2,
    kind: "poll",
    id: "7",
    name: "Bob",
    ts: Date.now(),
    target: 1,
  });
  stage.line.inject({ type: "message", room: "lobby", seq: 3, id: "7", name: "Bob", text: "and on", ts: Date.now() });
  await untilTexts(page, ["one", "This page is too old to show what is here: reload it", "and on"]);
  assertEquals(joins, 0);
});
