/// <reference lib="dom" />
/** What a first visit costs, over the line and on the machine of somebody who has little of both. @module */

import type { Browser } from "../../lib/playwright.ts";
import type { Figures } from "./budget.ts";
import type { Subject } from "./subject.ts";
import { openWindow } from "./window.ts";

/** So long after the server's first line nothing disturbs the page. */
const QUIET_MS = 500;

/** Notes when the page is connected, and when it takes what is written. */
const note = () => {
  const marks = () => {
    if (document.querySelector('#status[data-phase="online"]')) mark("online");
    // The name is shown by the last of the views, and after that the field is listened to.
    if (document.querySelector("#me-name")?.textContent) mark("usable");
  };
  const mark = (name: string) => performance.getEntriesByName(name).length > 0 || performance.mark(name);
  new MutationObserver(marks).observe(document, { subtree: true, childList: true, attributes: true });
};

/** A first visit. */
export async function measureVisit(browser: Browser, { url, enter }: Subject): Promise<Figures> {
  const page = await openWindow(browser);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  // Chromium does not ask for the icon when nobody sees the tab: but it is the picture beside the page's name as well.
  const paths = new Set<string>();
  let [bytes, counts] = [0, true];
  session.on("Network.requestWillBeSent", ({ request }) => counts && paths.add(new URL(request.url).pathname));
  session.on("Network.webSocketCreated", ({ url }) => paths.add(new URL(url).pathname));
  session.on("Network.dataReceived", ({ encodedDataLength }) => bytes += counts ? encodedDataLength : 0);
  // It can read and write from the server's first line on; what it fetches then is for later.
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  session.on("Network.webSocketFrameReceived", () => (counts = false, begin()));
  // What Lighthouse calls slow 4G, and a phone of a quarter of this machine's speed.
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1.6e6 / 8,
    uploadThroughput: 0.75e6 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(note);
  await page.goto(url, { waitUntil: "commit" });
  // What the driver waits with is a large script: it would be compiled while the page connects.
  await begun;
  await page.waitForTimeout(QUIET_MS);
  await enter(page);
  const at = (name: string) =>
    page.evaluate((name) => (performance.getEntriesByName(name)[0]?.startTime ?? NaN) / 1000, name);
  const [paint, usable, online] = [await at("first-contentful-paint"), await at("usable"), await at("online")];
  await page.context().close();
  return { requests: paths.size, bytes: bytes / 1000, paint, usable, online };
}
