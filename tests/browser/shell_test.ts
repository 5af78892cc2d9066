/// <reference lib="dom" />
/** What is around the log: the names of rooms, the panels, and where the focus goes. @module */

import { assert, assertEquals, assertLess, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import {
  browserTest,
  focusedId,
  goTo,
  online,
  PHONE,
  send,
  untilNotice,
  untilRoom,
  untilText,
  untilTexts,
} from "./lib.ts";

browserTest("after joining a room, going to one or changing the name, one writes on", async (stage) => {
  const page = await stage.join("/r/attic");
  await goTo(page, "ops");
  await untilRoom(page, "ops");
  assertEquals(await focusedId(page), "field");
  await page.keyboard.type("said in ops");
  await page.keyboard.press("Enter");
  await untilTexts(page, ["said in ops"]);
  await page.getByRole("link", { name: "attic" }).click();
  await untilRoom(page, "attic");
  assertEquals(await focusedId(page), "field");
  await page.click("#me");
  await page.getByRole("dialog").getByLabel("What others see").fill("Ada");
  await page.keyboard.press("Enter");
  await page.locator("#me-name", { hasText: "Ada" }).waitFor();
  await eventually(async () => await focusedId(page) === "field", "the field to have the focus");
  assertEquals(await page.locator("#room-list li").count(), 2);
});

const NAMES = [["Zürich", "zurich"], ["naïve", "naive"], ["Café Łódź", "cafe-lodz"], ["Straße", "strasse"], [
  "Ops!",
  "ops",
]];
browserTest("a room's name keeps its letters without their marks, and what it became is said", async (stage) => {
  const page = await stage.join();
  for (const [typed, name] of NAMES) {
    await page.fill("#join-room", typed!);
    await page.locator("#join-hint", { hasText: `#${name}` }).waitFor();
    await page.press("#join-room", "Enter");
    await untilRoom(page, name!);
    await untilNotice(page, `“${typed}” is #${name} here.`);
  }
  assertEquals(await page.inputValue("#join-room"), "");
});

for (const typed of ["日本語", "Привет", "!?"]) {
  browserTest(`a text that names no room is told of, and stays: ${typed}`, async (stage) => {
    const page = await stage.join();
    await goTo(page, typed);
    await untilNotice(page, `“${typed}” cannot be the name of a room`);
    await untilRoom(page, "lobby");
    assertEquals([await page.inputValue("#join-room"), await focusedId(page)], [typed, "join-room"]);
  });
}

browserTest("an address that is no room says so, and is put right", async (stage) => {
  for (const path of [`/r/${encodeURIComponent("日本語")}`, "/somewhere"]) {
    const page = await stage.open(path);
    await untilNotice(page, "There is no room at this address. This is #lobby.");
    assertEquals(new URL(page.url()).pathname, "/r/lobby");
  }
  const page = await stage.open(`/r/${encodeURIComponent("Zürich")}`);
  await untilNotice(page, "“Zürich” is #zurich here.");
  const plain = await stage.join("/r/attic");
  assertEquals(await plain.locator("#notice").innerText(), "");
});

browserTest(
  "with 32 rooms the list scrolls, and all around it stays in view; another name is not thrown away",
  async (stage) => {
    const page = await stage.open();
    await page.evaluate(() => {
      const names = Array.from({ length: 31 }, (_, i) => `room-${i}`);
      localStorage.setItem("switchboard.rooms", JSON.stringify(["lobby", ...names]));
    });
    await page.setViewportSize({ width: 1200, height: 700 });
    await page.reload();
    await online(page);
    assertEquals(await page.locator("#room-list li").count(), 32);
    const areInView = () =>
      page.evaluate(() =>
        ["#rooms .brand", "#jump-to", "#join-room", "#me"].map((each) => {
          const { top, bottom } = document.querySelector(each)!.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        })
      );
    assertEquals(await areInView(), [true, true, true, true]);
    await page.getByRole("link", { name: "room-9" }).click();
    await untilRoom(page, "room-9");
    assertEquals(await areInView(), [true, true, true, true]);
    await goTo(page, "one-too-many");
    await untilNotice(page, "32 rooms at most");
    assertEquals(await page.inputValue("#join-room"), "one-too-many");
  },
);

browserTest("the badge of a room stands at the list's edge, and its name is bold", async (stage) => {
  const page = await stage.join("/r/attic");
  await goTo(page, "cellar");
  await untilRoom(page, "cellar");
  await stage.fill("attic", 1);
  const badge = page.locator("#room-list .badge", { hasText: "1" });
  await badge.waitFor();
  const gap = await badge.evaluate((each) =>
    each.closest("li")!.getBoundingClientRect().right - each.getBoundingClientRect().right
  );
  assertLess(gap, 12);
  const weight = await page.locator("#room-list .label", { hasText: "attic" }).evaluate((each) =>
    Number(getComputedStyle(each).fontWeight)
  );
  assertLess(600, weight);
});

browserTest("an address of a 33rd room takes none of the 32 away, and says so", async (stage) => {
  const page = await stage.join("/r/room-0");
  await page.evaluate(() => {
    localStorage.setItem("switchboard.rooms", JSON.stringify(Array.from({ length: 32 }, (_, i) => `room-${i}`)));
  });
  await page.goto(new URL("/r/one-more", page.url()).href);
  await untilNotice(page, "32 rooms at most");
  await online(page);
  await untilRoom(page, "room-31");
  await eventually(async () => await page.locator("#room-list li").count() === 32, "the list");
  await page.getByRole("link", { name: "room-0" }).waitFor();
  assertMatch(page.url(), /\/r\/room-31$/);
});

browserTest("a room in which nothing was said offers its address; the first message takes that away", async (stage) => {
  const page = await stage.join("/r/fresh");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const card = page.locator("#card");
  await card.getByText(/\/r\/fresh$/).waitFor();
  await card.getByText("127.0.0.1 is this machine itself").waitFor();
  await card.getByRole("button", { name: "Copy link" }).click();
  await card.getByRole("button", { name: "Copied" }).waitFor();
  assertMatch(await page.evaluate(() => navigator.clipboard.readText()), /^http:\/\/127\.0\.0\.1:\d+\/r\/fresh$/);
  await send(page, "first");
  await untilText(page, "first");
  await card.waitFor({ state: "hidden" });
  await page.click("#invite");
  await page.getByRole("dialog", { name: "Invite to #fresh" }).getByRole("button", { name: "Copy link" }).waitFor();
});

browserTest("where copying is forbidden the address is marked, and that is said", async (stage) => {
  const page = await stage.join("/r/fresh");
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
    document.execCommand = () => false;
  });
  await page.locator("#card").getByRole("button", { name: "Copy link" }).click();
  await untilNotice(page, "Copying is not allowed here");
  assertMatch(await page.evaluate(() => String(getSelection())), /\/r\/fresh$/);
});

