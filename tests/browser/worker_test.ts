/// <reference lib="dom" />
/** The page with its worker: it opens while the server is down, is of one version at a time, and can be installed. */

import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { Assets } from "../../chat/http/assets.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { freePort } from "../lib/port.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { startServer } from "../lib/server.ts";
import { browserTest, online, send, type Stage, untilText, untilTexts } from "./lib.ts";

const WITH_WORKER: BrowserContextOptions = { serviceWorkers: "allow" };

/** Waits until the browser has kept the page. */
async function untilKept(page: Page): Promise<void> {
  await eventually(() => page.evaluate(() => navigator.serviceWorker.controller !== null), "the worker to be there");
}

/** The versions of all files that the page has fetched since it was opened. */
function versionsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const paths = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    const files = paths.filter((path) => path.includes("/static/"));
    return [...new Set(files.map((path) => /\/static\/(\w+)\/./.exec(path)?.[1] ?? path))];
  });
}

/** A server with another version of the page, in the place of the first one. */
async function replaceServer(stage: Stage): Promise<{ version: string } & AsyncDisposable> {
  const assets = new Assets({ ...STATIC_FILES, "views/qr.js": `${STATIC_FILES["views/qr.js"]}\n` });
  await stage.server.stop();
  const server = startServer({ assets });
  stage.line.target = server.port;
  return { version: assets.version, [Symbol.asyncDispose]: () => server.stop() };
}

browserTest(
  "the server is killed: the page opens all the same, and sends what one writes once it is back",
  async (stage) => {
    await using folder = await makeFolder();
    const args = ["--port", String(freePort()), "--chat-store", `sqlite:${folder.path}/chat.sqlite`];
    const service = await ServiceProcess.start({ args });
    const page = await stage.open("/healthz", WITH_WORKER);
    await page.goto(`${service.url}/r/attic`);
    await online(page);
    await untilKept(page);
    service.kill("SIGKILL");
    await service.exited;
    // At another depth than the one it was kept at, and with a browser that has just been started.
    await page.goto("about:blank");
    await page.goto(`${service.url}/r/attic`);
    assertEquals(await page.locator("#room-name").innerText(), "attic");
    await page.locator("#status", { hasText: "Offline" }).waitFor();
    await send(page, "written while it was down");
    await page.locator("#banner", { hasText: "1 message waits" }).waitFor();
    await page.click("#settings-open");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await using _again = await ServiceProcess.start({ args });
    await online(page);
    await untilTexts(page, ["written while it was down"]);
    await page.locator("#pending .row").waitFor({ state: "detached" });
  },
);

browserTest(
  "a server that answers with an error, or not at all, does not keep the page from opening",
  async (stage) => {
    const page = await stage.open("/", WITH_WORKER);
    await online(page);
    await untilKept(page);
    await stage.server.stop();
    // The line answers with 502 now, as a proxy does.
    await page.reload();
    await page.locator("#status", { hasText: "Offline" }).waitFor();
    const { promise, resolve } = Promise.withResolvers<void>();
    stage.line.hold = promise;
    await page.reload();
    await page.locator("#status", { hasText: "Offline" }).waitFor();
    resolve();
  },
);

browserTest(
  "a page goes on with its own version while another is served, and then changes without losing a draft",
  async (stage) => {
    const page = await stage.open("/", WITH_WORKER);
    await online(page);
    await untilKept(page);
    await page.fill("#field", "half a sentence");
    const [before] = await versionsOf(page);
    stage.line.cut();
    await using server = await replaceServer(stage);
    await online(page);
    const reload = page.locator("#notice").getByRole("button", { name: "Reload" });
    await reload.waitFor();
    // What it fetches only now is still its own, although no server has that any more.
    assertEquals((await fetch(`http://127.0.0.1:${stage.line.port}/static/${before}/text/highlight.js`)).status, 404);
    await page.evaluate((path) => import(path), `/static/${before}/text/highlight.js`);
    assertEquals(await versionsOf(page), [before]);
    await page.locator("#notice").hover();
    await reload.click();
    await online(page);
    assertEquals(await page.inputValue("#field"), "half a sentence");
    assertEquals(await versionsOf(page), [server.version]);
  },
);

browserTest("where the server is replaced while the worker is being installed, nothing is kept", async (stage) => {
  const worker = await (await fetch(`${stage.server.url}/worker.js`)).text();
  await using _server = await replaceServer(stage);
  const page = await stage.open("/healthz", WITH_WORKER);
  await page.context().route(
    "**/worker.js",
    (route) => route.fulfill({ body: worker, contentType: "text/javascript" }),
  );
  const failed = page.context().waitForEvent("requestfinished", (request) => request.url().endsWith("/worker.js"));
  await page.goto(`http://127.0.0.1:${stage.line.port}/`);
  await online(page);
  await failed;
  await eventually(
    () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length === 0),
    "it to fail",
  );
  assertEquals(await page.evaluate(() => caches.keys()), []);
});

browserTest("the page can be installed", async (stage) => {
  const page = await stage.open("/r/attic", WITH_WORKER);
  await online(page);
  await untilKept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors, data = "{}", url } = await devtools.send("Page.getAppManifest");
  assertMatch(url, /\/manifest\.webmanifest$/);
  assertEquals(errors, []);
  const { icons, scope } = JSON.parse(data);
  assertEquals(new URL(scope, url).pathname, "/");
  for (const { src } of icons) assertEquals((await fetch(new URL(src, url))).status, 200, src);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  assertEquals(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
});

browserTest("on plain HTTP, where browsers keep nothing, the page works without a word about it", async (stage) => {
  const page = await stage.open("/", WITH_WORKER, "phone.test");
  await online(page);
  assert(!await page.evaluate(() => isSecureContext));
  await page.waitForResponse((response) => response.url().endsWith("/views/device.js"));
  await send(page, "from a phone");
  await untilText(page, "from a phone");
  assertEquals(await page.locator("#notice").innerText(), "");
  assertEquals(await page.locator('link[rel="manifest"]').count(), 0);
});

browserTest("the page's policy lets no other script be started by its address", async (stage) => {
  const page = await stage.open("/", WITH_WORKER);
  await online(page);
  await untilKept(page);
  const stopped = await page.evaluate(async () => {
    const tries = [
      () => navigator.serviceWorker.register("/static/app.js"),
      () => Promise.resolve(new Worker("/static/app.js")),
      () => Promise.resolve(Reflect.get(globalThis, "trustedTypes").createPolicy("chat", {})),
    ];
    return await Promise.all(tries.map((each) => Promise.resolve().then(each).then(() => false, () => true)));
  });
  assertEquals(stopped, [true, true, true]);
  stage.complaints.length = 0;
});
