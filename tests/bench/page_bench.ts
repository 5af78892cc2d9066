/// <reference lib="dom" />
/**
 * What the page costs: `deno run -A tests/bench/page_bench.ts`. Prints each figure beside the budget; ends with 1 if what the
 * figures rest on was not so (the newest message was not in view, a message was missing).
 *
 * The machine's own speed is in all of them; server and browser share it.
 *
 * @module
 */

import type { Browser, CDPSession, Page } from "../lib/playwright.ts";
import { BROWSERS } from "../browser/browsers.ts";
import { online, untilText } from "../browser/lib.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const RATE_PER_S = 500;
const SECONDS = 10;
const BURST_MESSAGES = 10_000;

/** Prints a figure. */
function report(what: string, figure: number, unit: string, budget: string): void {
  // deno-lint-ignore no-console -- what the script is for
  console.log(
    `${what.padEnd(52)} ${figure.toFixed(figure < 10 ? 2 : 0).padStart(8)} ${unit.padEnd(8)} budget ${budget}`,
  );
}

/** Fails where a figure would mean nothing. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The measurement is void: ${what}`);
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((each) => each.name === name)?.value ?? NaN;
}

function say(server: TestServer, count: number, from: number): Promise<unknown> {
  const texts = ["short", "a *little* longer, with `code`", "see https://example.org/ and so on ".repeat(4)];
  return Promise.all(Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const author = { id: `u${(n >> 1) % 40}`, name: `Person ${(n >> 1) % 40}` };
    return server.log.append("lobby", { ...author, text: `${n}: ${texts[n % texts.length]}` });
  }));
}

const lastInView = (page: Page, text: string) =>
  page.locator("#rows .row").last().evaluate((row, text) => {
    const { bottom } = row.getBoundingClientRect();
    const log = document.querySelector("#log")!.getBoundingClientRect();
    return row.textContent!.includes(text) && bottom <= log.bottom + 1;
  }, text);

async function measureFirstVisit(browser: Browser, server: TestServer): Promise<void> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  // Chromium does not ask for the icon when nobody sees the tab; a real visit does.
  const paths = new Set(["/static/icon.svg"]);
  let bytes = (await (await fetch(`${server.url}/static/icon.svg`)).bytes()).length;
  session.on("Network.requestWillBeSent", ({ request }) => paths.add(new URL(request.url).pathname));
  session.on("Network.dataReceived", ({ encodedDataLength }) => bytes += encodedDataLength);
  // What Lighthouse calls slow 4G, and a phone of a quarter of this machine's speed.
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1.6e6 / 8,
    uploadThroughput: 0.75e6 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('#status[data-phase="online"]') === null) return;
      performance.mark("online");
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.goto(server.url);
  await online(page);
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    usable: (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).domInteractive,
    online: performance.getEntriesByName("online")[0]?.startTime ?? NaN,
  }));
  report("first visit: requests", paths.size, "", "10");
  report("first visit: bodies, as compressed", bytes / 1000, "KB", "25");
  report("slow 4G, CPU/4: first paint", times.paint / 1000, "s", "0.5");
  report("slow 4G, CPU/4: composer usable", times.usable / 1000, "s", "0.8");
  report("slow 4G, CPU/4: online", times.online / 1000, "s", "1.0");
  await page.close();
}

async function measureStream(page: Page, session: CDPSession, server: TestServer): Promise<number> {
  await page.evaluate(() => {
    const seen = { frames: 0, long: 0, run: true };
    Object.assign(globalThis, { seen });
    const frame = () => {
      seen.frames++;
      if (seen.run) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => seen.long += list.getEntries().length).observe({ type: "longtask" });
  });
  const busy = await metric(session, "TaskDuration");
  const from = performance.now();
  let said = 0;
  while (said < RATE_PER_S * SECONDS) {
    const due = Math.min(RATE_PER_S * SECONDS, Math.floor((performance.now() - from) / 1000 * RATE_PER_S));
    if (due > said) await say(server, due - said, said);
    said = due;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const seconds = (performance.now() - from) / 1000;
  const { frames, long } = await page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { frames: number; long: number; run: boolean } };
    seen.run = false;
    return seen;
  });
  await untilText(page, `${said - 1}: `);
  must(await lastInView(page, `${said - 1}: `), "the newest message is not in view");
  const spent = (await metric(session, "TaskDuration") - busy) * 1000;
  report(`${RATE_PER_S} messages/s: main thread per message`, spent / said, "ms", "0.6");
  report(`${RATE_PER_S} messages/s: frames per second`, frames / seconds, "", "55");
  report(`${RATE_PER_S} messages/s: long tasks`, long, "", "0");
  return said;
}

async function measureMemory(page: Page, session: CDPSession, server: TestServer, from: number): Promise<void> {
  await say(server, BURST_MESSAGES, from);
  await untilText(page, `${from + BURST_MESSAGES - 1}: `);
  must(await lastInView(page, `${from + BURST_MESSAGES - 1}: `), "the newest message is not in view");
  await session.send("HeapProfiler.collectGarbage");
  report("10,000 messages: rows", await page.locator("#rows .row").count(), "", "600");
  report("10,000 messages: JS heap", await metric(session, "JSHeapUsedSize") / 1e6, "MB", "8");
  const kilobytes = await largestRendererPss();
  if (kilobytes > 0) report("10,000 messages: renderer PSS", kilobytes / 1000, "MB", "100");
}

/** The memory of the largest renderer on this machine, in KB; 0 where `/proc` does not tell. */
async function largestRendererPss(): Promise<number> {
  let largest = 0;
  const entries = await Array.fromAsync(Deno.readDir("/proc")).catch(() => []);
  for (const { name } of entries) {
    if (!/^\d+$/.test(name)) continue;
    const command = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (!command.includes("--type=renderer")) continue;
    const rollup = await Deno.readTextFile(`/proc/${name}/smaps_rollup`).catch(() => "");
    largest = Math.max(largest, Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0));
  }
  return largest;
}

async function measureHand(page: Page): Promise<void> {
  const painted: number[] = [];
  for (let i = 0; i < 20; i++) {
    await page.fill("#field", `by hand ${i}`);
    painted.push(
      await page.evaluate((i) =>
        new Promise<number>((resolve) => {
          const from = performance.now();
          const field = document.querySelector("#field")!;
          field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
          const look = () =>
            document.querySelector("#log")!.textContent!.includes(`by hand ${i}`)
              ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)))
              : requestAnimationFrame(look);
          look();
        }), i),
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  report("own message painted after Enter, slowest of 20", Math.max(...painted), "ms", "50");
  const switched: number[] = [];
  for (let i = 0; i < 10; i++) {
    switched.push(
      await page.evaluate(() =>
        new Promise<number>((resolve) => {
          const from = performance.now();
          document.querySelector<HTMLElement>("#room-list a:not([aria-current])")!.click();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
        })
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  report("room switch, slowest of 10", Math.max(...switched), "ms", "100");
}

await using server = startServer({ limitRate: false });
const browser = await BROWSERS.chromium.launch();
try {
  await measureFirstVisit(browser, server);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.goto(`${server.url}/r/other`);
  await online(page);
  await page.goto(server.url);
  await online(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const said = await measureStream(page, session, server);
  await measureMemory(page, session, server, said);
  await measureHand(page);
} finally {
  await browser.close();
}
