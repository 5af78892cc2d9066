/** All figures of our page, one after the other. @module */

import type { Browser, Page } from "../../lib/playwright.ts";
import { online } from "../../browser/lib.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import type { Figures } from "./budget.ts";
import { measureOwn, measureRooms } from "./hand.ts";
import { measureMemory, measureReactions, measureStream } from "./loaded.ts";
import { reactTo, switchboard } from "./switchboard.ts";
import { measureVisit } from "./visit.ts";
import { openWindow } from "./window.ts";

const SECONDS = 10;

/** A page of two rooms, in the lobby. */
async function open(browser: Browser, server: TestServer): Promise<Page> {
  const page = await openWindow(browser, { viewport: { width: 1200, height: 800 } });
  for (const path of ["/r/other", "/"]) {
    await page.goto(server.url + path);
    await online(page);
  }
  return page;
}

/** What a busy room costs: the figures that say the same on a busy machine, and those that do not. */
export async function measureLoad(browser: Browser, seconds = SECONDS): Promise<Figures> {
  await using server = startServer({ limitRate: false });
  const page = await open(browser, server);
  const [stream, said] = await measureStream(switchboard(server), page, seconds);
  const memory = await measureMemory(switchboard(server), page, said);
  await page.context().close();
  return { ...stream, ...memory };
}

/** Everything. */
export async function measurePage(browser: Browser): Promise<Figures> {
  await using server = startServer({ limitRate: false });
  // A server makes its files ready when they are first asked for, which only the first visitor since its start waits for.
  await (await open(browser, server)).context().close();
  const visit = await measureVisit(browser, switchboard(server));
  const load = await measureLoad(browser);
  const page = await open(browser, server);
  const figures = { ...visit, ...load, ...await measureOwn(switchboard(server), page), ...await measureRooms(page) };
  await switchboard(server).say(1, 0);
  const { head } = await server.log.read("lobby", { limit: 0 });
  const reactions = await measureReactions(page, reactTo(server, head));
  await page.context().close();
  return { ...figures, ...reactions };
}
