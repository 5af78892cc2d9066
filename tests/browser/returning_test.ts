/// <reference lib="dom" />
/** One returns to where one was: what is unread stays so until it was seen, and one's place in a room is kept. @module */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import {
  browserTest,
  coreTest,
  distanceToEnd,
  goTo,
  numbered,
  offline,
  online,
  pressRetry,
  send,
  type Stage,
  stopClock,
  texts,
  untilText,
  wheel,
} from "./lib.ts";

const NEW = ".row:has(.new) > .text";

const badgeOf = (page: Page, room: string) => page.locator("#room-list li", { hasText: room }).locator(".badge");

/** Whether the row with this text is in view as a whole. */
const isInView = (page: Page, text: string) =>
  page.locator("#rows .row > .text").getByText(text, { exact: true }).first().evaluate((row) => {
    const log = document.querySelector("#log")!.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    return top >= log.top && bottom <= log.bottom;
  }).catch(() => false);

const untilInView = (page: Page, text: string) => eventually(() => isInView(page, text), `${text} to be in view`);

/** Reads the room, and goes away before more is said in it. */
async function visit(stage: Stage, said: number, meanwhile: number) {
  await stage.fill("attic", said);
  const page = await stage.join("/r/attic");
  await untilText(page, `message ${said}`);
  await eventually(() => page.evaluate(() => localStorage.getItem("switchboard.read") !== null), "it to be read");
  await page.goto("about:blank");
  await stage.fill("attic", meanwhile, (n) => `message ${said + n}`);
  return page;
}

coreTest(
  "a room with 130 unread opens at the first of them, and they stay unread until they are seen",
  async (stage) => {
    const page = await visit(stage, 60, 130);
    await page.goto(`http://127.0.0.1:${stage.line.port}/r/attic`);
    await untilInView(page, "message 61");
    assertEquals(await page.locator(NEW).allInnerTexts(), ["message 61"]);
    assert(await isInView(page, "message 59"), "with what comes before");
    assertLess(100, parseInt(await badgeOf(page, "attic").getByText("unread").innerText()));
    const before = await badgeOf(page, "attic").innerText();
    await wheel(page, 900);
    await eventually(async () => await badgeOf(page, "attic").innerText() !== before, "some to be read");
    await eventually(async () => {
      await page.mouse.wheel(0, 900);
      return await badgeOf(page, "attic").isHidden();
    }, "all of them to be read");
    assertEquals((await texts(page)).at(-1), "message 190");
  },
);

coreTest(
  "one who goes past what is unread is told how much there is, and can go there or leave it",
  async (stage) => {
    const page = await visit(stage, 60, 130);
    await page.goto(`http://127.0.0.1:${stage.line.port}/r/attic`);
    await untilInView(page, "message 61");
    await page.locator("#jump", { hasText: "message 190" }).click();
    await eventually(async () => await distanceToEnd(page) < 2, "the end");
    const since = page.locator("#since");
    const go = since.getByRole("button", { name: /\d+ new since/ });
    await go.waitFor();
    const count = Number(/\d+/.exec(await go.innerText())![0]);
    assert(count > 90 && count <= 130, `${count}`);
    await send(page, "I am back");
    await untilText(page, "I am back");
    await go.click();
    await since.waitFor({ state: "hidden" });
    assert(!(await badgeOf(page, "attic").isHidden()));
    await page.locator("#jump").click();
    await since.getByRole("button", { name: "Mark read" }).click();
    await since.waitFor({ state: "hidden" });
    await eventually(() => badgeOf(page, "attic").isHidden(), "nothing to be unread");
  },
);

