/// <reference lib="dom" />
/** Invitations on the page: who makes them, and who comes in by them. @module */

import { ChatClient } from "../lib/client.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, coreTest, online, pressRetry, type Stage, untilText } from "./lib.ts";
import { KEY } from "./owned.ts";

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
  await page.locator(".more-ways").getByRole("button", { name: "Make another link" }).waitFor();
  assertEquals(
    await page.getByText("this address leads nowhere").innerText(),
    "127.0.0.1 is this machine itself: on another one this address leads nowhere.",
  );
  await page.getByText("Member: 25 people more").waitFor();
  const [room = "", secret = ""] = link.hash.slice(1).split(".");
  await using bob = await ChatClient.keyed(stage.server, KEY);
  await bob.ask({ type: "redeem", room, nonce: nonce(), secret }, "ok");
  await page.locator(".noted", { hasText: "is a member now" }).waitFor();
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

/** Somebody's private room, straight at the server. */
async function roomOf(ada: ChatClient): Promise<string> {
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  const { room } = await ada.ask(
    { type: "create", nonce: nonce(), set: { visibility: "private", title: "Tea" } },
    "ok",
  );
  await ada.join(room!);
  return room!;
}

/** Opens a link that brings something. */
async function follow(stage: Stage, link: string, page?: Page): Promise<Page> {
  page ??= await stage.open("/healthz");
  await page.goto(`http://127.0.0.1:${stage.line.port}/i#${link}`);
  return page;
}

coreTest("a link lets somebody in who says so, and its secret is in no address", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  await ada.publish(room, "welcome");
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const page = await follow(stage, `${room}.${secret}`);
  const dialog = page.getByRole("dialog", { name: "You are invited" });
  await dialog.getByText("into a private room").waitFor();
  assertEquals(page.url().includes(secret), false);
  assertEquals(ada.frames.some((frame) => frame.includes('"kind":"member"')), false);
  await page.reload();
  await page.locator("button:focus", { hasText: "Join the room" }).waitFor();
  await page.keyboard.press("Enter");
  await untilText(page, "welcome");
  await page.locator("#room-name", { hasText: "Tea" }).waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.reload();
  await untilText(page, "welcome");
  assertEquals(await dialog.count(), 0);
  assertEquals(
    await page.evaluate(() => Object.values(localStorage).join()).then((all) => all.includes(secret)),
    false,
  );
});

browserTest("who was at the door before comes in without opening the page again", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  await ada.publish(room, "welcome");
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const page = await stage.open(`/r/${room}`);
  await page.getByText("not open to you").waitFor();
  await follow(stage, `${room}.${secret}`, page);
  await page.getByRole("button", { name: "Join the room" }).click();
  await untilText(page, "welcome");
});

/** The rooms that a browser will open at its next visit. */
function followed(page: Page): Promise<string | null> {
  return page.evaluate(() => localStorage.getItem("switchboard.rooms"));
}

coreTest("a newcomer comes by a link into that room only, under a name that is chosen first", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  await ada.publish(room, "welcome");
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const joined: string[] = [];
  stage.line.up = (line) => {
    const { type, room } = JSON.parse(line);
    if (type === "join") joined.push(room);
    return line;
  };
  const page = await follow(stage, `${room}.${secret}`);
  const dialog = page.getByRole("dialog", { name: "You are invited" });
  const name = dialog.getByLabel("You will be seen there as");
  await name.fill("\u202EGrace");
  await name.press("Enter");
  await dialog.getByRole("alert").getByText("direction").waitFor();
  await name.fill("Grace");
  await name.press("Enter");
  await untilText(page, "welcome");
  assertEquals(await page.locator("#me-name").innerText(), "Grace");
  await page.locator("#people-list li", { hasText: "Grace" }).waitFor();
  assertEquals(await page.locator("#welcome").count(), 0);
  assertEquals(joined, [room]);
  assertEquals(await page.locator("#room-list li").count(), 1);
  assertEquals(await followed(page), JSON.stringify([room]));
});

browserTest("somebody who does not want to be let in is where everybody is", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const page = await follow(stage, `${room}.${secret}`);
  await page.getByRole("button", { name: "Not now" }).click();
  await page.locator("#people-list li").first().waitFor();
  await page.locator("#room-list a", { hasText: "lobby" }).waitFor();
  assertEquals(await followed(page), '["lobby"]');
  // The rooms of earlier visits are there behind the question.
  await follow(stage, `${room}.${secret}`, page);
  await page.getByRole("button", { name: "Not now" }).waitFor();
  await page.locator("#people-list li").first().waitFor();
});

browserTest("a plain member of a private room is told that its address brings in nobody else", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const page = await follow(stage, `${room}.${secret}`);
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.locator("#invite").click();
  const said = page.getByRole("dialog", { name: "Invite to" }).locator("p").first();
  await said.getByText("An owner or a moderator can let others in.").waitFor();
});

browserTest("a link that lets nobody in any more says so, and is not asked about again", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  const page = await follow(stage, `${room}.${"a".repeat(26)}`);
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.getByRole("alert").getByText("does not let you in").waitFor();
  await page.locator("button:focus", { hasText: "Close" }).click();
  await page.reload();
  await online(page);
  assertEquals(await page.getByRole("dialog").count(), 0);
});

browserTest("somebody comes in by a link as soon as the line is back", async (stage) => {
  await using ada = await ChatClient.keyed(stage.server, KEY);
  const room = await roomOf(ada);
  await ada.publish(room, "welcome");
  const { secret } = await ada.ask({ type: "invite", room }, "invited");
  const page = await follow(stage, `${room}.${secret}`);
  await page.getByRole("button", { name: "Join the room" }).waitFor();
  await stage.break(page);
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.getByText("There is no connection: you come in").waitFor();
  stage.line.mend();
  await pressRetry(page);
  await untilText(page, "welcome");
});
