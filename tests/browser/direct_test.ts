/// <reference lib="dom" />
/** Two people who write to each other, and places that one is given. @module */

import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, coreTest, goTo, online, send, type Stage, untilRoom, untilText } from "./lib.ts";
import { idOf, KEY } from "./owned.ts";

const nonce = () => crypto.randomUUID();

/** Somebody else whose id is proven, straight at the server. */
async function ada(stage: Stage, ...rooms: string[]): Promise<ChatClient> {
  const ada = await ChatClient.keyed(stage.server, KEY);
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  for (const room of rooms) await ada.join(room);
  return ada;
}

/** Opens the room of two from the card of somebody. */
async function writeTo(page: Page, name: string): Promise<void> {
  await page.locator("#people-list li", { hasText: name }).getByRole("button").click();
  await page.getByRole("dialog", { name }).getByRole("button", { name: "Message", exact: true }).click();
  await untilRoom(page, name);
}

/** The room of the two as the other one finds it. */
async function roomWith(client: ChatClient, id: string): Promise<string> {
  const { room } = await client.ask({ type: "dm", id }, "ok");
  await client.join(room!);
  return room!;
}

coreTest("one writes to somebody from their card, and the other sees who calls", async (stage) => {
  const page = await stage.join();
  const other = await stage.join();
  const [name, otherName] = await Promise.all([page, other].map((each) => each.locator("#me-name").innerText()));
  await writeTo(page, otherName!);
  assertMatch(new URL(page.url()).pathname, /^\/r\/d-[a-z2-7]{26}$/);
  await page.locator("#direct-list a", { hasText: otherName }).waitFor();
  assert(!await page.locator("#invite").isVisible());
  assertEquals(await page.locator("#direct-list").getByText("d-").count(), 0);
  await send(page, "hello you");
  const badge = other.locator("#direct-list li", { hasText: name }).locator(".badge.called");
  await badge.getByText("1 unread").waitFor({ state: "attached" });
  await untilRoom(other, "lobby");
  await other.locator("#direct-list a", { hasText: name }).click();
  await untilRoom(other, name!);
  await untilText(other, "hello you");
  await other.getByText("Only the two of you read here.").waitFor();
  await send(other, "and you");
  await untilText(page, "and you");
  await page.reload();
  await online(page);
  await untilRoom(page, otherName!);
  await page.locator("#about-room").click();
  await page.getByRole("dialog", { name: otherName }).getByText("Fingerprint").waitFor();
  assertEquals(await page.getByRole("button", { name: "Message", exact: true }).count(), 0);
});

browserTest("nobody is offered to write to somebody whom nothing proves", async (stage) => {
  await stage.member("8", "lobby");
  const page = await stage.join();
  await page.locator("#people-list li", { hasText: "Client #8" }).getByRole("button").click();
  await page.getByRole("dialog").getByText("Nothing proves this id").waitFor();
  assertEquals(await page.getByRole("button", { name: "Message", exact: true }).count(), 0);
});

browserTest("what somebody writes while one is away is unread when one comes back", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  await using client = await ada(stage);
  await page.locator("#browse").waitFor({ state: "attached" });
  await page.waitForFunction(() => localStorage.getItem("switchboard.direct") !== null);
  await page.goto("about:blank");
  const room = await roomWith(client, id);
  for (const text of ["one", "two", "three"]) await client.publish(room, text);
  await page.goto(`http://127.0.0.1:${stage.line.port}/`);
  const item = page.locator("#direct-list li", { hasText: "Ada" });
  await item.locator(".badge.called").getByText("3 unread").waitFor({ state: "attached" });
  await item.getByRole("link").click();
  await untilText(page, "three");
  await item.locator(".badge").waitFor({ state: "hidden" });
});

browserTest("a room of two that one has left comes back with the next message", async (stage) => {
  const page = await stage.join();
  await using client = await ada(stage);
  const room = await roomWith(client, await idOf(page));
  await client.publish(room, "one");
  const item = page.locator("#direct-list li", { hasText: "Ada" });
  await item.getByRole("link").click();
  await untilText(page, "one");
  await item.hover();
  await item.getByRole("button", { name: "Leave Ada" }).click();
  await item.waitFor({ state: "detached" });
  await page.locator("#mine li", { hasText: "Ada" }).waitFor();
  await client.publish(room, "two");
  await page.reload();
  await item.locator(".badge").getByText("1 unread").waitFor({ state: "attached" });
});

browserTest("one gives up one's place in a room of two, until one writes to the other again", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  await using client = await ada(stage, "lobby");
  await writeTo(page, "Ada");
  const room = await roomWith(client, id);
  await client.publish(room, "one");
  await untilText(page, "one");
  await page.locator("#about-room").click();
  const giveUp = page.getByRole("dialog", { name: "Ada" }).getByRole("button", { name: "give up your place" });
  await giveUp.click();
  await page.getByText("It stays for Ada, who may go on writing in it").waitFor();
  await giveUp.click();
  await page.locator("#notice", { hasText: "You gave up your place in Ada." }).waitFor();
  await untilRoom(page, "lobby");
  assertEquals(await page.locator("#notice").getByRole("button").count(), 0);
  assertEquals(await page.locator("#rooms").getByRole("link", { name: "Ada" }).count(), 0);
  await client.push("change", (change) => change.id === id && "role" in change && change.role === "guest");
  await client.publish(room, "two");
  await page.reload();
  await online(page);
  await page.locator("#people-list li", { hasText: "Ada" }).waitFor();
  assertEquals(await page.locator("#rooms").getByRole("link", { name: "Ada" }).count(), 0);
  await writeTo(page, "Ada");
  await untilText(page, "two");
});

browserTest("somebody who is given a place is told so, and goes on reading", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  await using client = await ada(stage);
  const set = { visibility: "private", title: "Book club" } as const;
  const { room } = await client.ask({ type: "create", nonce: nonce(), set }, "ok");
  await client.join(room!);
  await client.publish(room!, "welcome");
  await client.ask({ type: "member", room: room!, nonce: nonce(), id, role: "member" }, "ok");
  const notice = page.locator("#notice", { hasText: "You have a place in 🔒 Book club now." });
  // It stays for as long as somebody is about to press what it offers.
  await notice.hover();
  await untilRoom(page, "lobby");
  await page.locator("#mine").getByRole("link", { name: "Book club" }).waitFor();
  await notice.getByRole("button", { name: "Open it" }).click();
  await untilText(page, "welcome");
});

browserTest("the door of a private room opens by itself when one is given a place", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  await using client = await ada(stage);
  const { room } = await client.ask({ type: "create", nonce: nonce(), set: { visibility: "private" } }, "ok");
  await client.join(room!);
  await client.publish(room!, "welcome");
  await goTo(page, room!);
  await page.locator("#closed").getByText("not open to you").waitFor();
  await client.ask({ type: "member", room: room!, nonce: nonce(), id, role: "member" }, "ok");
  await untilText(page, "welcome");
});