browserTest("shortcuts are offered where there may be keys, and not on a phone", async (stage) => {
  const [desk, phone] = [await stage.join(), await stage.join("/", PHONE)];
  await phone.click("#rooms-open");
  await phone.locator("#docs").waitFor();
  assertEquals([await desk.locator("#help").isVisible(), await phone.locator("#help").isVisible()], [true, false]);
});

browserTest("on a phone Back closes a panel first, and the panels have a button that closes them", async (stage) => {
  const page = await stage.join("/r/attic", PHONE);
  await page.tap("#rooms-open");
  await goTo(page, "cellar");
  await untilRoom(page, "cellar");
  await page.tap("#people-open");
  await page.locator("#people.open").waitFor();
  await page.goBack();
  await page.locator("#people:not(.open)").waitFor({ state: "attached" });
  await untilRoom(page, "cellar");
  await page.tap("#rooms-open");
  await page.locator("#rooms").getByRole("button", { name: "Close" }).tap();
  await page.locator("#rooms:not(.open)").waitFor({ state: "attached" });
  await untilRoom(page, "cellar");
  await page.tap("#rooms-open");
  await page.getByRole("link", { name: "attic" }).tap();
  await untilRoom(page, "attic");
  // The panel has left no entry behind: Back goes to the room before.
  await page.goBack();
  await untilRoom(page, "cellar");
  await page.goBack();
  await untilRoom(page, "attic");
});

browserTest("what is read and where it is written are one column, however wide the window is", async (stage) => {
  await stage.fill("lobby", 60, (n) => `${n} ${"long ".repeat(60)}`);
  const page = await stage.join("/", { viewport: { width: 2560, height: 900 } });
  await untilText(page, "60 long");
  const sides = await page.evaluate(() => {
    const face = document.querySelector("#rows .row:not(.more) > .face")!.getBoundingClientRect();
    const row = document.querySelector("#rows .row:last-child .text")!.getBoundingClientRect();
    const composer = document.querySelector("#composer")!.getBoundingClientRect();
    return [composer.left - face.left, composer.right - row.right, composer.width];
  });
  assertLess(Math.abs(sides[0]!), 2, `${sides}`);
  assert(sides[1]! >= -2, `${sides}`);
  assertLess(sides[2]!, 800);
});

