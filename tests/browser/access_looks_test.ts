/// <reference lib="dom" />
/** What only those meet who own a room, moderate it or are kept from it: the accessibility checker finds nothing there, and every word is translated. @module */

import { DE } from "../../static/words/de.js";
import { EN } from "../../static/words/en.js";
import { EN_LATER } from "../../static/words/en_later.js";
import { assertEquals } from "../lib/assert.ts";
import type { ChatClient } from "../lib/client.ts";
import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { findings } from "./findings.ts";
import { browserTest, online, PHONE, type Stage } from "./lib.ts";
import { assertMarked, openMarked } from "./marked_words.ts";
import { idOf, owner, place, set } from "./owned.ts";

/** How a page can look: its clothes, and its language. */
interface Look extends BrowserContextOptions {
  /** In a language whose words have marks around them. */
  direction?: "ltr" | "rtl";
}

const LOOKS: Record<string, Look> = {
  "in the light": { colorScheme: "light", direction: "ltr" },
  "in the dark": { colorScheme: "dark" },
  "in forced colours": { forcedColors: "active" },
  "on a phone": PHONE,
  "in German": { locale: "de-DE" },
  "on a phone from right to left": { ...PHONE, direction: "rtl" },
};
const ROOM = "42";

type Said = (key: keyof typeof DE) => string;

/** One who looks at the page, in a room of somebody's, and is not alone in it. */
class Visit {
  constructor(readonly page: Page, readonly ada: ChatClient, readonly look: Look, readonly said: Said) {}

  static async begin(stage: Stage, look: Look): Promise<Visit> {
    const { direction, ...options } = look;
    const ada = await owner(stage, { title: "4 2", topic: "1 2 3" }, ROOM, "9");
    await (await stage.member("8", ROOM)).ask({ type: "rename", name: "8" }, "ok");
    const page = direction ? await openMarked(stage, { ...options, direction }) : await stage.join("/r/42", options);
    const words = (look.locale === "de-DE" ? DE : { ...DE, ...EN, ...EN_LATER }) as Record<string, unknown>;
    const visit = new Visit(page, ada, look, (key) => String(words[key]));
    return visit;
  }

  /** Fails where axe finds anything in a part of the page, or a word is in no table. */
  async see(what: string, within: string): Promise<void> {
    await this.page.locator(within).last().waitFor();
    assertEquals(await findings(this.page, within), [], what);
    if (this.look.direction !== undefined) await assertMarked(this.page, what);
  }

  async press(key: keyof typeof DE): Promise<void> {
    await this.page.locator("dialog").getByRole("button", { name: this.said(key) }).first().click();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.locator("dialog").waitFor({ state: "detached" });
  }
}

for (const [where, look] of Object.entries(LOOKS)) {
  browserTest(`axe finds nothing ${where}, in what owners open, and where one is kept out`, async (stage) => {
    const visit = await Visit.begin(stage, look);
    const { page, ada } = visit;
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
    await ada.close();
  });
}
