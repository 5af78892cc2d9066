/// <reference lib="dom" />
/** Rooms and people: members, unread messages, the room one is in. @module */

import { idOfKey } from "../../chat/wire/identity.ts";
import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import {
  browserTest,
  coreTest,
  goTo,
  online,
  PHONE,
  send,
  stopClock,
  untilText,
  untilTexts,
  untilTicked,
  wheel,
} from "./lib.ts";

/** The text of the message below the line "New". */
const NEW = ".row:has(.new) > .text";

async function untilTitle(page: Page, start: string): Promise<void> {
  await eventually(async () => (await page.title()).startsWith(start), `the title ${start}`);
}

coreTest("the address names the room, and going back goes to the one before", async (stage) => {
  await stage.fill("attic", 1, () => "dusty");
  const page = await stage.join("/r/attic");
  await untilTexts(page, ["dusty"]);
  await goTo(page, "Wine Cellar!");
  await page.locator("#room-name", { hasText: "wine-cellar" }).waitFor();
  assertMatch(page.url(), /\/r\/wine-cellar$/);
  await send(page, "to the cellar");
  await untilTexts(page, ["to the cellar"]);
  await page.goBack();
  await untilTexts(page, ["dusty"]);
  await page.reload();
  await untilTexts(page, ["dusty"]);
  await page.getByRole("link", { name: "wine-cellar" }).click();
  await untilTexts(page, ["to the cellar"]);
});

coreTest("another room's unread messages are counted, in the list and in the title", async (stage) => {
  const page = await stage.join("/r/attic");
  await goTo(page, "cellar");
  const ada = await stage.member("ada", "attic");
  await page.locator("#room-list a", { hasText: "cellar" }).waitFor();
  await send(page, "here");
  await untilText(page, "here");
  for (const text of ["one", "two"]) await ada.publish("attic", text);
  await page.locator("#room-list li", { hasText: "attic" }).locator(".badge", { hasText: "2" }).waitFor();
  await untilTitle(page, "(2) #cellar");
  await page.getByRole("link", { name: "attic" }).click();
  await untilTexts(page, ["one", "two"]);
  await page.locator(".new").waitFor();
  await untilTitle(page, "#attic");
});

browserTest("the list of rooms keeps the focus, and a press on it counts, while messages come", async (stage) => {
  const page = await stage.join("/r/attic");
  await goTo(page, "cellar");
  const ada = await stage.member("ada", "attic");
  const attic = page.locator("#room-list li", { hasText: "attic" });
  await attic.locator("a").focus();
  await ada.publish("attic", "one");
  await attic.locator(".badge", { hasText: "1" }).waitFor();
  assertEquals(await page.evaluate(() => document.activeElement?.getAttribute("href")), "/r/attic");
  await attic.locator("a").hover();
  await page.mouse.down();
  await ada.publish("attic", "two");
  await attic.locator(".badge", { hasText: "2" }).waitFor();
  await page.mouse.up();
  await untilTexts(page, ["one", "two"]);
});

browserTest("an address that cannot be decoded opens a room all the same", async (stage) => {
  const page = await stage.join("/r/caf%E9%zz");
  assertMatch(await page.locator("#room-name").innerText(), /^[a-z0-9-]+$/);
});

coreTest("messages that come while one reads above are unread, and their mark stays put", async (stage) => {
  await stage.fill("lobby", 60);
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await wheel(page, -600);
  await ada.publish("lobby", "news");
  await ada.publish("lobby", "more news");
  await untilTitle(page, "(2)");
  await page.locator("#jump").click();
  await untilTitle(page, "#lobby");
  assertEquals(await page.locator(NEW).innerText(), "news");
  await ada.publish("lobby", "even more");
  await untilText(page, "even more");
  assertEquals(await page.locator(NEW).allInnerTexts(), ["news"]);
});

browserTest("nothing is read while the window has no focus", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await ada.publish("lobby", "are you there?");
  await untilTitle(page, "(1)");
  await page.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
  });
  await untilTitle(page, "#lobby");
  assertEquals(await page.locator(NEW).allInnerTexts(), ["are you there?"]);
});

browserTest("somebody who looks again in the moment in which a message comes has read it", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
    // The title counts it before its row is there.
    new MutationObserver((_, observer) => {
      observer.disconnect();
      document.hasFocus = () => true;
      dispatchEvent(new Event("focus"));
    }).observe(document.querySelector("title")!, { childList: true });
  });
  await ada.publish("lobby", "are you there?");
  await untilText(page, "are you there?");
  await untilTitle(page, "#lobby");
});

