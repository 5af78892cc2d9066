/// <reference lib="dom" />
/** How a page can look, and what must hold in each of its looks: the accessibility checker finds nothing, and every word is translated. @module */

import { DE } from "../../static/words/de.js";
import { EN } from "../../static/words/en.js";
import { EN_LATER } from "../../static/words/en_later.js";
import { assertEquals } from "../lib/assert.ts";
import type { BrowserContextOptions, Locator, Page } from "../lib/playwright.ts";
import { findings } from "./findings.ts";
import { PHONE, type Stage } from "./lib.ts";
import { assertMarked, openMarked } from "./marked_words.ts";

/** The clothes of a page, and its language. */
export interface Look extends BrowserContextOptions {
  /** In a language whose words have marks around them. */
  direction?: "ltr" | "rtl";
}

export const LOOKS: Record<string, Look> = {
  "in the light": { colorScheme: "light", direction: "ltr" },
  "in the dark from right to left": { colorScheme: "dark", direction: "rtl" },
  "in forced colours": { forcedColors: "active" },
  "on a phone": PHONE,
  "in German": { locale: "de-DE" },
  "on a phone from right to left": { ...PHONE, direction: "rtl" },
};

/** One who looks at the page, in a room called 42. */
export class Visit {
  readonly #said: Record<string, unknown>;

  constructor(readonly page: Page, readonly look: Look) {
    this.#said = look.locale === "de-DE" ? DE : { ...DE, ...EN, ...EN_LATER };
  }

  static async begin(stage: Stage, look: Look): Promise<Visit> {
    const { direction, ...options } = look;
    const page = direction ? await openMarked(stage, { ...options, direction }) : await stage.join("/r/42", options);
    return new Visit(page, look);
  }

  /** Fails where axe finds anything in a part of the page, or a word is in no table. */
  async see(what: string, within: string): Promise<void> {
    await this.page.locator(within).last().waitFor();
    assertEquals(await findings(this.page, within), [], what);
    if (this.look.direction !== undefined) await assertMarked(this.page, what);
  }

  /** The button in the dialog that says this. */
  button(key: keyof typeof DE): Locator {
    return this.page.locator("dialog").getByRole("button", { name: String(this.#said[key]) }).first();
  }

  async press(key: keyof typeof DE): Promise<void> {
    await this.button(key).click();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.page.locator("dialog").waitFor({ state: "detached" });
  }
}
