/** The page costs at most twice its budget, in what does not depend on what else the machine does. @module */

import { BROWSERS } from "../../browser/browsers.ts";
import { assertEquals } from "../../lib/assert.ts";
import { testWith } from "../../lib/tools.ts";
import { BUDGET, type Figures, type Line, type Name, tableOf } from "./budget.ts";
import { measureLoad } from "./run.ts";

/** Those that cost more than twice as much as they may. */
function broken(figures: Figures): Figures {
  const names = (Object.keys(figures) as Name[]).filter((name) => (BUDGET[name] as Line).tested);
  return Object.fromEntries(
    names.filter((name) => figures[name]! > 2 * BUDGET[name].budget).map((name) => [name, figures[name]]),
  );
}

testWith("chromium", {
  name: "a busy room takes at most twice the budget of the main thread and of memory",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const browser = await BROWSERS.chromium.launch();
    try {
      const figures = await measureLoad(browser, 3);
      assertEquals(broken(figures), {}, tableOf(figures));
    } finally {
      await browser.close();
    }
  },
});
