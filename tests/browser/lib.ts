/// <reference lib="dom" />
/**
 * What the browser tests share: one browser of a kind a file, and for each test a server, pages, and a line between the two that
 * can be made as bad as real ones are.
 *
 * @module
 */

import type { Browser, BrowserContextOptions, Locator, Page } from "../lib/playwright.ts";
import { ChatClient } from "../lib/client.ts";
import { eventually, PATIENCE_MS } from "../lib/patience.ts";
import { startServer, type TestServer, type TestServerOptions } from "../lib/server.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import { type BrowserName, BROWSERS, isWanted } from "./browsers.ts";
import { FlakyLine, LINE_IS_DOWN_TYPE } from "./flaky_line.ts";

/** How long to wait for what must come, in milliseconds: on a busy machine a page may take its time. */
const BROWSER_PATIENCE_MS = 2 * PATIENCE_MS;

const LINE_IS_DOWN = new RegExp(
  `WebSocket|ERR_|status of 50|connection to (the server at )?ws:|NS_ERROR_NET|${LINE_IS_DOWN_TYPE}`,
);

/** A page's clothes. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** What one test has. */
export class Stage implements AsyncDisposable {
  readonly server: TestServer;
  readonly line: FlakyLine;
  /** What the pages complained of: broken policies, uncaught errors. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  constructor(browser: Browser, options: TestServerOptions) {
    this.#browser = browser;
    this.server = startServer(options);
    this.line = new FlakyLine(this.server.port);
  }

  /** Opens a page in a browser profile of its own. @param path where; with a host, it replaces `127.0.0.1` */
  async open(path = "/", options: BrowserContextOptions = {}, host = "127.0.0.1"): Promise<Page> {
    // With the page's worker, a page would be there whatever a test does to the server's files.
    const defaults = { viewport: { width: 1200, height: 800 }, serviceWorkers: "block" } as const;
    const context = await this.#browser.newContext({ ...defaults, ...options });
    this.#cleanups.push(() => context.close());
    context.setDefaultTimeout(BROWSER_PATIENCE_MS);
    context.on("page", (page) => this.#watch(page));
    const page = await context.newPage();
    await page.goto(`http://${host}:${this.line.port}${path}`);
    return page;
  }

  /** Opens a page and waits until it is connected. */
  async join(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(path, options);
    await online(page);
    return page;
  }

  /** A page that is connected, and whose clock the test moves. @param prepare runs in the page before its script */
  async joinClocked(options: BrowserContextOptions = {}, prepare = () => {}): Promise<Page> {
    const page = await this.open("/", options);
    await page.clock.install();
    await page.addInitScript(prepare);
    await page.reload();
    await online(page);
    return page;
  }

  /** Breaks the line, and lets nobody back until it is mended. */
  async break(page: Page, code?: number): Promise<void> {
    this.line.refusing = true;
    this.line.cut(code);
    await offline(page);
  }

  /**
   * Takes the page's publishes in the server's stead.
   *
   * @param answer gives what comes down for the nth one; nothing if the server is to have it
   * @returns their nonces, as they come
   */
  answer(answer: (n: number, nonce: string) => Record<string, unknown>[] | undefined): string[] {
    const nonces: string[] = [];
    this.line.up = (line) => {
      const { type, ref, nonce } = JSON.parse(line);
      const answers = type === "publish" ? answer(nonces.push(nonce), nonce) : undefined;
      for (const each of answers ?? []) this.line.inject(each.type === "message" ? each : { ...each, ref });
      return answers === undefined ? line : undefined;
    };
    return nonces;
  }

  /** Another member, straight at the server. */
  async member(id: string, ...rooms: string[]): Promise<ChatClient> {
    const client = await ChatClient.open(this.server, id, ...rooms);
    this.#cleanups.push(() => client.close());
    return client;
  }

  /** Messages in a room before anybody comes: `said(1)` … */
  async fill(room: string, count: number, said: (n: number) => string = (n) => `message ${n}`): Promise<void> {
    const appends = Array.from(
      { length: count },
      (_, i) => this.server.log.append(room, { id: `u${i % 3}`, name: `Person ${i % 3}`, text: said(i + 1) }),
    );
    await Promise.all(appends);
  }

  #watch(page: Page): void {
    // A line that is down is what many of these tests are about. Firefox tells of it as of an error in the page.
    const note = (complaint: string) => LINE_IS_DOWN.test(complaint) || this.complaints.push(complaint);
    page.on("pageerror", (error) => note(`${error.name}: ${error.message}`));
    page.on("console", (message) => message.type() === "error" && note(message.text()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await this.line.close();
    await this.server.stop();
  }
}

const running = new Map<BrowserName, Promise<Browser>>();

/** The browser of a kind; it is started when the first test needs it. */
function browserOf(name: BrowserName): Promise<Browser> {
  const browser = running.get(name) ?? BROWSERS[name].launch();
  running.set(name, browser);
  return browser;
}

/**
 * A test in Chromium. Fails, too, where the page complained of anything.
 *
 * @param options how its server is; `rateLimited` as the real one by default
 * @param needs what else it needs of the machine
 */
export function browserTest(
  name: string,
  run: (stage: Stage) => Promise<void>,
  options: TestServerOptions = {},
  ...needs: ToolName[]
): void {
  testIn("chromium", name, run, options, ...needs);
}

/** A test of what everybody must be able to do, in every browser. */
export function coreTest(...test: Parameters<typeof browserTest>): void {
  for (const name of Object.keys(BROWSERS) as BrowserName[]) testIn(name, ...test);
}

function testIn(
  browserName: BrowserName,
  name: string,
  run: (stage: Stage) => Promise<void>,
  options: TestServerOptions = {},
  ...needs: ToolName[]
): void {
  if (!isWanted(browserName)) return;
  const { tool, suffix } = BROWSERS[browserName];
  testWith([tool, ...needs], {
    name: name + suffix,
    // The browser and its pipes outlive a test; the file's last act closes them.
    sanitizeResources: false,
    sanitizeOps: false,
    async fn() {
      await using stage = new Stage(await browserOf(browserName), options);
      await run(stage);
      if (stage.complaints.length > 0) throw new Error(`The page complained: ${stage.complaints.join("; ")}`);
    },
  });
}

Deno.test.afterAll(async () => {
  for (const browser of running.values()) await (await browser).close();
  running.clear();
});

/** Stops a page's clock: it goes on only as the test moves it, and with {@linkcode untilTicked}. */
export async function stopClock(page: Page): Promise<void> {
  // Ahead of where it can be by then: a clock cannot be stopped in its past.
  await page.clock.pauseAt(await page.evaluate(() => Date.now()) + BROWSER_PATIENCE_MS);
}

/** Waits for what takes its time in a page whose clock stands. Until patience has run out, less than four seconds pass there. */
export async function untilTicked(page: Page, look: () => Promise<boolean>, what: string): Promise<void> {
  await eventually(async () => {
    await page.clock.runFor(1);
    return await look();
  }, what);
}

/** Waits until a page has fetched these files, which may have come before. @param files ends of their paths */
export async function untilFetched(page: Page, ...files: string[]): Promise<void> {
  await page.waitForFunction((files) => {
    const names = performance.getEntriesByType("resource").map(({ name }) => name);
    return files.every((file) => names.some((name) => name.endsWith(`/${file}`)));
  }, files);
}

/** Resolves once a page is connected. */
export async function online(page: Page): Promise<void> {
  await page.locator('#status[data-phase="online"]').waitFor({ state: "attached" });
  await page.locator("#people-list li").first().waitFor({ state: "attached" });
}

/** Resolves once a page has lost its connection. */
export async function offline(page: Page): Promise<void> {
  await page.locator('#status:not([data-phase="online"])').waitFor();
}

/** Presses the button that tries again, wherever it is: the page may have come back by itself in that moment, and hidden it. */
export async function pressRetry(page: Page): Promise<void> {
  await page.locator("#retry").evaluate((button) => (button as HTMLElement).click());
}

/** Joins a room, or goes to it. */
export async function goTo(page: Page, room: string): Promise<void> {
  await page.fill("#join-room", room);
  await page.press("#join-room", "Enter");
}

/** The texts of messages as `fill` says them. */
export function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `message ${from + i}`);
}

