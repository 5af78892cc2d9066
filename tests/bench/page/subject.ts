/** A page that is measured. @module */

import type { Page } from "../../lib/playwright.ts";

/** What the measuring needs to know of a chat's page: it can be anybody's. */
export interface Subject {
  /** Its address. */
  readonly url: string;
  /** Leads a page that is open there to where one can read and write. */
  enter(page: Page): Promise<void>;
  /** Says messages in the room of the page: those with the numbers from `from`. */
  say(count: number, from: number): Promise<unknown>;
  /** A selector for what shows a message. */
  readonly row: string;
  /** A selector for what scrolls. */
  readonly log: string;
  /** A selector for what one writes in. */
  readonly field: string;
}

/** What the message with a number says; they differ as people's do. */
export function textOf(n: number): string {
  const texts = ["short", "a *little* longer, with `code`", "see https://example.org/ and so on ".repeat(4)];
  return `${n}: ${texts[n % texts.length]}`;
}
