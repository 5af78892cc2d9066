/// <reference lib="dom" />
/** Writing: the field, its keys, its drafts. @module */

import { assert, assertEquals, assertGreater, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, coreTest, goTo, online, PHONE, send, stopClock, texts, untilText, untilTexts } from "./lib.ts";
import { menuAt } from "./messages.ts";

browserTest("Enter sends, Shift+Enter breaks the line", async (stage) => {
  const page = await stage.join();
  await page.focus("#field");
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  assertEquals(await page.inputValue("#field"), "one\ntwo");
  await page.keyboard.press("Enter");
  await untilTexts(page, ["one\ntwo"]);
  assertEquals(await page.inputValue("#field"), "");
});

coreTest("at 400 % zoom nothing covers another, and the log keeps a line, however much one writes", async (stage) => {
  await stage.fill("lobby", 20);
  const page = await stage.join("/", { viewport: { width: 320, height: 256 } });
  await untilText(page, "message 20");
  await page.locator("#welcome").waitFor();
  const look = async () => {
    const boxes = await page.locator("header, .stage, #welcome, #composer").evaluateAll((all: Element[]) =>
      all.map((each) => each.getBoundingClientRect()).filter(({ height }) => height > 0).map((
        { top, bottom },
      ) => [top, bottom])
    ) as [number, number][];
    const log = (await page.locator("#log").boundingBox())!;
    const [[top] = []] = boxes;
    assertEquals(top, 0);
    boxes.slice(1).forEach(([top], i) => assert(top >= boxes[i]![1] - 0.5, JSON.stringify(boxes)));
    assertLess(boxes.at(-1)![1], 256.5, JSON.stringify(boxes));
    assert(log.height >= 24 && log.y + log.height <= boxes[2]![0] + 0.5, JSON.stringify([log, boxes]));
    return boxes.length;
  };
  assertEquals(await look(), 4);
  await page.focus("#field");
  for (let line = 1; line <= 5; line++) {
    await page.keyboard.type(`line ${line}`);
    await page.keyboard.press("Shift+Enter");
  }
  assertEquals(await look(), 3);
});

browserTest(
  "what is pasted keeps the indentation of its first line, and loses only what is empty around it",
  async (stage) => {
    const page = await stage.join();
    await page.fill("#field", "\n  \n    if (ready) {\n      go();\n    }\n\n");
    await page.press("#field", "Enter");
    await untilTexts(page, ["    if (ready) {\n      go();\n    }"]);
  },
);

browserTest("on a phone Enter breaks the line and the button sends", async (stage) => {
  const page = await stage.join("/", PHONE);
  await page.tap("#field");
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  assertEquals(await page.inputValue("#field"), "one\ntwo");
  await page.tap("#send");
  await untilTexts(page, ["one\ntwo"]);
});

browserTest("the Enter that ends a composition does not send", async (stage) => {
  const page = await stage.join();
  await page.focus("#field");
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await page.keyboard.press("Enter");
  assertEquals(await texts(page), []);
  await session.send("Input.insertText", { text: "日本" });
  // Safari's order: the composition has ended, and the key that ended it comes after, with the code 229.
  await page.locator("#field").evaluate((field) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))
  );
  assertEquals(await texts(page), []);
  await page.keyboard.press("Enter");
  await untilText(page, "日本");
});

browserTest("a text in which nothing can be seen is not sent", async (stage) => {
  const page = await stage.join();
  for (const nothing of ["  \n ", "\u200b", "\u3164\u2060", "\u2800"]) {
    await send(page, nothing);
    assert(await page.locator("#send").isDisabled());
  }
  await send(page, "something");
  await untilTexts(page, ["something"]);
  assert(await page.locator("#send").isDisabled());
});

browserTest("a text that is too long is counted and not sent", async (stage) => {
  const page = await stage.join();
  await send(page, "x".repeat(4003));
  assertEquals(await page.locator("#hint").innerText(), "3 characters too many");
  assertEquals((await page.inputValue("#field")).length, 4003);
  // Counted as the server does: a character outside the basic plane is one.
  await send(page, "🦊".repeat(4000));
  await untilText(page, "🦊🦊");
  assertEquals((await texts(page)).length, 1);
});