/** Waits until so many messages have come back from the server. */
export async function untilArrived(page: Page, count: number): Promise<void> {
  await eventually(async () => await page.locator("#rows .row").count() === count, `${count} to arrive`);
}

/** The texts of the rows, oldest first; those on their way come last. */
export function texts(page: Page): Promise<string[]> {
  return page.locator("#log .row > .text").evaluateAll((all: Element[]) =>
    all.map((each) => each.firstChild?.textContent ?? "")
  );
}

/** Waits until the rows are these. */
export async function untilTexts(page: Page, wanted: string[]): Promise<void> {
  let last: string[] = [];
  await eventually(async () => {
    last = await texts(page);
    return JSON.stringify(last) === JSON.stringify(wanted);
  }, `the rows ${JSON.stringify(wanted).slice(0, 500)}`).catch((error) => {
    throw new Error(`${error.message}; there were ${JSON.stringify(last).slice(0, 500)}`);
  });
}

/** Waits until this room is shown. */
export async function untilRoom(page: Page, name: string): Promise<void> {
  await page.locator("#room-name").getByText(name, { exact: true }).waitFor();
}

export async function untilNotice(page: Page, said: string): Promise<void> {
  await page.locator("#notice", { hasText: said }).waitFor();
}

/** The id of the element that has the focus. */
export function focusedId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

/** Waits until a row has this text. */
export async function untilText(page: Page, text: string): Promise<Locator> {
  const row = page.locator("#log .row", { hasText: text }).last();
  await row.waitFor();
  return row;
}

/** Writes and sends. */
export async function send(page: Page, text: string): Promise<void> {
  await page.fill("#field", text);
  await page.press("#field", "Enter");
}

/** How far the log is from its end, in pixels. */
export function distanceToEnd(page: Page): Promise<number> {
  return page.locator("#log").evaluate((log: Element) => log.scrollHeight - log.scrollTop - log.clientHeight);
}

/** Scrolls the log by the wheel, as a reader does, and waits until that has had its effect. */
export async function wheel(page: Page, by: number): Promise<void> {
  const top = () => page.locator("#log").evaluate((log: Element) => log.scrollTop);
  await page.hover("#log");
  const before = await top();
  await page.mouse.wheel(0, by);
  await eventually(async () => await top() !== before, "the wheel to scroll the log");
}

/** Where the row with this text is on the screen, in pixels. */
export async function topOf(page: Page, text: string): Promise<number> {
  const row = page.locator("#log .row > .text").getByText(text, { exact: true });
  return await row.evaluate((each: Element) => each.getBoundingClientRect().top);
}
