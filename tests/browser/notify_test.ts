/// <reference lib="dom" />
/** Somebody who looks elsewhere is called back: of what, and how. */

import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, coreTest, goTo, online, type Stage, stopClock, untilText, untilTicked } from "./lib.ts";
import { owner, set } from "./owned.ts";

type Told = { title: string; body: string; tag: string };
type Watched = { notified: Told[]; contexts: number; tones: number; badge: number; clicks: (() => void)[] };

/** Notes what the page would show and play: a browser without a desktop shows nothing. */
const watch = () => {
  const watched = { notified: [] as Told[], contexts: 0, tones: 0, badge: -1, clicks: [] as (() => void)[] };
  Object.assign(globalThis, { watched });
  class Notification {
    static permission = "granted";
    static requestPermission = () => Promise.resolve(Notification.permission);
    set onclick(run: () => void) {
      watched.clicks.push(run);
    }
    constructor(title: string, { body, tag }: Told) {
      watched.notified.push({ title, body, tag });
    }
    close() {}
  }
  Object.assign(globalThis, { Notification });
  const Audio = AudioContext;
  Object.assign(globalThis, {
    AudioContext: class extends Audio {
      constructor() {
        super();
        watched.contexts++;
      }
    },
  });
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    watched.tones++;
    start.call(this, when);
  };
  Object.assign(navigator, { setAppBadge: (count: number) => Promise.resolve(watched.badge = count) });
  Object.assign(navigator, { clearAppBadge: () => Promise.resolve(watched.badge = 0) });
};

function watchedIn(page: Page): Promise<Watched> {
  return page.evaluate(() => ({ ...Reflect.get(globalThis, "watched"), clicks: [] }));
}

/** A page in a room, with one choice for it, at which nobody looks. */
async function away(stage: Stage, level?: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await stage.open("/r/attic", options);
  await page.addInitScript(watch);
  await page.clock.install();
  await page.reload();
  await online(page);
  await page.click("#bell");
  if (level !== undefined) await page.getByRole("dialog").getByLabel(level).check();
  await page.getByLabel("Show notifications on this device").check();
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  return page;
}

coreTest(
  "every message is told of where that is chosen: by the device, a sound, the tab and the app",
  async (stage) => {
    const page = await away(stage, "every message");
    const ada = await stage.member("ada", "attic");
    await ada.ask({ type: "rename", name: "Ada" }, "ok");
    // It takes a tenth of a second: somebody who presses a key does not wait for it.
    assertEquals((await watchedIn(page)).contexts, 0);
    await ada.publish("attic", "are you there?");
    await eventually(async () => (await watchedIn(page)).notified.length === 1, "a notification");
    const { notified, tones, badge } = await watchedIn(page);
    assertEquals(notified, [{ title: "Ada in #attic", body: "are you there?", tag: "attic" }]);
    assertEquals([tones, badge], [2, 1]);
    await page.locator('link[rel="icon"][href$="icon_dot.svg"]').waitFor({ state: "attached" });
    await goTo(page, "cellar");
    await page.evaluate(() => Reflect.get(globalThis, "watched").clicks[0]());
    await page.locator("#room-name", { hasText: "attic" }).waitFor();
    await page.evaluate(() => {
      document.hasFocus = () => true;
      dispatchEvent(new Event("focus"));
    });
    await page.locator('link[rel="icon"][href$="/icon.svg"]').waitFor({ state: "attached" });
    await eventually(async () => (await watchedIn(page)).badge === 0, "the badge to be gone");
  },
);

browserTest("if nothing is chosen, only those are told of that mention the reader", async (stage) => {
  const page = await away(stage);
  const id = await page.locator("#people-list li").first().getAttribute("data-id");
  const ada = await stage.member("ada", "attic");
  await ada.publish("attic", "nothing special");
  await untilText(page, "nothing special");
  await ada.ask({ type: "publish", room: "attic", nonce: "m1", text: "look here", mentions: [id!] }, "ok");
  await eventually(async () => (await watchedIn(page)).notified.length > 0, "a notification");
  assertEquals((await watchedIn(page)).notified.map(({ body }) => body), ["look here"]);
  await page.locator("#room-list .badge.called", { hasText: "2" }).waitFor();
});

