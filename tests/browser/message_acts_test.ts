/// <reference lib="dom" />
/** What can be done at a message, by pointer, finger, keys and screen reader. @module */

import type { Locator, Page } from "../lib/playwright.ts";
import { assertEquals, assertGreater, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { findings } from "./findings.ts";
import { browserTest, coreTest, PHONE, pressRetry, send, untilArrived, untilText, untilTexts } from "./lib.ts";
import { choose, comeBack, DELETED, edit, menuOf, rowOf, untilReaction } from "./messages.ts";

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

/** What has the focus: the text of the message that it is in, and whether that is the message itself. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const row = document.activeElement?.closest(".row");
    return [row?.querySelector(".text")?.textContent ?? null, row === document.activeElement];
  });

coreTest("a message that nobody points at has a button for its menu, where anything can be done", async (stage) => {
  const page = await stage.join();
  for (const text of ["one", "two"]) await send(page, text);
  await untilTexts(page, ["one", "two"]);
  await page.mouse.move(0, 0);
  await page.focus("#field");
  const more = (text: string) => rowOf(page, text).getByRole("button", { name: "More", exact: true });
  for (const text of ["one", "two"]) assertEquals(await more(text).count(), 1);
  // It takes no place, and none in the order of Tab.
  await page.keyboard.press("Shift+Tab");
  assertEquals(await focused(page), ["two", true]);
  await page.focus("#field");
  // As a screen reader presses it.
  await more("one").evaluate((button) => (button as HTMLElement).click());
  await page.getByRole("menu").getByRole("menuitem", { name: "Delete" }).click();
  await page.locator("#log .row.gone").waitFor();
  assertEquals(await page.getByRole("log").getByRole("button", { name: "More", exact: true }).count(), 1);
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

coreTest("keys on a message answer it, react to it, edit, copy and delete it", async (stage) => {
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
  assertEquals(await offered("hers"), ["React", "Reply", ...always, "Report …"]);
  assertEquals(await offered("mine"), ["React", "Reply", "Edit", ...always, "Delete"]);
  const rejoin = async (allowed: string[], news: string) => {
    await stage.break(page);
    may = allowed;
    stage.line.refusing = false;
    await pressRetry(page);
    await ada.publish("lobby", news);
    await untilText(page, news);
  };
  await rejoin(["publish"], "one may write only");
  assertEquals((await offered("mine")).length, 4);
  await rejoin([], "one may read only");
  assertEquals(await offered("mine"), always);
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
    assertEquals(await findings(page), []);
  });
}

for (const [where, options] of [["with a mouse", {}], ["with a finger", PHONE]] as const) {
  browserTest(`the bar of a long message is in view, also once its message has grown: ${where}`, async (stage) => {
    const page = await stage.join("/", options);
    const ada = await stage.member("ada", "lobby");
    await ada.publish("lobby", "a line\n".repeat(60));
    const text = (await untilText(page, "a line")).locator(".text");
    const spot = { position: { x: 40, y: await text.evaluate((each: Element) => each.clientHeight - 200) } };
    await (options === PHONE ? text.tap(spot) : text.hover(spot));
    const overTop = () =>
      page.evaluate(() => {
        const [bar, log] = [".tools", "#log"].map((each) => document.querySelector(each)!.getBoundingClientRect());
        return Math.max(0, log!.top - bar!.top);
      });
    await page.locator(".tools").waitFor();
    assertEquals(await overTop(), 0);
    const like = page.locator('.tools [data-do="like"]');
    await (options === PHONE ? like.tap() : like.click());
    await page.locator(".reactions", { hasText: "👍 1" }).waitFor();
    assertEquals(await overTop(), 0);
    if (options !== PHONE) return;
    // Where no mouse leads it elsewhere it goes out of view with its message.
    await stage.fill("lobby", 40);
    await untilText(page, "message 40");
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assertGreater(await overTop(), 50);
  });
}
