/// <reference lib="dom" />
/** Rooms that belong to somebody, on the page: what changes them, how one makes and sets one up, and who may do what. */

import { idOfKey } from "../../chat/wire/identity.ts";
import { ChatClient } from "../lib/client.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import {
  browserTest,
  coreTest,
  focusedId,
  goTo,
  online,
  PHONE,
  pressRetry,
  send,
  stopClock,
  untilText,
  untilTicked,
} from "./lib.ts";
import { menuAt } from "./messages.ts";
import { idOf, KEY, owner, place, set } from "./owned.ts";

coreTest("what changes a room is told in quiet lines of its log", async (stage) => {
  const ada = await owner(stage);
  const page = await stage.join("/r/tea");
  const id = await idOf(page);
  const name = await page.locator("#me-name").innerText();
  await ada.publish("tea", "a message");
  await ada.ask(place(id, { role: "moderator" }), "ok");
  await untilText(page, `Ada made ${name} a moderator`);
  await ada.ask(set({ title: "Tea & cakes", locked: true }), "ok");
  await untilText(page, "Ada called the room “Tea & cakes”");
  await untilText(page, "Ada locked the room");
  await ada.ask(place("k-" + "0".repeat(32), { mute: true }), "ok");
  const quiet = await untilText(page, "Ada muted Somebody");
  // The bar is at a message that is pointed at, and goes at such a line: nothing can be done with that.
  await (await untilText(page, "a message")).hover();
  const bar = page.locator("#rows .row .tools");
  await bar.waitFor();
  await quiet.hover();
  await bar.waitFor({ state: "detached" });
});

coreTest("one makes a room with a title in any script, and it is private if one wants", async (stage) => {
  const page = await stage.join();
  await page.locator("#new-room").click();
  await page.getByRole("dialog", { name: "New room of your own", exact: true }).waitFor();
  await page.getByLabel("Title").fill("日本語 ✎");
  await page.getByLabel("Topic").fill("Words and where they come from");
  await page.getByLabel("Who finds it").selectOption("private");
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("#room-name", { hasText: "日本語" }).waitFor();
  assertMatch(new URL(page.url()).pathname, /^\/r\/p-[a-z2-7]{26}$/);
  await page.locator("#topic", { hasText: "Words and" }).waitFor();
  await page.locator("#room-list a", { hasText: "🔒 日本語 ✎" }).waitFor();
  await eventually(async () => /🔒\s日本語 ✎/.test(await page.title()), "the title of the tab");
  await page.locator("#field:focus").waitFor();
  await send(page, "hello");
  await untilText(page, "hello");
  // The field is called by the room's title again once one has come back.
  const label = () => page.locator("#field").evaluate(({ ariaLabel }) => ariaLabel);
  await goTo(page, "lobby");
  assertEquals(await label(), "Message #lobby");
  await page.locator("#room-list a", { hasText: "日本語" }).click();
  await eventually(async () => /^Message 🔒\s日本語 ✎$/.test(await label() ?? ""), "the title in the field");
  assertMatch(await page.locator("#beginning-name").innerText(), /日本語/);
  await page.reload();
  await online(page);
  await page.locator("#room-name", { hasText: "日本語" }).waitFor();
  await page.locator("#people-list .role", { hasText: "owner" }).waitFor();
});

browserTest("a room that never let somebody in is not followed, nor told of in other rooms", async (stage) => {
  const page = await stage.join();
  const shut = `p-${"a".repeat(26)}`;
  await page.goto(new URL(`/r/${shut}`, page.url()).href);
  await page.locator("#closed", { hasText: "not open to you" }).waitFor();
  assert(await page.locator("#invite").isHidden());
  await page.locator("#room-list a", { hasText: "lobby" }).click();
  await page.locator("#people-list li").first().waitFor();
  assert(await page.locator("#invite").isVisible());
  assertEquals(await page.locator("#room-list .label").allInnerTexts(), ["lobby"]);
  assertEquals(await page.evaluate(() => localStorage.getItem("switchboard.rooms")), '["lobby"]');
  await stage.break(page);
  stage.line.mend();
  const joined: string[] = [];
  stage.line.up = (line) => {
    const { type, room } = JSON.parse(line);
    if (type === "join") joined.push(room);
    return line;
  };
  await pressRetry(page);
  await online(page);
  await send(page, "back again");
  await page.locator("#rows .row", { hasText: "back again" }).waitFor();
  assertEquals([...new Set(joined)], ["lobby"]);
});

browserTest("a title that is taken is said to be, and nothing is lost", async (stage) => {
  await owner(stage);
  const page = await stage.join();
  await page.locator("#new-room").click();
  await page.getByLabel("Title").fill("Tea");
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.getByText("there is a room of that name").waitFor();
  assertEquals(await page.getByLabel("Title").inputValue(), "Tea");
});

