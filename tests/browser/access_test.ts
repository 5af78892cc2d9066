/// <reference lib="dom" />
/** For everybody: the keyboard reaches all, a screen reader is told and not flooded. What axe finds, `axe_test.ts` looks for. @module */

import { assert, assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, coreTest, PHONE, pressRetry, send, stopClock, untilText, untilTicked } from "./lib.ts";

coreTest("a screen reader is told of what comes, and not more often than it can say", async (stage) => {
  const page = await stage.joinClocked();
  const said = page.locator("#announcer");
  const ada = await stage.member("ada", "lobby");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  // Else those who are slow to write get the time in which the next can be said.
  await stopClock(page);
  await ada.publish("lobby", "hello");
  await untilTicked(page, async () => await said.innerText() === "Ada: hello", "the first to be said");
  for (let i = 0; i < 5; i++) await ada.publish("lobby", `more ${i}`);
  await untilTicked(page, () => page.locator("#rows", { hasText: "more 4" }).isVisible(), "the last");
  assertEquals(await said.innerText(), "Ada: hello");
  await page.clock.fastForward(5100);
  await page.locator("#announcer", { hasText: "5 new messages" }).waitFor({ state: "attached" });
  assertEquals(await page.locator("#log").getAttribute("aria-live"), "off");
});

browserTest("a screen reader is told that a message was refused, and that the connection is back", async (stage) => {
  const page = await stage.join();
  stage.answer(() => [{ type: "error", code: "bad_command", message: "No such thing" }]);
  await send(page, "one");
  await page.getByRole("alert").filter({ hasText: "Not sent: the server does not accept it" }).waitFor();
  stage.line.stall();
  stage.line.cut();
  await page.locator("#banner").waitFor();
  stage.line.mend();
  await pressRetry(page);
  await page.locator("#announcer", { hasText: "Connected" }).waitFor({ state: "attached" });
});

browserTest("the field says what is being written in it, and that only", async (stage) => {
  const page = await stage.join();
  await send(page, "mine");
  await untilText(page, "mine");
  const description = () =>
    page.locator("#field").evaluate((field: Element) =>
      field.getAttribute("aria-describedby")!.split(" ").map((id) => document.getElementById(id)!.textContent).join("")
    );
  assertEquals(await description(), "");
  await page.press("#field", "ArrowUp");
  await page.locator("#writing", { hasText: "Editing your message" }).waitFor();
  assertEquals(await description(), "Editing your message");
  await page.keyboard.press("Escape");
  await page.locator("#writing").waitFor({ state: "hidden" });
  assertEquals(await description(), "");
});

coreTest("the keyboard reaches everything, in the order of the page", async (stage) => {
  const page = await stage.join();
  const order = [];
  await page.locator("body").evaluate(() => (document.activeElement as HTMLElement).blur());
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    order.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim()));
  }
  const wanted = [
    "Skip to writing",
    "jump-to",
    "#lobby",
    "join-room",
    "me",
    "help",
    "invite",
    "log",
    "welcome-name",
    "field",
  ];
  assertEquals([...new Set(order)].filter((each) => wanted.includes(each!)), wanted);
});

for (const [how, width, size] of [["at 400 % zoom", 320, "100%"], ["at 200 % text size", 500, "200%"]] as const) {
  browserTest(`${how} nothing is cut off`, async (stage) => {
    await stage.fill("lobby", 3, () => "https://example.org/" + "long".repeat(60));
    const page = await stage.join("/", { viewport: { width, height: 640 } });
    await page.evaluate((size) => document.documentElement.style.fontSize = size, size);
    await stage.fill("lobby", 1, () => "the end");
    await untilText(page, "the end");
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("#main *")].filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth + 1);
      }).map((each) => each.outerHTML.slice(0, 100))
    );
    assertEquals(cut, []);
    assert(await page.locator("#send").isVisible());
  });
}

browserTest("on a phone the panels open, close by Escape, and give the focus back", async (stage) => {
  const page = await stage.join("/", PHONE);
  assert(await page.locator("#rooms").isHidden());
  await page.tap("#rooms-open");
  await page.locator("#rooms.open").waitFor();
  assert(await page.locator("#join-room").isVisible());
  await page.keyboard.press("Escape");
  await eventually(() => page.locator("#rooms").isHidden(), "the panel to be closed");
  assertEquals(await page.evaluate(() => document.activeElement?.id), "rooms-open");
  await page.tap("#people-open");
  await page.locator("#people-list li").first().waitFor();
});

browserTest(
  "without keys an open panel is closed by a button, and a window that grows gives the page back",
  async (stage) => {
    const page = await stage.join("/", PHONE);
    await page.tap("#people-open");
    // Beside the panel, which lies on its middle.
    await page.getByRole("button", { name: "Close the panel" }).click({ position: { x: 20, y: 400 } });
    await eventually(() => page.locator("#people").isHidden(), "the panel to be closed");
    await page.tap("#people-open");
    await page.locator("#people.open").waitFor();
    assert(await page.locator("#main").evaluate((main) => (main as HTMLElement).inert));
    await page.setViewportSize({ width: 1200, height: 800 });
    await page.locator("#main:not([inert])").waitFor();
  },
);
