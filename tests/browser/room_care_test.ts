/// <reference lib="dom" />
/** What those who moderate do to a room itself on the page: a message is pinned, the room is put away, and what was changed stands on record. @module */

import { makeClaim } from "../../chat/policy/claim.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, coreTest, distanceToEnd, goTo, online, send, type Stage, untilRoom, untilText } from "./lib.ts";
import { choose } from "./messages.ts";
import { KEY } from "./owned.ts";

const nonce = () => crypto.randomUUID();

/** Makes the room "7" on a page. */
async function makeRoom(page: Page): Promise<Page> {
  await page.locator("#new-room").click();
  await page.locator("#room-title").fill("7");
  await page.locator(".room-form .primary").click();
  await page.locator("#room-name", { hasText: "7" }).waitFor();
  return page;
}

/** Somebody else in the room, straight at the server. */
async function other(stage: Stage): Promise<ChatClient> {
  const bob = await ChatClient.keyed(stage.server, KEY);
  await bob.ask({ type: "rename", name: "8" }, "ok");
  await bob.join("7");
  return bob;
}

browserTest(
  "a pinned message stands below the header for everybody, until it is taken away or deleted",
  async (stage) => {
    const page = await makeRoom(await stage.join());
    await send(page, "read this first");
    await send(page, "and this");
    await choose(page, "read this first", "Pin");
    const pinned = page.locator("#pinned");
    await pinned.getByText("read this first").waitFor();
    const guest = await stage.join("/r/7");
    const there = guest.locator("#pinned");
    await there.getByText("read this first").waitFor();
    assertEquals(await there.getByRole("button", { name: "Unpin" }).count(), 0);
    await there.getByRole("button").click();
    await guest.locator(".row.found", { hasText: "read this first" }).waitFor();
    await pinned.getByRole("button", { name: "Unpin" }).click();
    await there.waitFor({ state: "hidden" });
    await choose(page, "and this", "Pin");
    await there.getByText("and this").waitFor();
    await choose(page, "and this", "Delete");
    await there.waitFor({ state: "hidden" });
  },
);

browserTest("a message that is older than what is shown is pinned for everybody, too", async (stage) => {
  const page = await makeRoom(await stage.join());
  await send(page, "read this first");
  await untilText(page, "read this first");
  await stage.fill("7", 120);
  const guest = await stage.join("/r/7");
  await untilText(guest, "message 120");
  await choose(page, "read this first", "Pin");
  await guest.locator("#pinned").getByText("read this first").waitFor();
  await choose(page, "read this first", "Delete");
  await guest.locator("#pinned").waitFor({ state: "hidden" });
});

coreTest(
  "the newest message stays in view where a bar takes height from the log, as that of a pinned one",
  async (stage) => {
    const page = await makeRoom(await stage.join());
    await stage.fill("7", 60);
    await untilText(page, "message 60");
    await choose(page, "message 60", "Pin");
    await page.locator("#pinned").waitFor();
    await untilText(page, "pinned a message");
    // What the page thinks of the scrolling, it thinks in the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert(await distanceToEnd(page) < 1);
    assertEquals(await page.locator("#jump").isVisible(), false);
  },
);

browserTest("what is pinned in a room that nobody owns stands at once for those who are there", async (stage) => {
  const guest = await stage.join();
  const page = await stage.open(await makeClaim(stage.server.log.identities!));
  await page.locator("#notice", { hasText: "You moderate the rooms" }).waitFor();
  await online(page);
  await send(page, "read this first");
  await choose(page, "read this first", "Pin");
  const pinned = guest.locator("#pinned");
  await pinned.getByText("read this first").waitFor();
  await page.locator("#pinned").getByRole("button", { name: "Unpin" }).click();
  await pinned.waitFor({ state: "hidden" });
  // Nobody owns it for that.
  await guest.reload();
  await online(guest);
  await guest.locator("#about-room").click();
  await guest.getByRole("dialog").getByText("It belongs to nobody").waitFor();
});

browserTest("an owner puts the room away, and takes it out again", async (stage) => {
  const page = await makeRoom(await stage.join());
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "Archive the room" }).click();
  await page.getByText("Nobody writes in it any more").waitFor();
  await page.getByRole("button", { name: "Archive the room" }).click();
  await page.locator("#closed").getByText("This room is archived").waitFor();
  assert(!await page.locator("#field").isVisible());
  await untilText(page, "archived the room");
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "Take out of the archive" }).click();
  await page.getByRole("button", { name: "Take out of the archive" }).click();
  await page.locator("#field").waitFor();
  await send(page, "on it goes");
  await untilText(page, "on it goes");
});

browserTest("an owner erases a room that is put away, and nothing leads there any more", async (stage) => {
  const page = await makeRoom(await stage.join());
  await send(page, "a secret");
  await untilText(page, "a secret");
  const guest = await stage.join("/r/7");
  await untilText(guest, "a secret");
  const erase = page.getByRole("button", { name: "Erase the room" });
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "Archive the room" }).click();
  assertEquals(await erase.count(), 0);
  await page.getByRole("button", { name: "Archive the room" }).click();
  await page.locator("#closed").getByText("This room is archived").waitFor();
  await page.locator("#about-room").click();
  await erase.click();
  await page.getByText("Erase #7? Every message in it is deleted for good").waitFor();
  await page.locator("button:focus", { hasText: "Cancel" }).click();
  await erase.click();
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.locator("#notice", { hasText: "#7 is erased." }).waitFor();
  await untilRoom(page, "lobby");
  assertEquals(await page.getByRole("link", { name: "7" }).count(), 0);
  assertEquals(await page.locator("#notice").getByRole("button").count(), 0);
  await guest.locator("#closed").getByText("This room does not exist").waitFor();
  assertEquals(await guest.locator("#log .row", { hasText: "a secret" }).count(), 0);
  await goTo(page, "7");
  await page.locator("#closed").getByText("This room does not exist").waitFor();
});

browserTest("what a line that breaks leaves of an erasure is done when it is asked for again", async (stage) => {
  const page = await makeRoom(await stage.join());
  await send(page, "a secret");
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "Archive the room" }).click();
  await page.getByRole("button", { name: "Archive the room" }).click();
  await page.locator("#closed").getByText("This room is archived").waitFor();
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "Erase the room" }).click();
  stage.line.refusing = true;
  stage.line.cut();
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.getByRole("dialog").getByRole("alert").getByText("Not done").waitFor();
  stage.line.mend();
  await page.locator("#retry").evaluate((button) => (button as HTMLElement).click());
  await online(page);
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.locator("#notice", { hasText: "#7 is erased." }).waitFor();
});

browserTest("those who moderate see what was changed, and why", async (stage) => {
  const page = await makeRoom(await stage.join());
  await using bob = await other(stage);
  await page.locator("#people-list li", { hasText: "8" }).getByRole("button").click();
  await page.getByRole("button", { name: "Make an owner" }).click();
  await page.getByRole("button", { name: "Make an owner" }).click();
  await bob.push("may", ({ may }) => may.includes("moderate"));
  await bob.ask(
    { type: "member", room: "7", nonce: nonce(), id: "k-" + "0".repeat(32), mute: true, reason: "spam" },
    "ok",
  );
  await page.locator("#about-room").click();
  await page.getByRole("button", { name: "What was changed" }).click();
  const changes = page.getByRole("dialog").locator(".audit > li");
  await changes.filter({ hasText: "muted" }).getByText("Reason: spam").waitFor();
  assertEquals(await changes.count(), 3);
});
