/// <reference lib="dom" />
/** Messages that change: what others do to them is shown as it comes, and each can be done here. @module */

import { axe } from "../lib/axe.ts";
import type { Locator, Page } from "../lib/playwright.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import {
  browserTest,
  coreTest,
  offline,
  online,
  PHONE,
  pressRetry,
  send,
  type Stage,
  untilArrived,
  untilText,
  untilTexts,
} from "./lib.ts";

const DELETED = "This message was deleted";

/** The row of the message with exactly this text. */
function rowOf(page: Page, text: string): Locator {
  const written = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const is = page.locator(".text").filter({ hasText: new RegExp(`^${written}( ?\\(edited\\))?$`) });
  return page.locator("#log .row").filter({ has: is });
}

/** Opens the menu of a message. */
async function menuOf(page: Page, text: string): Promise<Locator> {
  const row = rowOf(page, text);
  await row.hover();
  await row.locator('.tools [data-do="menu"]').click();
  const menu = page.getByRole("menu");
  await menu.waitFor();
  return menu;
}

/** Chooses something in the menu of a message. */
async function choose(page: Page, text: string, what: string): Promise<void> {
  await (await menuOf(page, text)).getByRole("menuitem", { name: what, exact: true }).click();
}

async function edit(page: Page, text: string, instead: string): Promise<void> {
  await choose(page, text, "Edit");
  await page.locator("#writing", { hasText: "Editing your message" }).waitFor();
  await send(page, instead);
}

async function remove(page: Page, text: string): Promise<void> {
  await choose(page, text, "Delete");
  await rowOf(page, "Deleting …").last().waitFor();
}

async function reply(page: Page, text: string, answer: string): Promise<void> {
  await choose(page, text, "Reply");
  await page.locator("#writing", { hasText: "Replying to" }).waitFor();
  await send(page, answer);
}

/** Waits for a reaction at a message, as one's own or not. */
async function untilReaction(page: Page, text: string, said: string, mine: boolean): Promise<void> {
  await rowOf(page, text).locator(`.reactions button[aria-pressed="${mine}"]`, { hasText: said }).waitFor();
}

/** Lets the pages come back. */
async function comeBack(stage: Stage, ...pages: Page[]): Promise<void> {
  stage.line.mend();
  for (const page of pages) {
    await pressRetry(page);
    await online(page);
  }
}

/** Waits until a page has fetched what it can do without a server. */
const untilReady = (page: Page) =>
  page.waitForFunction(() =>
    ["emoji_picker", "writing", "refusals"].every((part) =>
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith(`/views/${part}.js`))
    )
  );

const nothingWaits = (page: Page) =>
  eventually(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith("switchboard.outbox."))),
    "the outbox to be empty",
  );

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
  assertEquals(await bob.locator(".reactions button").count(), 0);
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