coreTest("messages that came between two visits are marked as new", async (stage) => {
  await stage.fill("lobby", 3);
  const page = await stage.join();
  await untilText(page, "message 3");
  await eventually(() => page.evaluate(() => localStorage.getItem("switchboard.read") !== null), "it to be read");
  const url = page.url();
  await page.goto("about:blank");
  await stage.fill("lobby", 2, (n) => `meanwhile ${n}`);
  await page.goto(url);
  await untilText(page, "meanwhile 2");
  assertEquals(await page.locator(NEW).allInnerTexts(), ["meanwhile 1"]);
});

coreTest("people come, get another name, and go", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await page.locator("#people-list li", { hasText: "Ada" }).waitFor();
  assertEquals(await page.locator("#people-total").innerText(), "2");
  await ada.ask({ type: "rename", name: "Countess" }, "ok");
  await page.locator("#people-list li", { hasText: "Countess" }).waitFor();
  assertEquals(await page.locator("#people-list li").count(), 2);
  await ada.close();
  await eventually(async () => await page.locator("#people-list li").count() === 1, "her to be gone");
});

browserTest("people may have any id, and each is one of its own", async (stage) => {
  const page = await stage.join();
  const ids = ["José", "John Doe", "<b>&quot;'", "#?%", "__proto__", "constructor", "山田:太郎", "0.48273"];
  for (const [index, id] of ids.entries()) {
    const member = await stage.member(id, "lobby");
    await member.ask({ type: "typing", room: "lobby" }, "ok");
    await member.publish("lobby", `text ${index}`);
    await page.locator("#people-list li", { hasText: `Client #${id}` }).waitFor();
  }
  await untilTexts(page, ids.map((_, index) => `text ${index}`));
  assertEquals(await page.locator("#people-list li").count(), ids.length + 1);
  const shown = await page.locator("#people-list li").evaluateAll((all) =>
    all.map((item) => (item as HTMLElement).dataset.id!)
  );
  assertEquals(shown.filter((id) => ids.includes(id)).sort(), [...ids].sort());
  assertEquals(await page.locator("#people-list b").count(), 0);
  assertEquals(await page.locator("#rows .name").allInnerTexts(), ids.map((id) => `Client #${id}`));
});

const BAD_NAMES = [
  ["👨‍👩‍👧‍👦".repeat(20), "many parts"],
  ["x".repeat(40), "at most 32"],
  ["\u2800 ", "can be seen"],
  ["\u0301a", "can be seen"],
  ["\u202Eada", "direction"],
];
for (const [name, problem] of BAD_NAMES) {
  browserTest(`a name that the server does not take is explained in words of a person: ${problem}`, async (stage) => {
    const page = await stage.join();
    await page.click("#me");
    await page.getByRole("dialog").getByLabel("What others see").fill(name!);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: problem! }).waitFor();
  });
}

browserTest("a second tab of the same browser is the same person", async (stage) => {
  const page = await stage.join();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await online(other);
  assertEquals(await other.locator("#people-list li").count(), 1);
  await send(page, "seen in both");
  await untilTexts(other, ["seen in both"]);
  assertEquals(await other.locator("#rows .mine").count(), 1);
});

coreTest("a typing member is shown for six seconds, or until the message", async (stage) => {
  const page = await stage.joinClocked();
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  await stopClock(page);
  await ada.ask({ type: "typing", room: "lobby" }, "ok");
  await untilTicked(page, () => page.locator("#typing", { hasText: "Ada is typing" }).isVisible(), "her to type");
  await ada.publish("lobby", "done");
  // Sooner than it would go by itself.
  await untilTicked(page, async () => await page.locator("#typing:empty").count() === 1, "her to have typed");
  await page.clock.resume();
  const bob = await stage.member("bob", "lobby");
  await bob.ask({ type: "rename", name: "Bob" }, "ok");
  await bob.ask({ type: "typing", room: "lobby" }, "ok");
  await page.locator("#typing", { hasText: "Bob is typing" }).waitFor();
  await page.clock.fastForward(6100);
  await page.locator("#typing:empty").waitFor({ state: "attached" });
});

coreTest("a first visitor gets a name, may change it, and keeps it", async (stage) => {
  const page = await stage.join();
  assertMatch(await page.inputValue("#welcome-name"), /^[A-Z][a-z]+ [A-Z][a-z]+$/);
  await page.fill("#welcome-name", "Ada");
  await page.press("#welcome-name", "Enter");
  await page.locator("#welcome").waitFor({ state: "hidden" });
  await page.locator("#people-list li", { hasText: "Ada" }).waitFor();
  await page.reload();
  await online(page);
  assert(await page.locator("#welcome").isHidden());
  await page.locator("#people-list li", { hasText: "Ada" }).waitFor();
  await page.click("#me");
  await page.getByRole("dialog").getByLabel("What others see").fill("   Countess  of   Lovelace ");
  await page.keyboard.press("Enter");
  await page.locator("#people-list li", { hasText: "Countess of Lovelace" }).waitFor();
  assertEquals(await page.locator("dialog").count(), 0);
});