coreTest(
  "where one was in a room is where one comes back to, from another room and over a reload",
  async (stage) => {
    await stage.fill("attic", 400);
    await stage.fill("cellar", 3, (n) => `cellar ${n}`);
    const page = await stage.join("/r/attic");
    await untilText(page, "message 400");
    const firstInView = () =>
      page.locator("#log").evaluate((log) => {
        const { top } = log.getBoundingClientRect();
        const row = [...log.querySelectorAll("#rows .row")].find((row) => row.getBoundingClientRect().bottom > top + 1);
        return `${row?.querySelector(":scope > .text")?.textContent} at ${
          Math.round((row?.getBoundingClientRect().top ?? 0) - top)
        }`;
      });
    await eventually(async () => {
      await page.hover("#log");
      await page.mouse.wheel(0, -2000);
      return (await texts(page)).includes("message 100");
    }, "the way up");
    await page.mouse.wheel(0, -200);
    let before = "";
    await eventually(async () => before === (before = await firstInView()), "the wheel to stand still");
    await goTo(page, "cellar");
    await untilText(page, "cellar 3");
    await page.locator("#room-list a", { hasText: "attic" }).click();
    await eventually(async () => await firstInView() === before, before);
    await page.reload();
    await eventually(async () => await firstInView() === before, `${before} after the reload`);
    await page.locator("#jump").click();
    await untilText(page, "message 400");
  },
);

browserTest(
  "after 1,300 messages in an outage one is where one was, and the way down has all of them",
  async (stage) => {
    const page = await joinRead(stage);
    await stage.break(page);
    await stage.fill("lobby", 1300, (n) => `message ${40 + n}`);
    stage.line.refusing = false;
    await page.locator("#retry").evaluate((button) => (button as HTMLElement).click());
    await online(page);
    await eventually(async () => /^\(1,\d{3}\)/.test(await page.title()), "them to count as unread");
    await untilInView(page, "message 41");
    assertEquals(await page.locator(NEW).allInnerTexts(), ["message 41"]);
    await untilInView(page, "message 40");
    const seen = new Set<string>();
    await page.hover("#log");
    await eventually(async () => {
      const past = page.locator("#since button").first();
      if (await past.isVisible()) await past.click();
      await page.hover("#log");
      await page.mouse.wheel(0, 1500);
      const isAtEnd = await badgeOf(page, "lobby").isHidden();
      // Afterwards, or the newest may come between.
      for (const text of await texts(page)) seen.add(text);
      return isAtEnd;
    }, "the way down");
    for (const text of numbered(1, 1340)) assert(seen.has(text), text);
  },
);

browserTest("one who has written in an outage stays there, though the line breaks once more", async (stage) => {
  const page = await joinRead(stage);
  await stage.break(page);
  await stage.fill("lobby", 120, (n) => `message ${40 + n}`);
  await send(page, "written in the outage");
  for (const last of ["written in the outage", "said after it"]) {
    stage.line.mend();
    await pressRetry(page);
    await online(page);
    await untilInView(page, last);
    await stage.break(page);
    await stage.fill("lobby", 1, () => "said after it");
  }
});

coreTest("an address of a message shows it, with what is around it; one that is gone says so", async (stage) => {
  await stage.fill("lobby", 500);
  const page = await stage.join("/r/lobby/200");
  await untilInView(page, "message 200");
  await page.locator(".row.found", { hasText: "message 200" }).waitFor();
  for (const text of ["message 199", "message 201"]) assert(await isInView(page, text), text);
  await stage.fill("attic", 60);
  await page.goto(`http://127.0.0.1:${stage.line.port}/r/attic/9999`);
  await page.locator("#notice", { hasText: /message/ }).waitFor();
  await untilInView(page, "message 60");
});

browserTest("what was said while nobody looked at the page is not read unseen", async (stage) => {
  await stage.fill("lobby", 40);
  const page = await stage.join();
  await untilText(page, "message 40");
  const look = (looks: boolean) =>
    page.evaluate((looks) => {
      document.hasFocus = () => looks;
      dispatchEvent(new Event(looks ? "focus" : "blur"));
    }, looks);
  await look(false);
  await stage.fill("lobby", 60, (n) => `message ${40 + n}`);
  await untilText(page, "message 100");
  await look(true);
  await page.getByRole("button", { name: "60 new since" }).click();
  await untilInView(page, "message 41");
});