for (const name of ["🇩🇪", "👨‍👩‍👧‍👦", "❤️"]) {
  browserTest(`the disc of ${name} shows the whole of it`, async (stage) => {
    const page = await stage.join();
    const member = await stage.member("flag", "lobby");
    await member.ask({ type: "rename", name }, "ok");
    await member.publish("lobby", "hello");
    const row = await untilText(page, "hello");
    assertEquals(await row.locator(".face").innerText(), name);
  });
}

browserTest(
  "from right to left, names stand beside their discs, and each text begins at its author's side",
  async (stage) => {
    const page = await stage.join();
    const member = await stage.member("yusuf", "lobby");
    await member.ask({ type: "rename", name: "يوسف" }, "ok");
    await member.publish("lobby", "شكرا جزيلا");
    await member.publish("lobby", "hello");
    await untilText(page, "hello");
    for (const dir of ["ltr", "rtl"]) {
      await page.evaluate((dir) => document.documentElement.dir = dir, dir);
      const gaps = await page.evaluate((isRtl) => {
        // Of what is in it: a box may be wider, with its text at the other side.
        const edge = (element: Element, isStart: boolean) => {
          const content = document.createRange();
          content.selectNodeContents(element);
          const { left, right } = content.getBoundingClientRect();
          return isRtl ? -(isStart ? right : left) : isStart ? left : right;
        };
        const person = [...document.querySelectorAll("#people-list li")].find((each) =>
          each.textContent!.includes("يوسف")
        )!;
        const [face, name] = person.firstElementChild!.children;
        const texts = [...document.querySelectorAll("#rows .text")];
        const names = document.querySelector("#rows .name")!;
        return [
          edge(name!, true) - edge(face!, false),
          ...texts.map((text) => edge(text, true) - edge(names, true)),
        ];
      }, dir === "rtl");
      assert(gaps[0]! > 0 && gaps[0]! < 20, `${dir}: ${gaps}`);
      for (const gap of gaps.slice(1)) assertLess(Math.abs(gap), 2, `${dir}: ${gaps}`);
    }
  },
);

async function assertTurns(page: Page, field: string): Promise<void> {
  await page.fill(field, "שלום, מה שלומך?");
  assertEquals(await page.locator(field).evaluate((each) => getComputedStyle(each).direction), "rtl", field);
}

browserTest("a field turns to the right for what is written from there", async (stage) => {
  const page = await stage.join();
  for (const id of ["#field", "#join-room", "#welcome-name"]) {
    await assertTurns(page, id);
  }
  await page.click("#me");
  await assertTurns(page, "#name");
  await page.keyboard.press("Escape");
  await page.click("#jump-to");
  await assertTurns(page, "#jump-field");
});

browserTest("a screen reader hears names in the list of people, and no ids", async (stage) => {
  const page = await stage.join();
  const tree = await page.locator("#people-list").ariaSnapshot();
  assert(!/k-[0-9a-f]{8}/.test(tree), tree);
});

browserTest(
  "people whose names could be taken for each other's have a part of their ids beside them",
  async (stage) => {
    const page = await stage.join();
    const ada = await stage.member("ada", "lobby");
    await ada.ask({ type: "rename", name: "Ada" }, "ok");
    const other = await stage.member("other", "lobby");
    await other.ask({ type: "rename", name: "Аdа" }, "ok");
    const prints = () => page.locator("#people-list .print:not(:empty)").allInnerTexts();
    await eventually(async () => (await prints()).sort().join() === "#ada,#other", "both to have one");
    await other.ask({ type: "rename", name: "Bob" }, "ok");
    await eventually(async () => (await prints()).length === 0, "nobody to have one");
    const item = page.locator("#people-list button", { hasText: "Bob" });
    await item.focus();
    await ada.ask({ type: "rename", name: "Zed" }, "ok");
    await page.locator("#people-list li", { hasText: "Zed" }).waitFor();
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "BBob");
    await item.press("Enter");
    await page.getByRole("dialog", { name: "Bob" }).waitFor();
  },
);

browserTest(
  "a file that is dropped does not open in place of the page, and a picture that is pasted is told of",
  async (stage) => {
    const page = await stage.join();
    const prevented = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.png", { type: "image/png" }));
      const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector("#log")!.dispatchEvent(drop);
      return drop.defaultPrevented;
    });
    assert(prevented);
    await untilNotice(page, "Files cannot be sent here.");
    await page.evaluate(() => document.querySelector("#notice")!.replaceChildren());
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "x.png", { type: "image/png" }));
      document.querySelector("#field")!.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    });
    await untilNotice(page, "Files cannot be sent here.");
  },
);