/** Lets the time pass in all tabs after which somebody is told, and what they ask of each other be answered. */
async function untilTold(...pages: Page[]): Promise<void> {
  await pages[0]!.clock.runFor(1000);
  // The browser answers in the order in which it is asked.
  for (const page of pages) await page.evaluate(() => navigator.locks.query());
}

browserTest("a room of which one wants to hear nothing counts nowhere", async (stage) => {
  const page = await away(stage, "nothing");
  const id = await page.locator("#people-list li").first().getAttribute("data-id");
  const ada = await stage.member("ada", "attic");
  await ada.ask({ type: "publish", room: "attic", nonce: "m1", text: "look here", mentions: [id!] }, "ok");
  await untilText(page, "look here");
  const bob = await stage.member("bob", "attic");
  await bob.publish("attic", "and here");
  await untilText(page, "and here");
  assertEquals(await page.title(), "#attic · Switchboard");
  assertEquals(await page.locator("#room-list .badge:not([hidden])").count(), 0);
  await page.locator('#room-list [data-level="none"]', { hasText: "attic" }).waitFor();
  await untilTold(page);
  const { notified, tones } = await watchedIn(page);
  assertEquals([notified, tones], [[], 0]);
});

for (const [locale, mute, muted] of [["en", "mute", "muted"], ["de", "stumm", "stumm"]] as const) {
  browserTest(
    `one finds what mutes a room by that word, and the room has a drawn mark then (${locale})`,
    async (stage) => {
      const page = await stage.join("/r/attic", { locale });
      const mutesIn = (place: string) =>
        page.locator(`${place} :is(button, [role=option])`, { hasText: new RegExp(mute, "i") });
      await page.click("#about-room");
      await mutesIn("dialog").click();
      await page.locator('#bell[data-level="none"]').waitFor();
      await goTo(page, "lobby");
      const attic = page.locator('#room-list [data-room="attic"]');
      await attic.getByRole("img", { name: muted, exact: true }).waitFor();
      await goTo(page, "attic");
      await page.keyboard.press("Control+k");
      await page.fill("#jump-field", mute);
      await mutesIn("#choices").first().click();
      await page.locator('#bell[data-level="mentions"]').waitFor();
    },
  );
}

browserTest("of many messages at once one is told of, and of several tabs one tells", async (stage) => {
  const page = await away(stage, "every message");
  const other = await page.context().newPage();
  await other.addInitScript(watch);
  await other.goto(page.url());
  await online(other);
  await other.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  // They come at once, however slow the machine is.
  await stopClock(page);
  let came = 0;
  stage.line.down = (line) => {
    if (line.includes('"message 40"')) came++;
    return line;
  };
  await stage.fill("attic", 40);
  await eventually(() => came === 2, "the last one to come to both");
  for (const each of [page, other]) {
    await untilTicked(page, async () => (await each.title()).startsWith("(40)"), "all of them to be there");
  }
  await untilTold(page, other);
  const told = (await Promise.all([page, other].map(watchedIn))).flatMap(({ notified }) => notified);
  assertEquals(told.map(({ body }) => body), ["message 40"]);
});

browserTest("a browser that allows no notifications says so, and the choice is not taken", async (stage) => {
  const page = await stage.open("/r/attic");
  await page.addInitScript(watch);
  await page.addInitScript(() => Object.assign(Reflect.get(globalThis, "Notification"), { permission: "denied" }));
  await page.reload();
  await online(page);
  await page.click("#bell");
  const box = page.getByLabel("Show notifications on this device");
  await box.click();
  await page.getByText("The browser does not allow it").waitFor();
  assertEquals(await box.isChecked(), false);
  const plain = await stage.open("/", {}, "phone.test");
  await online(plain);
  await plain.click("#bell");
  const plainBox = plain.getByLabel("Show notifications on this device");
  await plainBox.click();
  await plain.getByText("needs HTTPS").waitFor();
  assertEquals(await plainBox.isChecked(), false);
});

coreTest("the bell says the title of the room, and what one renames it to", async (stage) => {
  const ada = await owner(stage, { title: "Five o'clock" });
  const page = await stage.join();
  await goTo(page, "tea");
  await page.getByRole("button", { name: "Notifications of #Five o'clock", exact: true }).waitFor();
  await ada.ask(set({ title: "Six o'clock" }), "ok");
  await page.getByRole("button", { name: "Notifications of #Six o'clock", exact: true }).waitFor();
});