browserTest("an owner sets the room up from its card, and everybody sees it", async (stage) => {
  const page = await stage.join();
  await page.locator("#new-room").click();
  await page.getByLabel("Title").fill("Attic");
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("#room-name", { hasText: "Attic" }).waitFor();
  const other = await stage.join("/r/attic");
  await page.locator("#about-room").click();
  await page.getByText("You are here as: owner").waitFor();
  await page.getByRole("button", { name: "Room settings" }).click();
  await page.getByLabel("Topic").fill("Old things");
  await page.getByLabel("Locked").check();
  await page.getByRole("button", { name: "Save" }).click();
  await other.locator("#topic", { hasText: "Old things" }).waitFor();
  await other.locator("#closed", { hasText: "This room is locked" }).waitFor();
  assert(!await other.locator("#field").isVisible());
  assert(!await other.getByText("Everybody who opens this page").isVisible());
  assert(await page.locator("#field").isVisible());
  await other.locator("#about-room").click();
  await other.getByRole("dialog").getByText("It is locked").waitFor();
  assertEquals(await other.getByRole("button", { name: "Room settings" }).count(), 0);
});

coreTest("those who moderate decide about somebody on the card, and are asked first", async (stage) => {
  const page = await stage.join();
  await page.locator("#new-room").click();
  await page.getByLabel("Title").fill("Tea");
  await page.getByRole("button", { name: "Make the room" }).click();
  await page.locator("#room-name", { hasText: "Tea" }).waitFor();
  const bob = await ChatClient.keyed(stage.server, KEY);
  await bob.ask({ type: "rename", name: "Bob" }, "ok");
  await bob.join("tea");
  await bob.publish("tea", "rubbish");
  const row = await untilText(page, "rubbish");
  const card = page.getByRole("dialog", { name: "Bob" });
  const decide = async (said: string, asks: string, does = said) => {
    await page.locator("#people-list li", { hasText: "Bob" }).getByRole("button").click();
    await card.getByRole("button", { name: said, exact: true }).click();
    await card.getByText(asks).waitFor();
    await card.getByRole("button", { name: does, exact: true }).click();
    await card.waitFor({ state: "detached" });
  };
  await decide("Make a moderator", "Make Bob a moderator?");
  await page.locator("#people-list li", { hasText: "Bob" }).getByText("moderator").waitFor();
  await decide("Make a guest", "Make Bob a guest");
  await decide("Mute for an hour", "Mute Bob for an hour?", "Mute");
  await page.locator("#people-list li", { hasText: "Bob" }).getByText("muted").waitFor();
  await decide("Let write again", "Let Bob write again?");
  await (await menuAt(row)).getByRole("menuitem", { name: "Delete" }).click();
  await untilText(page, "This message was deleted");
  await decide("Ban", "Ban Bob?");
  await bob.push("removed", ({ code }) => code === "banned");
  await page.locator("#rows .noted", { hasText: "banned Bob" }).waitFor();
});

coreTest("somebody who is sent out is told so calmly, and comes in again where that may be", async (stage) => {
  const ada = await owner(stage);
  await ada.publish("tea", "read before");
  const page = await stage.join("/r/tea");
  const id = await idOf(page);
  await page.focus("#field");
  await ada.ask(place(id, { kick: true }), "ok");
  const closed = page.locator("#closed");
  await closed.getByText("You were sent out of this room").waitFor();
  assertEquals(await focusedId(page), "log");
  await untilText(page, "read before");
  assert(!await page.locator("#field").isVisible());
  await closed.getByRole("button", { name: "Join again" }).click();
  await page.locator("#field").waitFor();
  await ada.ask(place(id, { role: "banned", untilMs: Date.now() + 3_600_000 }), "ok");
  await closed.getByText(/You were banned from this room until/).waitFor();
  await untilText(page, "read before");
  await ada.ask(place(id, { role: "guest" }), "ok");
});

browserTest(
  "a ban and a mute that end by themselves end on the page, too, even if its clock is ahead",
  async (stage) => {
    const ada = await owner(stage);
    const page = await stage.joinClocked();
    await goTo(page, "tea");
    const id = await idOf(page);
    const closed = page.locator("#closed");
    const writes = () => untilTicked(page, () => page.locator("#field").isVisible(), "the field");
    /** It lasts for a second, which does not pass on the page before it has shown it. */
    const shutsOut = async (fields: { role: "banned" } | { mute: true }, told: string) => {
      const untilMs = Date.now() + 1000;
      await ada.ask(place(id, { ...fields, untilMs }), "ok");
      await closed.getByText(told).waitFor();
      await eventually(() => Date.now() > untilMs, "its end at the server");
      await page.clock.runFor(2000);
    };
    await stopClock(page);
    // Where it is stopped it is ahead as well: first it is to be right.
    await page.clock.setSystemTime(Date.now());
    await shutsOut({ role: "banned" }, "You were banned from this room until");
    await closed.getByRole("button", { name: "Join again" }).click();
    await writes();
    await page.clock.setSystemTime(Date.now() + 3_600_000);
    await shutsOut({ mute: true }, "You were muted until");
    await writes();
  },
);