browserTest("a message that is not acknowledged yet can be edited, reacted to and deleted", async (stage) => {
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
    await edit(here, "text", "from here");
    await edit(there, "text", "from there");
    await untilTexts(there, ["from there"]);
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

coreTest(
  "an arrow up in the empty field edits the last own message; Escape goes back to the draft",
  async (stage) => {
    const page = await stage.join();
    const ada = await stage.member("ada", "lobby");
    await send(page, "mine");
    await untilText(page, "mine");
    await ada.publish("lobby", "hers");
    await untilTexts(page, ["mine", "hers"]);
    await page.press("#field", "ArrowUp");
    await page.locator("#writing", { hasText: "Editing" }).waitFor();
    assertEquals(await page.inputValue("#field"), "mine");
    await page.fill("#field", "mine, better");
    await page.keyboard.press("Escape");
    await page.locator("#writing").waitFor({ state: "hidden" });
    assertEquals(await page.inputValue("#field"), "");
    await page.fill("#field", "a draft");
    await choose(page, "mine", "Edit");
    await page.locator("#writing", { hasText: "Editing" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator("#writing").waitFor({ state: "hidden" });
    assertEquals(await page.inputValue("#field"), "a draft");
    await page.fill("#field", "");
    await page.press("#field", "ArrowUp");
    await page.locator("#writing", { hasText: "Editing" }).waitFor();
    await send(page, "mine, edited");
    await untilTexts(page, ["mine, edited", "hers"]);
  },
);

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

/** What has the focus: the text of the message that it is in, and whether that is the message itself. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const row = document.activeElement?.closest(".row");
    return [row?.querySelector(".text")?.textContent ?? null, row === document.activeElement];
  });

coreTest("by keys: Tab comes to the newest message, arrows to the others, Escape leads back", async (stage) => {
  const page = await stage.join();
  for (const text of ["one", "two"]) await send(page, text);
  await untilTexts(page, ["one", "two"]);
  await page.focus("#log");
  await page.keyboard.press("Tab");
  assertEquals(await focused(page), ["two", true]);
  await page.keyboard.press("ArrowUp");
  assertEquals(await focused(page), ["one", true]);
  const named = await page.evaluate(() => document.activeElement?.ariaLabel ?? "");
  assertMatch(named, /^Message of .+, \d.+: one$/);
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  assertEquals(await focused(page), ["one", true]);
  // The bar: its buttons say what they do, and with whose message.
  await page.keyboard.press("Tab");
  const names: string[] = [];
  for (let i = 0; i < 5; i++) {
    names.push(await page.evaluate(() => document.activeElement?.ariaLabel ?? ""));
    await page.keyboard.press("ArrowRight");
  }
  assertEquals(names.map((name) => name.split(":")[0]), ["React with 👍", "React", "Reply", "Copy link", "More"]);
  for (const name of names) assertMatch(name, /: message of .+, \d/);
  await page.keyboard.press("End");
  assertMatch(await page.evaluate(() => document.activeElement?.ariaLabel ?? ""), /^More/);
  await page.keyboard.press("Escape");
  assertEquals(await focused(page), ["one", true]);
});

browserTest("keys on a message answer it, react to it, edit, copy and delete it", async (stage) => {
  const page = await stage.join("/", { permissions: ["clipboard-read", "clipboard-write"] });
  await send(page, "one");
  await untilArrived(page, 1);
  const press = async (key: string) => {
    await rowOf(page, "one").focus();
    await page.keyboard.press(key);
  };
  await page.focus("#log");
  await page.keyboard.press("Tab");
  await press("r");
  await page.locator("#writing", { hasText: "Replying" }).waitFor();
  await page.keyboard.press("Escape");
  await press("e");
  await page.locator("#writing", { hasText: "Editing" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#writing").waitFor({ state: "hidden" });
  await press("c");
  await page.locator("#notice", { hasText: "Copied" }).waitFor();
  assertEquals(await page.evaluate(() => navigator.clipboard.readText()), "one");
  await press("+");
  await page.getByLabel("Find or type an emoji").waitFor();
  await page.keyboard.type("tada");
  await page.keyboard.press("Enter");
  await untilReaction(page, "one", "🎉 1", true);
  assertEquals(await focused(page), ["one", true]);
  // The last reaction goes, and with it the button that had the focus.
  await rowOf(page, "one").locator(".reactions button").focus();
  await page.keyboard.press("Enter");
  await page.locator(".reactions").waitFor({ state: "detached" });
  assertEquals(await focused(page), ["one", true]);
  await press("Delete");
  await untilTexts(page, ["Deleting …"]);
  assertEquals(await focused(page), ["Deleting …", true]);
  await page.getByRole("button", { name: "Undo" }).focus();
  await page.keyboard.press("Enter");
  await untilTexts(page, ["one"]);
  assertEquals(await focused(page), ["one", true]);
  await press("Delete");
  await untilTexts(page, [DELETED]);
  assertEquals(await focused(page), [DELETED, true]);
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

browserTest("the menu stays at its message while others write, and goes with it", async (stage) => {
  const page = await stage.join();
  await stage.fill("lobby", 30);
  await untilText(page, "message 30");
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "hers");
  const menu = await menuOf(page, "hers");
  const apart = async () => {
    const [box, bar] = [await menu.boundingBox(), await page.locator(".tools").boundingBox()];
    return Math.round(box!.y - bar!.y);
  };
  const before = await apart();
  for (let i = 0; i < 5; i++) await ada.publish("lobby", `more ${i}`);
  await untilText(page, "more 4");
  await eventually(async () => Math.abs(await apart() - before) < 3 || (await apart()) < 0, "the menu to follow");
  const { seq } = await ada.ask({ type: "publish", room: "lobby", nonce: "z", text: "gone soon" }, "ok");
  await page.keyboard.press("Escape");
  await untilText(page, "gone soon");
  await menuOf(page, "gone soon");
  const by = { id: "ada", name: "ada", ts: Date.now() };
  stage.line.inject({ type: "change", room: "lobby", kind: "delete", seq: seq! + 1, target: seq!, ...by });
  await menu.waitFor({ state: "detached" });
  assertEquals(await page.evaluate(() => document.activeElement === document.body), false);
});

browserTest("on a phone a finger that rests on a message opens its menu, and a tap brings the bar", async (stage) => {
  const page = await stage.join("/", PHONE);
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "hers");
  await untilTexts(page, ["hers"]);
  await rowOf(page, "hers").locator(".text").tap();
  const sizes = await page.locator(".tools button").evaluateAll((all) =>
    all.map((each) => each.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))
  );
  assertEquals(sizes.filter((size) => size < 44), []);
  const text = (await rowOf(page, "hers").locator(".text").boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchEnd") =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchStart" ? [{ x: text.x + 5, y: text.y + 5 }] : [],
    });
  await touch("touchStart");
  const sheet = page.locator(".sheet");
  await sheet.waitFor();
  await touch("touchEnd");
  await sheet.getByText("hers").waitFor();
  const [box, view] = [(await sheet.boundingBox())!, page.viewportSize()!];
  assertEquals(Math.round(box.y + box.height), view.height);
  await sheet.getByRole("menuitem", { name: "Reply" }).tap();
  await page.locator("#writing", { hasText: "Replying" }).waitFor();
});

browserTest("at one's last message it is seen that it is kept, and how; its time is its address", async (stage) => {
  const page = await stage.join("/r/attic");
  let hold = true;
  stage.line.up = (line) => hold && line.includes('"publish"') ? undefined : line;
  await send(page, "one");
  await rowOf(page, "one").locator(".stored", { hasText: "○" }).waitFor();
  hold = false;
  await stage.break(page);
  await comeBack(stage, page);
  const kept = rowOf(page, "one").getByRole("img", { name: /^Kept in the server’s memory only, at .+, number 1$/ });
  await kept.waitFor();
  await send(page, "two");
  await rowOf(page, "two").getByRole("img", { name: /number 2$/ }).waitFor();
  assertEquals(await page.locator(".stored").count(), 1);
  await edit(page, "one", "one, edited");
  await untilTexts(page, ["one, edited", "two"]);
  await rowOf(page, "one, edited").hover();
  await page.getByTitle("Edited once").waitFor();
  const link = rowOf(page, "one, edited").locator("a.when");
  assertEquals(new URL(await link.evaluate((each) => (each as HTMLAnchorElement).href)).pathname, "/r/attic/1");
  await link.click();
  assertEquals(await focused(page), ["one, edited (edited)", true]);
});

coreTest("any emoji can be a reaction, found by name or typed, and nothing else can", async (stage) => {
  const page = await stage.join();
  await send(page, "one");
  await untilText(page, "one");
  const pick = async (typed: string) => {
    await choose(page, "one", "React");
    const field = page.getByLabel("Find or type an emoji");
    await field.fill(typed);
    await field.press("Enter");
    return field;
  };
  for (const wrong of ["hello, world", "👍👍", ""]) {
    const field = await pick(wrong);
    assertEquals(await field.isVisible(), true, wrong);
    await page.keyboard.press("Escape");
  }
  // As some keyboards give it, without the selector that makes it colourful.
  await pick("❤");
  await untilReaction(page, "one", "❤️ 1", true);
  await pick(":rocket:");
  await untilReaction(page, "one", "🚀 1", true);
  await choose(page, "one", "React");
  await page.getByLabel("Find or type an emoji").fill("eyes");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await untilReaction(page, "one", "👀 1", true);
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

browserTest("only what one may do is offered", async (stage) => {
  const ada = await stage.member("ada", "lobby");
  await ada.publish("lobby", "hers");
  let may = ["publish", "react", "edit", "delete"];
  stage.line.down = (line) => {
    const reply = JSON.parse(line);
    return reply.type === "joined" ? JSON.stringify({ ...reply, may }) : line;
  };
  const page = await stage.join();
  await send(page, "mine");
  await untilTexts(page, ["hers", "mine"]);
  const offered = async (text: string) => {
    const labels = await (await menuOf(page, text)).locator("> button").allInnerTexts();
    await page.keyboard.press("Escape");
    return labels.map((label) => label.split("\n")[0]);
  };
  const always = ["Copy text", "Copy link", "Who is this?"];
  assertEquals(await offered("hers"), ["React", "Reply", ...always]);
  assertEquals(await offered("mine"), ["React", "Reply", "Edit", ...always, "Delete"]);
  may = ["publish"];
  stage.line.cut();
  await offline(page);
  await pressRetry(page);
  await online(page);
  await eventually(async () => (await offered("mine")).length === 4, "the menu to have less");
  may = [];
  stage.line.cut();
  await offline(page);
  await pressRetry(page);
  await online(page);
  await eventually(async () => (await offered("mine")).join() === always.join(), "the menu to have the least");
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

for (
  const [where, options] of [["on a desk", {}], ["on a phone in the dark", { ...PHONE, colorScheme: "dark" }]] as const
) {
  browserTest(`axe finds nothing ${where} where messages have changed, nor in the menu`, async (stage) => {
    const page = await stage.join("/", options);
    const ada = await stage.member("ada", "lobby");
    await ada.publish("lobby", "hers");
    for (const text of ["one", "two"]) {
      await page.fill("#field", text);
      await page.locator("#send").click();
    }
    await untilTexts(page, ["hers", "one", "two"]);
    const isTouch = "hasTouch" in options;
    const press = (target: Locator) => isTouch ? target.tap() : target.click();
    const open = async (text: string) => {
      const row = rowOf(page, text);
      await (isTouch ? row.locator(".text").tap() : row.hover());
      await press(row.locator('.tools [data-do="menu"]'));
      await page.getByRole("menu").waitFor();
    };
    const pick = async (text: string, name: string) => {
      await open(text);
      await press(page.getByRole("menuitem", { name, exact: true }));
    };
    await pick("hers", "React with 👍");
    await pick("one", "Delete");
    await pick("two", "Edit");
    await page.locator("#writing", { hasText: "Editing" }).waitFor();
    await page.fill("#field", "two, edited");
    await press(page.locator("#send"));
    await pick("hers", "Reply");
    await page.locator("#writing", { hasText: "Replying" }).waitFor();
    await page.fill("#field", "an answer");
    await press(page.locator("#send"));
    await untilTexts(page, ["hers", DELETED, "two, edited", "an answer"]);
    await open("two, edited");
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      // deno-lint-ignore no-explicit-any -- axe has put itself there
      const { violations } = await (globalThis as any).axe.run();
      return violations.map((each: { id: string; nodes: { html: string }[] }) =>
        `${each.id}: ${each.nodes.map(({ html }) => html).join("; ")}`
      );
    });
    assertEquals(found, []);
  });
}
