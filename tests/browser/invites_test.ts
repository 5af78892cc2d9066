/// <reference lib="dom" />
/** Invitations on the page: who makes them, and who comes in by them. @module */

import { ChatClient } from "../lib/client.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import type { Page } from "../lib/playwright.ts";
import { findings } from "./findings.ts";
import { browserTest, coreTest, type Stage } from "./lib.ts";
import { assertMarked, openMarked } from "./marked_words.ts";

const KEY = "0123456789abcdef0123456789abcdef";

/** Somebody who makes a room on the page and is in it. */
async function inOwnRoom(stage: Stage, title: string, found = "private"): Promise<Page> {
  const page = await stage.join();
  await page.locator("#new-room").click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Who finds it").selectOption(found);
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("#room-name", { hasText: title }).waitFor();
  return page;
}

/** The link that the page shows now. */
async function linkIn(page: Page): Promise<string> {
  const shown = page.getByRole("dialog").locator(".address");
  await shown.waitFor();
  return `http://${await shown.innerText()}`;
}

const nonce = () => crypto.randomUUID();

coreTest("one press makes a link that lets people in, and the list says how many still may", async (stage) => {
  const page = await inOwnRoom(stage, "Book club");
  await page.locator("#invite").click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  const link = new URL(await linkIn(page));
  assertMatch(link.pathname + link.hash, /^\/i#p-[a-z2-7]{26}\.[a-z2-7]{26}$/);
  await page.getByText("Up to 25 people may come in").waitFor();
  await page.locator("button:focus", { hasText: "Copy link" }).waitFor();
  await page.getByText("Member: 25 people more").waitFor();
  const [room = "", secret = ""] = link.hash.slice(1).split(".");
  await using bob = await ChatClient.keyed(stage.server, KEY);
  await bob.ask({ type: "redeem", room, nonce: nonce(), secret }, "ok");
  await page.keyboard.press("Escape");
  await page.locator("#invite").click();
  await page.getByText("Member: 24 people more").waitFor();
});

browserTest("an owner invites as many as wanted, as moderators too, and takes it back", async (stage) => {
  const page = await inOwnRoom(stage, "Book club");
  await page.locator("#invite").click();
  await page.getByRole("combobox", { name: "As" }).selectOption("Moderator");
  await page.getByRole("combobox", { name: "For" }).selectOption("1 person");
  await page.getByRole("combobox", { name: "Within" }).selectOption("1 hour");
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  const [room = "", secret = ""] = new URL(await linkIn(page)).hash.slice(1).split(".");
  await page.getByRole("button", { name: "Make another link" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  await page.getByText("Member: 25 people more").waitFor();
  await page.getByRole("button", { name: "Take back: Moderator: 1 person more" }).click();
  await page.getByText("Moderator: 1 person more").waitFor({ state: "detached" });
  await page.locator("button:focus", { hasText: "Take back" }).waitFor();
  await using bob = await ChatClient.keyed(stage.server, KEY);
  assertEquals((await bob.ask({ type: "redeem", room, nonce: nonce(), secret }, "error")).code, "no_access");
});

browserTest("what the server refuses is said, and nothing is offered to those who may not", async (stage) => {
  const page = await inOwnRoom(stage, "Attic", "public");
  await page.locator("#invite").click();
  await page.getByRole("dialog").getByText("/r/attic").waitFor();
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (type !== "invite") return line;
    stage.line.inject({ type: "error", ref, code: "rate_limited", message: "For developers", retryAfterMs: 1000 });
    return undefined;
  };
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("dialog").getByRole("alert").getByText("Not done").waitFor();
  const other = await stage.join("/r/attic");
  await other.locator("#invite").click();
  await other.getByRole("dialog").getByText("/r/attic").waitFor();
  assertEquals(await other.getByRole("button", { name: "Make a link" }).count(), 0);
});

/** Every word that is shown is one of the page's, and the accessibility checker finds nothing. */
async function assertSound(page: Page, what: string): Promise<void> {
  await assertMarked(page, what);
  assertEquals(await findings(page, "dialog"), [], what);
}

for (const direction of ["ltr", "rtl"] as const) {
  browserTest(`axe finds nothing in the invitations, and all words are translated (${direction})`, async (stage) => {
    const page = await openMarked(stage, { direction, colorScheme: direction === "rtl" ? "dark" : "light" });
    await page.locator("#new-room").click();
    await page.locator("#room-title").fill("7");
    await page.locator("#room-found").selectOption("private");
    await page.locator(".room-form .primary").click();
    await page.locator("#room-name", { hasText: "7" }).waitFor();
    await page.locator("#about-room").click();
    await page.getByRole("button", { name: "Bring somebody in" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".invite-form").waitFor();
    await assertSound(page, "the form of an invitation");
    await dialog.locator(".invite-form .primary").click();
    await dialog.locator("li button").waitFor();
    await assertSound(page, "an invitation");
  });
}