const NONE_MISSING = "Back after 2 hours: 1,300 messages, none missing ✓";

/** A page in a room of 40 messages, all of which are read. */
async function joinRead(stage: Stage): Promise<Page> {
  await stage.fill("lobby", 40);
  const page = await stage.join();
  await untilText(page, "message 40");
  await page.focus("#field");
  await eventually(() => page.evaluate(() => localStorage.getItem("switchboard.read") !== null), "it to be read");
  return page;
}

/** A page in the lobby, whose clock the test moves. */
async function joinLobby(stage: Stage, prepare?: () => void): Promise<Page> {
  await stage.fill("lobby", 40);
  const page = await stage.joinClocked({}, prepare);
  await untilText(page, "message 40");
  return page;
}

/** Comes back to the lobby, in which 1,300 messages were said meanwhile. */
async function comeBackLate(stage: Stage, page: Page): Promise<void> {
  await stage.fill("lobby", 1300, (n) => `message ${40 + n}`);
  stage.line.refusing = false;
  await pressRetry(page);
}

coreTest("after a long absence one is told how much came, and that none of it is missing", async (stage) => {
  const page = await joinLobby(stage);
  await stage.break(page);
  await page.clock.fastForward("02:00:00");
  const held: string[] = [];
  let hold = true;
  stage.line.down = (line) => {
    if (!hold || JSON.parse(line).type !== "joined") return line;
    held.push(line);
    return undefined;
  };
  await comeBackLate(stage, page);
  // The connection is there for some seconds before the room is.
  await page.locator('#status[data-phase="online"]').waitFor({ state: "attached" });
  await eventually(() => held.length > 0, "the answer to the join");
  await page.clock.runFor(3000);
  hold = false;
  for (const line of held) stage.line.inject(JSON.parse(line));
  await page.locator("#notice", { hasText: NONE_MISSING }).waitFor();
});

browserTest("a computer that fell asleep right after a check was away from then on", async (stage) => {
  const page = await joinLobby(stage, () => {
    const checks: string[] = [];
    Object.assign(globalThis, { checks });
    globalThis.WebSocket = class extends WebSocket {
      constructor(...where: ConstructorParameters<typeof WebSocket>) {
        super(...where);
        this.addEventListener("message", ({ data }) => data.includes('"pong"') && checks.push(data));
      }
    };
  });
  const checks = (): Promise<number> => page.evaluate(() => Reflect.get(globalThis, "checks").length);
  await stopClock(page);
  // It is checked where its clock was stopped, and where it falls asleep.
  await eventually(async () => await checks() === 1, "a check");
  await page.clock.fastForward(21_000);
  await eventually(async () => await checks() === 2, "another check");
  // As it wakes up it checks again, and is not answered any more.
  stage.line.stall();
  await page.clock.fastForward("02:00:00");
  stage.line.refusing = true;
  stage.line.cut();
  await page.clock.resume();
  await offline(page);
  stage.line.mend();
  await comeBackLate(stage, page);
  await page.locator("#notice", { hasText: NONE_MISSING }).waitFor();
});

browserTest("nobody is told that none is missing where the server has not kept all of them", async (stage) => {
  stage.line.down = (line) => {
    const reply = JSON.parse(line);
    return reply.type === "joined" && reply.seq > 40 ? JSON.stringify({ ...reply, first: 1291 }) : line;
  };
  // Else it gets what it is told that the server has not.
  stage.line.up = (line) => line.includes('"history"') ? undefined : line;
  const page = await joinLobby(stage);
  await stage.break(page);
  await page.clock.fastForward("02:00:00");
  await comeBackLate(stage, page);
  await untilText(page, "message 1340");
  // By then the page has joined the room, and would have said it.
  await stage.fill("lobby", 1, () => "said after it");
  await untilText(page, "said after it");
  assertEquals(await page.locator("#notice").innerText(), "");
});
