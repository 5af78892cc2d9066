/**
 * `deno task bench:page [--write FILE]`: what the page costs, each figure beside its budget. Ends with 1 if one is not within it.
 *
 * The machine's own speed is in all of them; server and browser share it.
 *
 * @module
 */

import { BROWSERS } from "../browser/browsers.ts";
import { programFlags } from "../lib/flags.ts";
import { writePart } from "../lib/report_page.ts";
import { wholeChromium } from "../lib/tools.ts";
import { holds, type Name, tableOf } from "./page/budget.ts";
import { measurePage } from "./page/run.ts";
import { describeMachine } from "./machine.ts";

const BY = "the bench of the page";

const { write } = programFlags("deno task bench:page [--write FILE]", { write: { type: "page", by: BY } });
// The one that people use, and not the smaller one that the tests do with.
const browser = await BROWSERS.chromium.launch(wholeChromium());
const machine = [...await describeMachine(), `- Chromium ${browser.version()}, without a screen.`];
const figures = await measurePage(browser);
const report = `${machine.join("\n")}\n\n${tableOf(figures)}`;
await browser.close();
// deno-lint-ignore no-console -- what the program is for
console.log(report);
if (write !== undefined) await writePart(write, BY, report);
Deno.exit((Object.entries(figures) as [Name, number][]).every((figure) => holds(...figure)) ? 0 : 1);
