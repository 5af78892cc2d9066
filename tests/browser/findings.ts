/// <reference lib="dom" />
/** What the accessibility checker finds in a page. @module */

import { axe } from "../lib/axe.ts";
import type { Page } from "../lib/playwright.ts";

/** What axe finds, in words; nothing is what there should be. @param within a selector, for a part of the page */
export async function findings(page: Page, within = "html"): Promise<string[]> {
  if (!await page.evaluate("'axe' in globalThis")) await page.evaluate(axe);
  return await page.evaluate(async (within) => {
    // deno-lint-ignore no-explicit-any -- axe has put itself there
    const { violations } = await (globalThis as any).axe.run(within);
    type Node = { html: string; failureSummary: string };
    return violations.map((each: { id: string; nodes: Node[] }) =>
      `${each.id}: ${each.nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`
    );
  }, within);
}
