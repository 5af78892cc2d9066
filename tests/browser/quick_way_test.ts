/// <reference lib="dom" />
/** The quick way to rooms, people and commands, by a few letters. @module */

import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, focusedId, online, send, untilArrived, untilNotice, untilRoom, untilText } from "./lib.ts";
import { rowOf } from "./messages.ts";
import { idOf, owner, place } from "./owned.ts";

browserTest("the quick way finds rooms, people and commands by a few letters and arrows", async (stage) => {
  const page = await stage.join("/r/attic");
  const ada = await stage.member("ada", "attic");
  await ada.ask({ type: "rename", name: "Zoë Ada" }, "ok");
  await page.locator("#people-list li", { hasText: "Zoë" }).waitFor();
  const options = page.getByRole("option");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type("cel");
  await options.filter({ hasText: "#cel" }).filter({ hasText: "join or start it" }).waitFor();
  await page.keyboard.press("Enter");
  await untilRoom(page, "cel");
  assertEquals(await focusedId(page), "field");
  await page.click("#jump-to");
  await page.keyboard.type("att");
  await page.keyboard.press("Enter");
  await untilRoom(page, "attic");
  await page.keyboard.press("Alt+ArrowDown");
  await untilRoom(page, "cel");
  await page.getByRole("link", { name: "attic" }).click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("zoe");
  assertEquals(await options.nth(0).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowDown");
  assertEquals(await options.nth(1).getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Zoë Ada" }).getByText("Nothing proves this id").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("leave");
  await page.keyboard.press("Enter");
  await untilRoom(page, "cel");
  await untilNotice(page, "You left #attic.");
});

browserTest("the quick way takes no key that ends a composition, as Safari sends it", async (stage) => {
  const page = await stage.join();
  await page.keyboard.press("Control+k");
  await page.locator("#jump-field").fill("cellar");
  await page.getByRole("option").filter({ hasText: "#cellar" }).waitFor();
  const isLeft = (keyCode: number) =>
    page.locator("#jump-field").evaluate((field, keyCode) => {
      const event = { key: "Enter", keyCode, bubbles: true, cancelable: true };
      return field.dispatchEvent(new KeyboardEvent("keydown", event));
    }, keyCode);
  assertEquals([await isLeft(229), await isLeft(13)], [true, false]);
  await untilRoom(page, "cellar");
});

/** Keeps a part of the page back until it is let through, or cut off. */
async function keepBack(page: Page, part: RegExp): Promise<(how: "continue" | "abort") => void> {
  const { promise, resolve } = Promise.withResolvers<"continue" | "abort">();
  await page.route(part, async (route) => await route[await promise]());
  return resolve;
}

browserTest("what is typed while the quick way is on its way goes into it, and not into a message", async (stage) => {
  const page = await stage.open("/healthz");
  const letThrough = await keepBack(page, /views\/jump/);
  await page.goto(new URL("/r/attic", page.url()).href);
  await online(page);
  await page.locator("#new-room").waitFor({ state: "attached" });
  await page.focus("#field");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("cellx");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("ar");
  await page.keyboard.press("Enter");
  await page.keyboard.type("hello");
  letThrough("continue");
  await untilRoom(page, "cellar");
  assertEquals(await page.inputValue("#field"), "hello");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

browserTest("what is asked for before the page can open it comes as soon as it can", async (stage) => {
  const page = await stage.open("/healthz");
  const letThrough = await keepBack(page, /views\/frame/);
  await page.goto(new URL("/r/attic", page.url()).href);
  await page.locator('#status[data-phase="online"]').waitFor({ state: "attached" });
  await page.locator("#invite").click();
  await page.keyboard.press("Control+k");
  letThrough("continue");
  await page.getByRole("dialog", { name: "Jump to …" }).waitFor();
  assertEquals(await page.getByRole("dialog").count(), 1);
});

browserTest("what is typed right after R is the answer, however long the composer takes", async (stage) => {
  const page = await stage.open("/healthz");
  const letThrough = await keepBack(page, /views\/writing/);
  await page.goto(new URL("/r/attic", page.url()).href);
  await online(page);
  await send(page, "one");
  await untilArrived(page, 1);
  await page.focus("#log");
  await page.keyboard.press("Tab");
  await page.keyboard.press("r");
  await page.keyboard.type("re");
  await page.keyboard.press("Enter");
  letThrough("continue");
  await rowOf(page, "re").locator(".quote").waitFor();
});

browserTest("what is typed for a part of the page that cannot be fetched is not left in a message", async (stage) => {
  const page = await stage.open("/healthz");
  const cutOff = await keepBack(page, /views\/jump/);
  await page.goto(new URL("/r/attic", page.url()).href);
  await online(page);
  await page.locator("#new-room").waitFor({ state: "attached" });
  await page.focus("#field");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("cellar");
  cutOff("abort");
  await untilNotice(page, "this part of the page is not here yet");
  assertEquals(await page.inputValue("#field"), "");
  await page.keyboard.type("x");
  assertEquals(await page.inputValue("#field"), "x");
});

browserTest(
  "rooms that one does not know are found by typing, with how many are there and since when",
  async (stage) => {
    const page = await stage.join("/r/attic");
    await stage.fill("wine-cellar", 3);
    const ada = await stage.member("ada", "cheese-cellar");
    await ada.publish("cheese-cellar", "hello");
    const options = page.getByRole("option");
    await page.keyboard.press("Control+k");
    await page.locator("#jump-field:focus").waitFor();
    await page.keyboard.type("cellar");
    await options.filter({ hasText: "#cheese-cellar" }).filter({ hasText: "1 here" }).waitFor();
    await page.getByRole("dialog").getByText("Public rooms").waitFor();
    await options.filter({ hasText: /^#wine-cellar(now|\d+ \w+ ago)$/ }).waitFor();
    // The first choice is what was typed, whatever comes from the server meanwhile.
    assertEquals(await options.nth(0).getAttribute("aria-selected"), "true");
    assertEquals(await options.nth(0).textContent(), "#cellarjoin or start it for all");
    assertEquals(await page.locator("#new-room").getAttribute("title"), "New room of your own …");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await untilRoom(page, "cheese-cellar");
    await untilText(page, "hello");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("wine-cellar");
    await options.filter({ hasText: /^#wine-cellar(now|\d+ \w+ ago)$/ }).waitFor();
    assertEquals(await options.count(), 1);
  },
);

browserTest("of the rooms of others those that begin with what is typed come before a new one", async (stage) => {
  await stage.fill("cellar-door", 1);
  await stage.fill("wine-cellar", 1);
  const page = await stage.join("/r/attic");
  const options = page.getByRole("option");
  await page.keyboard.press("Control+k");
  await page.locator("#jump-field:focus").waitFor();
  await page.keyboard.type("Cella");
  await options.filter({ hasText: "#cellar-door" }).waitFor();
  const said = (await options.allTextContents()).map((each) => each.match(/^#(cellar-door|wine-cellar|cella)/)?.[1]);
  assertEquals(said, ["cellar-door", "cella", "wine-cellar"]);
  await page.keyboard.press("Enter");
  await untilRoom(page, "cellar-door");
});

browserTest("what somebody has gone down to stays chosen when the server's rooms come before it", async (stage) => {
  await stage.fill("zoology", 1);
  const page = await stage.join("/r/zones");
  const held: string[] = [];
  stage.line.down = (line) => JSON.parse(line).type === "rooms" ? void held.push(line) : line;
  const options = page.getByRole("option");
  await page.keyboard.press("Control+k");
  await page.locator("#jump-field:focus").waitFor();
  await page.keyboard.type("zo");
  await options.filter({ hasText: "join or start it" }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.locator("[aria-selected=true]", { hasText: "join or start it" }).waitFor();
  await eventually(() => held.some((line) => line.includes("zoology")), "the server's answer");
  stage.line.down = (line) => line;
  for (const line of held) stage.line.inject(JSON.parse(line));
  await options.filter({ hasText: "#zoology" }).waitFor();
  await page.keyboard.press("Enter");
  await untilRoom(page, "zo");
});

browserTest("somebody is offered to browse the rooms of others, page by page", async (stage) => {
  for (let n = 0; n < 60; n++) await stage.fill(`room-${n}`, 1);
  const page = await stage.join("/r/attic");
  await page.getByRole("button", { name: "Browse rooms" }).click();
  const options = page.getByRole("dialog", { name: "Public rooms" }).getByRole("option");
  await options.filter({ hasText: "#room-59" }).waitFor();
  assertEquals(await options.count(), 51);
  await options.filter({ hasText: "More rooms" }).click();
  await options.filter({ hasText: /^#room-0\D/ }).waitFor();
  assertEquals(await options.count(), 60);
  await page.keyboard.type("room-17");
  await eventually(async () => await options.count() === 1, "what was typed");
  await page.keyboard.press("Enter");
  await untilRoom(page, "room-17");
  // To have found one room is no reason to look for no other.
  await page.getByRole("button", { name: "Browse rooms" }).waitFor();
});

browserTest("no private room and no room of two is among the public rooms", async (stage) => {
  await stage.fill("cellar", 1);
  const ada = await owner(stage, { title: "Attic" }, "attic");
  const page = await stage.join("/r/attic");
  const id = await idOf(page);
  await ada.ask(place(id, { role: "member" }, "attic"), "ok");
  const { room: hidden } = await ada.ask({
    type: "create",
    nonce: crypto.randomUUID(),
    set: { visibility: "private", title: "Vault" },
  }, "ok");
  await ada.join(hidden!);
  await ada.ask(place(id, { role: "member" }, hidden), "ok");
  const { room: ofTwo } = await ada.ask({ type: "dm", id }, "ok");
  await ada.join(ofTwo!);
  await ada.publish(ofTwo!, "only for you");
  await page.locator("#direct-list a", { hasText: "Ada" }).waitFor();
  await page.getByRole("button", { name: "Browse rooms" }).click();
  const options = page.getByRole("dialog", { name: "Public rooms" }).getByRole("option");
  await options.filter({ hasText: "cellar" }).waitFor();
  assertEquals((await options.locator(".cut").allTextContents()).sort(), ["Attic", "cellar"]);
  await page.keyboard.type("Vault");
  await options.filter({ hasText: "join or start it" }).waitFor();
  assertEquals(await options.count(), 1);
});

browserTest("a server that cannot list its rooms has the quick way all the same", async (stage) => {
  const page = await stage.join("/r/attic");
  const refused = Promise.withResolvers<void>();
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (type !== "rooms") return line;
    stage.line.inject({ type: "error", ref, code: "unsupported", message: "not here" });
    refused.resolve();
    return undefined;
  };
  await page.keyboard.press("Control+k");
  await refused.promise;
  await page.keyboard.type("cellar");
  await page.keyboard.press("Enter");
  await untilRoom(page, "cellar");
});