browserTest("what one may not read any more is not shown any longer, and the lobby is near", async (stage) => {
  const ada = await owner(stage, { visibility: "private", title: "Book club" }, undefined);
  const room = ada.lines.flatMap((line) => line.type === "joined" ? [line.room] : [])[0]!;
  const page = await stage.join(`/`);
  const id = await idOf(page);
  await ada.publish(room, "a secret");
  await page.goto(page.url().replace(/\/(r\/.*)?$/, `/r/${room}`));
  const closed = page.locator("#closed");
  await closed.getByText("This room does not exist, or is not open to you").waitFor();
  await ada.ask(place(id, { role: "member" }, room), "ok");
  await page.reload();
  await untilText(page, "a secret");
  await page.locator("#room-name", { hasText: "Book club" }).waitFor();
  await ada.ask(place(id, { role: "guest" }, room), "ok");
  await closed.getByText("This room does not exist").waitFor();
  await eventually(async () => await page.locator("#rows .row").count() === 0, "no message");
  await closed.getByRole("button", { name: "Go to the lobby" }).click();
  await page.locator("#room-name", { hasText: "lobby" }).waitFor();
  assertEquals(await page.locator("#room-list a").count(), 1);
  await page.locator("#field").waitFor();
});

browserTest("one gives up one's place and leaves, and the last owner is told why not", async (stage) => {
  const ada = await owner(stage);
  const page = await stage.join();
  const id = await idOf(page);
  await ada.ask(place(id, { role: "owner" }), "ok");
  await goTo(page, "tea");
  const giveUp = page.getByRole("button", { name: "Give up your place" });
  const isOwner = page.locator("#people-list li:has(.you) .role", { hasText: "owner" });
  await isOwner.waitFor();
  await page.locator("#about-room").click();
  await giveUp.click();
  await page.getByText("You will be a guest of #tea").waitFor();
  const asked = await page.evaluate(() => document.activeElement!.getAttribute("aria-describedby")!);
  assertEquals(await page.locator(`#${asked}`).count(), 1);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await giveUp.click();
  await giveUp.click();
  await ada.push("change", (change) => change.id === id && "role" in change && change.role === "guest");
  await page.locator("#room-list a", { hasText: "tea" }).waitFor({ state: "detached" });

  await ada.ask(place(id, { role: "owner" }), "ok");
  await goTo(page, "tea");
  await isOwner.waitFor();
  await page.locator("#about-room").click();
  await ada.ask(place(await idOfKey(KEY), { role: "member" }), "ok");
  await giveUp.click();
  await giveUp.click();
  await page.getByText("nobody would own the room").waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.keyboard.press("Escape");
  await ada.publish("tea", "bye");
  await untilText(page, "bye");
});

browserTest(
  "an owner slows the room down in plain words, and has members see only what came after they joined",
  async (stage) => {
    const page = await stage.join();
    await page.locator("#new-room").click();
    await page.getByLabel("Title").fill("Tea");
    await page.getByText("More rules").click();
    const hidesPast = page.getByLabel("Members see only what came after they joined");
    // Where everybody reads there are no newcomers.
    assertEquals(await hidesPast.isVisible(), false);
    await page.getByLabel("Who finds it").selectOption("private");
    await hidesPast.check();
    await page.getByLabel("How often one may write").selectOption({ label: "One message every 30 seconds" });
    await page.getByLabel("How long messages are kept").selectOption({ label: "For 30 days, then gone for good" });
    await page.getByRole("button", { name: "Make the room" }).click();
    await page.locator("#room-name", { hasText: "Tea" }).click();
    await page.getByText("Messages are kept for 30 days, then removed for good.").waitFor();
    await page.getByText("It is in slow mode: one message every 30 seconds.").waitFor();
    await page.getByText("Each member sees what came after they joined.").waitFor();
    await page.getByRole("button", { name: "Room settings" }).click();
    await page.getByText("More rules").click();
    assertEquals(await hidesPast.isChecked(), true);
    assertEquals(await page.getByLabel("How often one may write").inputValue(), "30000");
    await page.getByLabel("How long a message can be edited").selectOption({ label: "For 15 minutes" });
    await page.getByLabel("When newcomers may write").selectOption({ label: "After 10 minutes" });
    assertEquals(await page.getByLabel("How long messages are kept").inputValue(), "30");
    await page.getByLabel("How long messages are kept").selectOption({ label: "As long as the server keeps them" });
    await page.getByRole("button", { name: "Save" }).click();
    await untilText(page, "lets messages be edited for 15 minutes");
    await untilText(page, "has newcomers wait 10 minutes before they write");
    await untilText(page, "has messages kept as long as the server keeps them");
    // Its owner waits for nothing.
    await send(page, "one");
    await send(page, "two");
    await untilText(page, "two");
  },
);