browserTest("each room has its draft, also after a reload", async (stage) => {
  const page = await stage.join("/r/attic");
  await page.fill("#field", "for the attic");
  await goTo(page, "Cellar");
  await page.locator("#room-name", { hasText: "cellar" }).waitFor();
  assertEquals(await page.inputValue("#field"), "");
  await page.fill("#field", "for the cellar");
  await page.reload();
  await online(page);
  assertEquals(await page.inputValue("#field"), "for the cellar");
  await page.locator("#room-list a", { hasText: "attic" }).click();
  assertEquals(await page.inputValue("#field"), "for the attic");
});

/** Opens the menu of a message and chooses something. */
async function choose(page: Page, text: string, what: string): Promise<void> {
  const menu = await menuAt(await untilText(page, text));
  await menu.getByRole("menuitem", { name: what, exact: true }).click();
}

const saysThat = (page: Page, what: string) => page.locator("#writing", { hasText: what }).waitFor();

browserTest("an edit and an answer that are begun are so after a reload, with their texts", async (stage) => {
  const page = await stage.join("/r/attic");
  await send(page, "mine");
  await untilTexts(page, ["mine"]);
  await choose(page, "mine", "Reply");
  await saysThat(page, "Replying to");
  await page.fill("#field", "half an answer");
  await page.reload();
  await saysThat(page, "mine");
  assertEquals(await page.inputValue("#field"), "half an answer");
  await online(page);
  await page.press("#field", "Enter");
  await page.locator("#rows .row .quote", { hasText: "mine" }).waitFor();
  await choose(page, "half an answer", "Edit");
  await saysThat(page, "Editing");
  await page.fill("#field", "a whole answer");
  await page.reload();
  await saysThat(page, "Editing");
  await online(page);
  assertEquals(await page.inputValue("#field"), "a whole answer");
  await page.press("#field", "Enter");
  await untilTexts(page, ["mine", "a whole answer"]);
  await page.reload();
  await online(page);
  assert(await page.locator("#writing").isHidden());
});

browserTest("what one answers may be deleted meanwhile: then the answer is a message of its own", async (stage) => {
  const [ada, bob] = [await stage.join(), await stage.join()];
  for (const text of ["one", "two"]) await send(ada, text);
  await untilTexts(bob, ["one", "two"]);
  await choose(bob, "one", "Reply");
  await bob.fill("#field", "yes");
  await choose(ada, "one", "Edit");
  await saysThat(ada, "Editing");
  await send(ada, "one, better");
  await saysThat(bob, "one, better");
  await choose(ada, "one, better", "Delete");
  await saysThat(bob, "deleted meanwhile");
  await bob.press("#field", "Enter");
  await untilTexts(ada, ["This message was deleted", "two", "yes"]);
  assertEquals(await ada.locator(".quote").count(), 0);
  assert(await bob.locator("#writing").isHidden());
});

coreTest(
  "the message that one edits is marked in the log, also by its words, for as long as one edits it",
  async (stage) => {
    const page = await stage.join();
    for (const text of ["one", "two"]) await send(page, text);
    await untilTexts(page, ["one", "two"]);
    const marked = page.locator("#log .row.editing");
    const begin = async () => {
      await page.focus("#field");
      await page.keyboard.press("ArrowUp");
      await marked.waitFor();
    };
    const end = async (how: () => Promise<unknown>) => {
      await begin();
      await how();
      await eventually(async () => await marked.count() === 0, "the mark to go");
      assertEquals(await page.locator("#log [aria-description], #log .editing-here").count(), 0);
    };
    await begin();
    assertEquals(await marked.locator(":scope > .text").allInnerTexts(), ["two"]);
    assertEquals(await marked.getAttribute("aria-description"), "Editing your message");
    assertEquals(await marked.locator(".editing-here").textContent(), "Editing your message");
    const outlines = () =>
      page.locator("#log .row > .text").evaluateAll((all: Element[]) =>
        all.map((each) => getComputedStyle(each).outlineStyle)
      );
    assertEquals(await outlines(), ["none", "solid"]);
    await page.emulateMedia({ forcedColors: "active" });
    assertEquals(await outlines(), ["none", "solid"]);
    await page.reload();
    await marked.waitFor();
    // Of another room it marks nothing, and it is there again with its own.
    await goTo(page, "attic");
    await eventually(async () => await marked.count() === 0, "the mark to go");
    await page.locator("#room-list a", { hasText: "lobby" }).click();
    await marked.waitFor();
    await end(() => page.keyboard.press("Escape"));
    await end(() => send(page, "three"));
    await untilText(page, "three");
    await end(async () => {
      await choose(page, "three", "Delete");
      await untilText(page, "This message was deleted");
    });
  },
);

