/// <reference lib="dom" />
/** What the page says where something is wrong: the server is gone, nothing can be kept, the browser is too old. @module */

import type { Page } from "../lib/playwright.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { browserTest, coreTest, goTo, online, PHONE, send, untilNotice, untilText } from "./lib.ts";
import { owner } from "./owned.ts";

browserTest("that all is well is not said; that it is not so is", async (stage) => {
  const page = await stage.join();
  assertEquals(await page.locator("#status").innerText(), "");
  await page.getByRole("button", { name: "Connection" }).click();
  const card = page.getByRole("dialog", { name: "Connection" });
  await card.getByText(/^Connected for \d+ seconds?\.$/).waitFor();
  await card.getByText("#lobby has no messages here yet.").waitFor();
  await stage.fill("lobby", 3);
  await card.getByText("#lobby: no message is missing between those that are loaded here.").waitFor();
  await page.keyboard.press("Escape");
  await stage.break(page);
  await page.locator("#status", { hasText: "Offline" }).waitFor();
});

browserTest("the card of the connection calls the room as people do", async (stage) => {
  await using ada = await owner(stage, { title: "Garden party" });
  const page = await stage.join("/r/tea");
  await ada.publish("tea", "who brings the cake?");
  await untilText(page, "who brings the cake?");
  await page.getByRole("button", { name: "Connection" }).click();
  await page.getByText("#Garden party: no message is missing between those that are loaded here.").waitFor();
});

browserTest("offline, a strip counts what waits, and covers no message", async (stage) => {
  await stage.fill("lobby", 40);
  const page = await stage.join();
  await stage.break(page);
  await send(page, "one");
  await send(page, "two");
  await page.locator("#banner", { hasText: "2 messages wait to be sent." }).waitFor();
  const [log, banner, composer] = await page.evaluate(() =>
    ["#log", "#banner", "#composer"].map((each) => document.querySelector(each)!.getBoundingClientRect().toJSON())
  );
  assert(log.bottom <= banner.top && banner.bottom <= composer.top);
  await page.locator("#pending .row", { hasText: "two" }).waitFor();
  const last = await page.locator("#pending .row").last().evaluate((row) => row.getBoundingClientRect().bottom);
  assert(last <= log.bottom + 1, `${last} is below ${log.bottom}`);
});

/** Leaves no space in the browser's storage. */
const fillStorage = () => {
  let text = "x".repeat(1 << 20);
  for (let i = 0; text.length > 0;) {
    try {
      localStorage.setItem(`filler${i}`, text);
      i++;
    } catch {
      text = text.slice(0, text.length >> 1);
    }
  }
};

browserTest("what waits and could not be kept is not said to be kept, and leaving asks first", async (stage) => {
  const page = await stage.join();
  await page.evaluate(fillStorage);
  await stage.break(page);
  await send(page, "written while offline");
  await page.locator("#banner", { hasText: "1 message waits to be sent, in this tab only: leave it open." }).waitFor();
  const asked = page.waitForEvent("dialog");
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  assertEquals(dialog.type(), "beforeunload");
  await dialog.dismiss();
  await page.locator("#pending .row", { hasText: "written while offline" }).waitFor();
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("filler")) localStorage.removeItem(key);
  });
  await send(page, "and another");
  await page.locator("#banner", { hasText: "2 messages wait to be sent." }).waitFor();
});

browserTest("a browser that keeps nothing is told of", async (stage) => {
  const page = await stage.open();
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("Denied", "SecurityError");
      },
    });
  });
  await page.reload();
  await online(page);
  await untilNotice(page, "This browser keeps nothing for this page");
});

coreTest(
  "at an address whose pages are not let in, the page says that, and not that it is offline",
  async (stage) => {
    const page = await stage.open("/healthz");
    await page.goto(stage.server.url);
    await page.locator("#banner").getByText("Nobody is let in at this address")
      .waitFor();
    await page.locator("#status-text").getByText("Not let in", { exact: true }).waitFor();
    // What the browser told its console of the refusal.
    stage.complaints.length = 0;
  },
  { origins: ["http://phone.test:8000"] },
);

browserTest("a page that comes while nobody is let in says when its room opens", async (stage) => {
  stage.line.refusing = true;
  const page = await stage.open();
  await page.locator("#unopened:not([hidden])").waitFor();
});

browserTest("a room that is opened while the server is gone says when it opens, and counts nobody", async (stage) => {
  const page = await stage.join();
  await stage.break(page);
  await goTo(page, "fresh");
  await page.getByText("This room opens once the connection is back.").waitFor();
  assertEquals(await page.locator("#people-total").innerText(), "");
  stage.line.mend();
  await online(page);
  await page.getByText("This is the beginning of #fresh").waitFor();
  assert(await page.getByText("This room opens once the connection is back.").isHidden());
});

/** Waits for what is said in place of the whole page. */
async function untilInstead(page: Page, selector: string, said: string): Promise<void> {
  const sentence = page.locator(selector);
  await sentence.waitFor();
  assertMatch(await sentence.innerText(), new RegExp(said));
  const { width, height } = page.viewportSize()!;
  assertEquals(await sentence.boundingBox(), { x: 0, y: 0, width, height });
}

browserTest(
  "without JavaScript the page says in two languages that it needs that, and nothing that does nothing is there",
  async (stage) => {
    for (const options of [{}, PHONE]) {
      const page = await stage.open("/", { ...options, javaScriptEnabled: false });
      await untilInstead(page, "noscript.first", "needs JavaScript[^]*braucht JavaScript");
    }
  },
);

browserTest("a browser that is too old is told so, in colours that it knows", async (stage) => {
  const page = await stage.open("/healthz");
  await page.route(`${stage.server.url}/`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll("light-dark(", "not-known-yet(");
    // The policy knows the style sheet as it was.
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ headers, body });
  });
  await page.goto(stage.server.url);
  await untilInstead(page, ".old", "browser of 2024[^]*Browser ab 2024");
  assertEquals(
    await page.locator(".old").evaluate((each) => getComputedStyle(each).backgroundColor),
    "rgb(255, 255, 255)",
  );
  const today = await stage.join();
  assert(await today.locator(".old").isHidden());
});