browserTest("in slow mode one sees how long one waits, and what one has written stays", async (stage) => {
  const ada = await owner(stage);
  await ada.ask(set({ slowMs: 4000 }), "ok");
  const page = await stage.joinClocked();
  await goTo(page, "tea");
  await idOf(page);
  // Else it is over for somebody who is slow.
  await stopClock(page);
  await send(page, "one");
  const timer = page.getByRole("timer");
  await timer.filter({ hasText: /^Slow mode, one message every 4 seconds: [1-4] seconds? left\.$/ }).waitFor();
  const told = page.getByRole("status").filter({ hasText: "Slow mode: you can write again in 4 seconds." });
  await told.waitFor();
  await page.locator("#field").fill("two");
  await page.locator("#field").press("Enter");
  assertEquals(await page.locator("#field").inputValue(), "two");
  await page.clock.fastForward(5000);
  await page.clock.resume();
  await page.getByRole("status").filter({ hasText: "You can write again." }).waitFor();
  assertEquals(await page.locator("#slow").textContent(), "");
  await page.locator("#field").press("Enter");
  await ada.push("message", ({ text }) => text === "two");
  assertEquals(ada.messages("tea").map(({ text }) => text), ["one", "two"]);
});

browserTest(
  "what was written before slow mode was known goes once it may, and a newcomer is told when that is",
  async (stage) => {
    const ada = await owner(stage);
    const page = await stage.join("/r/tea");
    await send(page, "one");
    await untilText(page, "one");
    await ada.ask(set({ newcomerDelayMs: 3_600_000 }), "ok");
    await page.locator("#closed", { hasText: "You are new here: you can read, and write from" }).waitFor();
    await ada.ask(set({ newcomerDelayMs: 1000 }), "ok");
    await page.locator("#field:visible").waitFor();
  },
);

browserTest("on a phone the topic stands below the title, and a long title goes on in a second line", async (stage) => {
  const called = "The garden party behind the old house, in the last summer days";
  await using _ada = await owner(stage, { title: called, topic: "Who brings what" });
  const page = await stage.join("/r/tea", PHONE);
  await page.locator("#topic", { hasText: "Who brings what" }).waitFor();
  const [title, topic, lines] = await page.evaluate(() => {
    const about = document.querySelector<HTMLElement>("#about-room")!;
    const box = (element: Element) => element.getBoundingClientRect().toJSON() as DOMRect;
    const lines = about.clientHeight / parseFloat(getComputedStyle(about).lineHeight);
    return [box(about), box(document.querySelector("#topic")!), lines] as const;
  });
  assertEquals(Math.round(lines), 2);
  assert(topic.top >= title.bottom && topic.width > 300, JSON.stringify([title, topic]));
  // Where it is wider it stands beside the title.
  const desk = await stage.join("/r/tea");
  await desk.locator("#topic", { hasText: "Who brings what" }).waitFor();
  const { width = 0 } = await desk.locator("#topic").boundingBox() ?? {};
  assert(width > 100, `${width} px`);
});

browserTest(
  "where it is narrow, what somebody is in a room stands below a name that needs the width",
  async (stage) => {
    await using ada = await owner(stage, undefined, "tea", "Ada King of Lovelace");
    const key = KEY.replace("0", "f");
    const id = await idOfKey(key);
    await using bob = await ChatClient.keyed(stage.server, key, "tea");
    await bob.ask({ type: "rename", name: "Bob" }, "ok");
    await ada.ask(place(id, { role: "moderator" }), "ok");
    const page = await stage.join("/r/tea", { ...PHONE, viewport: { width: 320, height: 640 } });
    await page.locator("#people-open").click();
    const list = page.locator("#people-list");
    await list.getByText("owner").waitFor();
    await list.getByText("moderator").waitFor();
    const told = await list.locator("li:not(:has(.you))").evaluateAll((all: Element[]) =>
      all.map((each) => {
        const [name, role] = [each.querySelector(".cut")!, each.querySelector(".role")!];
        const isBelow = role.getBoundingClientRect().top >= name.getBoundingClientRect().bottom;
        return [name.textContent, name.scrollWidth <= name.clientWidth, isBelow];
      })
    );
    assertEquals(told, [["Ada King of Lovelace", true, true], ["Bob", true, false]]);
  },
);