browserTest("an edit says that its message was changed or deleted elsewhere, and keeps its text", async (stage) => {
  const here = await stage.join();
  await send(here, "text");
  await untilTexts(here, ["text"]);
  const there = await here.context().newPage();
  await there.goto(here.url());
  await untilTexts(there, ["text"]);
  await choose(here, "text", "Edit");
  await saysThat(here, "Editing");
  await here.fill("#field", "mine");
  await choose(there, "text", "Edit");
  await saysThat(there, "Editing");
  await send(there, "theirs");
  await saysThat(here, "Changed elsewhere meanwhile, to: theirs");
  await choose(there, "theirs", "Delete");
  await saysThat(here, "deleted meanwhile");
  assertEquals(await here.inputValue("#field"), "mine");
  await here.press("#field", "Enter");
  await untilTexts(there, ["This message was deleted", "mine"]);
});

browserTest("a text typed before the page is ready is kept", async (stage) => {
  const page = await stage.open("/docs-of-nothing");
  await page.route("**/static/*/app.js", async (route) => {
    await page.fill("#field", "quick fingers");
    await route.continue();
  });
  await page.goto(page.url(), { waitUntil: "commit" });
  await online(page);
  assertEquals(await page.inputValue("#field"), "quick fingers");
});

browserTest("the field grows with its text, up to a part of the screen", async (stage) => {
  const page = await stage.join();
  const height = () => page.locator("#field").evaluate((field) => field.getBoundingClientRect().height);
  const before = await height();
  await page.fill("#field", "a\nb\nc\nd");
  assertGreater(await height(), before + 40);
  await page.fill("#field", "a\n".repeat(100));
  assertLess(await height(), 0.45 * 800);
  await page.fill("#field", "");
  assertEquals(await height(), before);
});

browserTest("a slash goes to the field, Escape leaves it", async (stage) => {
  const page = await stage.join();
  await page.focus("#log");
  await page.keyboard.press("/");
  const focused = () => page.evaluate(() => document.activeElement?.id);
  assertEquals(await focused(), "field");
  assertEquals(await page.inputValue("#field"), "");
  await page.keyboard.type("a/b");
  assertEquals(await page.inputValue("#field"), "a/b");
  await page.keyboard.press("Escape");
  assert(await focused() !== "field");
});

browserTest("typing is told at most every three seconds, and not for an empty field", async (stage) => {
  const page = await stage.joinClocked();
  let told = 0;
  stage.line.up = (line) => {
    if (line.includes('"typing"')) told++;
    return line;
  };
  // However long it takes to type.
  await stopClock(page);
  await page.focus("#field");
  await page.keyboard.type("hello there");
  await eventually(() => told === 1, "it to be told");
  await page.keyboard.type(" and more");
  await page.clock.fastForward(3100);
  await page.keyboard.type("!");
  await eventually(() => told === 2, "it to be told again");
  await page.clock.fastForward(3100);
  await page.fill("#field", "");
  await page.clock.resume();
  await send(page, "done");
  await untilText(page, "done");
  assert(told <= 3);
  // An edit is told to nobody while it is written.
  const before = told;
  await page.clock.fastForward(3100);
  await page.keyboard.press("ArrowUp");
  await page.locator("#writing", { hasText: "Editing" }).waitFor();
  await page.keyboard.type(", really");
  await page.keyboard.press("Enter");
  await untilText(page, "done, really");
  assertEquals(told, before);
});