browserTest("a name changed in one tab is the other's, too", async (stage) => {
  const page = await stage.join();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await online(other);
  await page.fill("#welcome-name", "Ada");
  await page.press("#welcome-name", "Enter");
  await other.locator("#me-name", { hasText: "Ada" }).waitFor();
  await send(other, "by whom?");
  await untilText(page, "by whom?");
  assertEquals(await page.locator("#rows .name").innerText(), "Ada");
});

coreTest("a room that is left is left, and may be had back", async (stage) => {
  const page = await stage.join("/r/attic");
  let left = "";
  stage.line.up = (line) => {
    const { type, room } = JSON.parse(line);
    if (type === "leave") left = room;
    return line;
  };
  await goTo(page, "cellar");
  await page.locator("#room-list li", { hasText: "attic" }).hover();
  await page.getByRole("button", { name: "Leave #attic" }).click();
  await eventually(async () => await page.locator("#room-list li").count() === 1, "the list");
  await eventually(() => left === "attic", "the server to be told");
  assertEquals(await page.evaluate(() => document.activeElement?.getAttribute("href")), "/r/cellar");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("link", { name: "attic" }).waitFor();
  await page.locator("#room-list li", { hasText: "attic" }).hover();
  await page.getByRole("button", { name: "Leave #attic" }).click();
  await eventually(async () => await page.locator("#room-list li").count() === 1, "the list");
  await page.reload();
  await online(page);
  assertEquals(await page.locator("#room-list li").count(), 1);
});

browserTest("by touch only the room that is shown can be left, so that nobody does it by mistake", async (stage) => {
  const page = await stage.join("/r/attic", PHONE);
  await page.click("#rooms-open");
  await goTo(page, "cellar");
  await page.locator("#room-name", { hasText: "cellar" }).waitFor();
  await page.click("#rooms-open");
  await page.getByRole("button", { name: "Leave #cellar" }).waitFor();
  assertEquals(await page.locator("#room-list .leave:visible").count(), 1);
});

browserTest("a badge counts to 99, and on a phone it is beside the picture of the menu", async (stage) => {
  const page = await stage.join("/r/attic", PHONE);
  await page.click("#rooms-open");
  await goTo(page, "cellar");
  await page.locator("#room-name", { hasText: "cellar" }).waitFor();
  await page.locator("#people-list li").first().waitFor({ state: "attached" });
  await stage.fill("attic", 120);
  await page.locator("#room-list .badge", { hasText: "120 unread" }).waitFor({ state: "attached" });
  const badge = page.locator("#rooms-badge");
  assertEquals(await badge.innerText(), "99+");
  const [picture, shown, title] = await Promise.all(
    [page.locator("#rooms-open svg"), badge, page.locator("h1")].map((each) => each.boundingBox()),
  );
  assert(picture!.x + picture!.width <= shown!.x, "it lies over the picture");
  assert(shown!.x + shown!.width <= title!.x, "it lies over the title");
});

browserTest("on plain HTTP without a secure context the id belongs to a key, too", async (stage) => {
  const page = await stage.open("/", {}, "phone.test");
  await online(page);
  assertEquals(await page.evaluate(() => isSecureContext), false);
  await send(page, "from the phone");
  await page.locator("#rows .row").waitFor();
  const { events: messages } = await stage.server.log.read("lobby", { limit: 1 });
  const key = await page.evaluate(() => localStorage.getItem("switchboard.key")!);
  assertEquals(messages[0]!.id, await idOfKey(key));
  await page.reload();
  await online(page);
  assertEquals(await page.locator("#rows .mine").count(), 1);
});

browserTest("on a secure origin the id belongs to a key that stays in the browser", async (stage) => {
  const page = await stage.open();
  await page.evaluate(() => {
    localStorage.setItem("switchboard.key", "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0");
  });
  await page.reload();
  await online(page);
  await send(page, "it is me");
  await page.locator("#rows .row").waitFor();
  const { events: messages } = await stage.server.log.read("lobby", { limit: 1 });
  assertEquals(messages[0]!.id, "k-2d86c1945aaf59f4d736e2e896826519");
});
