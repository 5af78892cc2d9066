/// <reference lib="dom" />
/** What only those meet who own a room, moderate it or are kept from it: the accessibility checker finds nothing there, and every word is translated. @module */

import { browserTest, online } from "./lib.ts";
import { LOOKS, Visit } from "./looks.ts";
import { idOf, owner, place, set } from "./owned.ts";

const ROOM = "42";

for (const [where, look] of Object.entries(LOOKS)) {
  browserTest(`axe finds nothing ${where}, in what owners open, and where one is kept out`, async (stage) => {
    await using ada = await owner(stage, { title: "4 2", topic: "1 2 3" }, ROOM, "9");
    await (await stage.member("8", ROOM)).ask({ type: "rename", name: "8" }, "ok");
    const visit = await Visit.begin(stage, look);
    const { page } = visit;
    const id = await idOf(page);
    await ada.ask(set({ locked: true }, ROOM), "ok");
    await visit.see("changes of the room", "#log");
    const untilMs = Date.now() + 3_600_000;
    for (const fields of [{}, { mute: true, untilMs }, { mute: true }, { kick: true }]) {
      if (Object.keys(fields).length > 0) await ada.ask(place(id, fields, ROOM), "ok");
      await visit.see(`closed ${JSON.stringify(fields)}`, "#closed:not([hidden])");
    }
    await page.locator("#closed button").click();
    for (const fields of [{ untilMs }, {}]) {
      await ada.ask(place(id, { role: "banned", ...fields }, ROOM), "ok");
      await visit.see(`banned ${JSON.stringify(fields)}`, "#closed:not([hidden])");
    }
    await ada.ask(place(id, { role: "owner", mute: false }, ROOM), "ok");
    await page.reload();
    await online(page);

    await page.locator("#about-room").click();
    await visit.see("the room's card", "dialog");
    await visit.press("giveUpPlace");
    await visit.see("what giving up one's place means", "dialog:has(.asked)");
    await visit.close();
    await page.locator("#about-room").click();
    await visit.press("roomSettings");
    await visit.see("the room's settings", "dialog:has(.room-form)");
    await visit.close();
    // On a phone the list of people is behind a button.
    await page.locator('#people-list li[data-id="8"] button').evaluate((each) => (each as HTMLElement).click());
    await visit.see("somebody's card", "dialog:has(.moderation)");
    await visit.press("ban");
    await visit.see("what a ban means", "dialog:has(.asked)");
  });
}
