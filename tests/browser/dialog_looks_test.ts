/// <reference lib="dom" />
/** What comes up in a room that has much to do: invitations, reports, what is pinned and on record, a thread, a room of two. */

import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, online, type Stage } from "./lib.ts";
import { LOOKS, Visit } from "./looks.ts";
import { idOf, owner, place } from "./owned.ts";

const ROOM = "42";
const nonce = () => crypto.randomUUID();

for (const [where, look] of Object.entries(LOOKS)) {
  browserTest(`axe finds nothing ${where}, in what those open who invite, moderate and answer`, async (stage) => {
    await using ada = await owner(stage, { title: "4 2" }, ROOM, "9");
    const { seq } = await ada.publish(ROOM, "1 2 3");
    await ada.ask({ type: "publish", room: ROOM, nonce: nonce(), text: "4", reply: seq! }, "ok");
    await using eve = await ChatClient.keyed(stage.server, "e".repeat(32), ROOM);
    await eve.ask({ type: "rename", name: "8" }, "ok");
    const { seq: rubbish } = await eve.publish(ROOM, "5");
    await ada.ask({ type: "report", room: ROOM, target: rubbish!, reason: "6" }, "ok");
    await ada.ask({ type: "pin", room: ROOM, nonce: nonce(), target: seq! }, "ok");
    const visit = await Visit.begin(stage, look);
    const { page } = visit;
    await ada.ask(place(await idOf(page), { role: "owner" }, ROOM), "ok");
    await visit.see("what is reported, and pinned", "#main:has(#reported:not([hidden])):has(#pinned:not([hidden]))");

    await page.locator("#pinned button").first().click();
    await page.locator("#log .row:focus").press("Enter");
    await page.getByRole("menu").locator('[data-do="report"]').click();
    await visit.see("reporting a message", "dialog:has(#reason)");
    await visit.close();
    await page.locator("#reported").click();
    await visit.see("the reports", "dialog:has(.reports > li)");
    await visit.close();
    await page.locator("#about-room").click();
    await visit.press("audit");
    await visit.see("what was changed", "dialog:has(.audit > li)");
    await visit.close();
    await page.locator("#about-room").click();
    await visit.press("bringSomebodyIn");
    await visit.see("the form of an invitation", "dialog:has(.invite-form)");
    await page.locator(".invite-form .primary").click();
    await visit.see("an invitation", "dialog:has(li button)");
    await visit.close();
    await page.locator('#log [data-act="thread"]').first().evaluate((each) => (each as HTMLElement).click());
    await visit.see("a thread", "dialog:has(.row)");
    await visit.close();

    // On a phone the list of people is behind a button.
    const others = page.locator('#people-list li[data-id^="k-"]:not(:has(.you))');
    await others.filter({ hasText: "8" }).locator("button").evaluate((each) => (each as HTMLElement).click());
    await visit.press("purgeDay");
    await visit.see("what deleting much means", "dialog:has(.asked)");
    await visit.close();

    await ada.ask({ type: "settings", room: ROOM, nonce: nonce(), set: { archived: true } }, "ok");
    await page.locator("#closed:not([hidden])").waitFor();
    await page.locator("#about-room").click();
    await visit.press("eraseRoom");
    await visit.see("what erasing a room means", "dialog:has(.asked)");
    await visit.close();

    await others.locator("button").first().evaluate((each) => (each as HTMLElement).click());
    await visit.press("messagePerson");
    await page.locator("#direct-list li").waitFor({ state: "attached" });
    await visit.see("a room of two", "body");
    await page.locator("#about-room").click();
    await visit.press("giveUpPlace");
    await visit.see("what leaving a room of two means", "dialog:has(.asked)");

    await bring(stage, page, `42.${"a".repeat(26)}`);
    await visit.see("an invitation that one got", "dialog");
    await visit.press("joinTheRoom");
    await visit.see("an invitation that is over", "dialog:has(.problem:not(:empty))");
  });

  browserTest(`axe finds nothing ${where}, in the dialogs about bots and another device`, async (stage) => {
    const visit = await Visit.begin(stage, look);
    const { page } = visit;
    const identities = stage.server.log.identities!;
    await identities.offer("c");
    await identities.claim("c", await idOf(page));
    await page.reload();
    await online(page);
    // On a phone it is behind a drawer.
    const openSettings = () => page.locator("#settings-open").evaluate((button) => (button as HTMLElement).click());
    await openSettings();
    await visit.press("bots");
    await page.locator(".invite-form input").fill("7");
    await visit.see("the form of a bot", "dialog:has(.invite-form)");
    await visit.press("makeBot");
    await visit.see("the secret of a bot", "dialog:has(.address):has(li)");
    await page.locator(".rows-of-acts button").click();
    await visit.see("what taking a bot back means", "dialog:has(.asked)");
    await visit.close();
    await openSettings();
    await visit.press("anotherDevice");
    await visit.press("showKeyLink");
    await visit.see("the link with one's key", "dialog:has(.address)");
    await visit.press("revokeKey");
    await visit.see("what ending one's identity means", "dialog:has(.asked)");
    await bring(stage, page, `key.${"0123456789abcdef".repeat(2)}`);
    await visit.see("becoming somebody else", "dialog:has(code)");
  });
}

/** What a link brings that leads here: one as people have it would lead to the lobby, whose name is in no table. */
async function bring(stage: Stage, page: Page, what: string): Promise<void> {
  await page.evaluate((what) => localStorage.setItem("switchboard.brought", what), what);
  await page.goto(`http://127.0.0.1:${stage.line.port}/r/${ROOM}`);
  await online(page);
}
