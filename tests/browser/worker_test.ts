/// <reference lib="dom" />
/** The page with its worker: it opens while the server is down, is of one version at a time, and can be installed. */

import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { Assets } from "../../chat/http/assets.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";
import {
  browserTest,
  coreTest,
  goTo,
  numbered,
  online,
  pressRetry,
  send,
  type Stage,
  texts,
  untilFetched,
  untilText,
  untilTexts,
} from "./lib.ts";

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

coreTest(
  "the server is killed: the page opens all the same, and sends what one writes once it is back",
  async (stage) => {
    await using folder = await makeFolder();
    const args = ["--port", String(lastingPort()), "--chat-store", `sqlite:${folder.path}/chat.sqlite`];
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

coreTest(
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
    // It stays for as long as somebody is about to press it.
    await page.locator("#notice").hover();
    // What it fetches only now is still its own, although no server has that any more.
    assertEquals((await fetch(`http://127.0.0.1:${stage.line.port}/static/${before}/text/highlight.js`)).status, 404);
    const ask = (path: string) => fetch(path, { cache: "no-store" }).then(({ status }) => status);
    assertEquals(await page.evaluate(ask, `/static/${before}/text/highlight.js`), 200);
    assertEquals(await versionsOf(page), [before]);
    await Promise.all([page.waitForEvent("load"), reload.click()]);
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
  await page.addInitScript(() => {
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = async function (...what) {
      const registration = await register.apply(this, what);
      const { installing } = registration;
      const note = () => Object.assign(globalThis, { became: installing?.state ?? "one before" });
      note();
      installing?.addEventListener("statechange", note);
      return registration;
    };
  });
  await page.goto(`http://127.0.0.1:${stage.line.port}/`);
  await online(page);
  await page.waitForFunction(() => Reflect.get(globalThis, "became") === "redundant");
  assertEquals(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
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

coreTest("on plain HTTP, where browsers keep nothing, the page works without a word about it", async (stage) => {
  const page = await stage.open("/", WITH_WORKER, "phone.test");
  await online(page);
  assert(!await page.evaluate(() => isSecureContext));
  await untilFetched(page, "views/device.js");
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
      () => navigator.serviceWorker.register("/worker.js?another"),
      () => Promise.resolve(new Worker("/static/app.js")),
      () => Promise.resolve(Reflect.get(globalThis, "trustedTypes").createPolicy("chat", {})),
    ];
    return await Promise.all(tries.map((each) => Promise.resolve().then(each).then(() => false, () => true)));
  });
  assertEquals(stopped, [true, true, true]);
  stage.complaints.length = 0;
});

/** Makes the server unreachable for the page, and not for others. */
async function lose(stage: Stage): Promise<void> {
  stage.line.target = lastingPort();
  stage.line.refusing = true;
  stage.line.cut();
  await eventually(
    () => fetch(`http://127.0.0.1:${stage.line.port}/`).then(({ status }) => status === 502),
    "it to be gone",
  );
}

/** Lets the page reach the server again. */
function find(stage: Stage): void {
  stage.line.target = stage.server.port;
  stage.line.mend();
}

/** What the browser has kept of a room. */
function keptOf(page: Page, room: string): Promise<string[] | undefined> {
  return page.evaluate(async (room) => {
    const kept = await caches.match(`/kept/${room}`);
    return (await kept?.json())?.map(({ text }: { text: string }) => text);
  }, room);
}

async function untilKeptAre(page: Page, room: string, texts: string[] | undefined): Promise<void> {
  let last: string[] | undefined;
  await eventually(async () => {
    last = await keptOf(page, room);
    return JSON.stringify(last) === JSON.stringify(texts);
  }, `${texts} to be kept of ${room}`).catch((error) => {
    throw new Error(`${error.message}; there is ${last}`);
  });
}

/** Somebody who may change what they wrote: three messages in a room. */
async function author(stage: Stage, room: string): Promise<{ peer: ChatClient; seqs: number[] }> {
  const peer = await ChatClient.keyed(stage.server, "0123456789abcdef0123456789abcdef", room);
  const seqs: number[] = [];
  for (const text of ["one", "two", "three"]) seqs.push((await peer.publish(room, text)).seq!);
  return { peer, seqs };
}

coreTest(
  "while the server is gone the newest messages are read as they last were, and nothing comes back",
  async (stage) => {
    await stage.fill("attic", 60);
    const { peer, seqs } = await author(stage, "attic");
    await using _peer = peer;
    const page = await stage.open("/r/attic", WITH_WORKER);
    await online(page);
    await goTo(page, "cellar");
    await send(page, "in the cellar");
    await untilTexts(page, ["in the cellar"]);
    await untilKeptAre(page, "attic", [...numbered(14, 60), "one", "two", "three"]);
    await peer.ask(
      { type: "edit", room: "attic", target: seqs[0]!, text: "one, edited", version: 0, nonce: "edits" },
      "ok",
    );
    await peer.ask({ type: "delete", room: "attic", target: seqs[1]!, nonce: "deletes" }, "ok");
    const asItIs = [...numbered(14, 60), "one, edited", "", "three"];
    await untilKeptAre(page, "attic", asItIs);
    await untilKeptAre(page, "cellar", ["in the cellar"]);

    await lose(stage);
    await peer.ask({ type: "delete", room: "attic", target: seqs[2]!, nonce: "deletes too" }, "ok");
    // So many that what the device has kept is not among those that the server sends first.
    await stage.fill("attic", 120, (n) => `later ${n}`);
    await page.reload();
    await page.locator("#kept", { hasText: "Kept on this device" }).waitFor();
    await untilTexts(page, ["in the cellar"]);
    await page.getByRole("link", { name: "attic" }).click();
    await untilTexts(page, [...numbered(14, 60), "one, edited", "This message was deleted", "three"]);
    // They can be read, and no more.
    assertEquals(await page.locator("#rows button:visible").count(), 0);
    assertEquals(await page.locator("#kept").count(), 1);
    assert(await page.locator("#unopened").isHidden());
    await send(page, "written offline");
    await page.locator("#pending .row", { hasText: "written offline" }).waitFor();

    find(stage);
    await pressRetry(page);
    await online(page);
    await page.locator("#rows .row", { hasText: "written offline" }).waitFor();
    await page.locator("#kept").waitFor({ state: "detached" });
    assertEquals((await texts(page)).filter((text) => ["one, edited", "three"].includes(text)), []);
    await untilKeptAre(page, "attic", [...Array.from({ length: 49 }, (_, i) => `later ${72 + i}`), "written offline"]);
  },
);

browserTest("people of one name are told apart while the server is gone, too", async (stage) => {
  for (const id of ["1", "2"]) await appendTo(stage.server.log, "attic", { id, name: "Sam", text: `I am ${id}` });
  const page = await stage.open("/r/attic", WITH_WORKER);
  await online(page);
  await untilKeptAre(page, "attic", ["I am 1", "I am 2"]);
  await lose(stage);
  await page.reload();
  await page.locator("#kept").waitFor();
  await eventually(
    async () => (await page.locator(".who .print").allInnerTexts()).join() === "#1,#2",
    "what tells them apart",
  );
});

browserTest("of a room that one has left nothing is kept", async (stage) => {
  await stage.fill("attic", 1);
  const page = await stage.open("/r/attic", WITH_WORKER);
  await online(page);
  await goTo(page, "cellar");
  await untilKeptAre(page, "attic", ["message 1"]);
  await page.getByRole("button", { name: "Leave #attic" }).click();
  await untilKeptAre(page, "attic", undefined);
  await untilKeptAre(page, "cellar", []);
});

for (const when of ["while the page is open", "while it is away"]) {
  browserTest(`of a room that one is banned from nothing is kept: ${when}`, async (stage) => {
    const owner = await ChatClient.keyed(stage.server, "0123456789abcdef0123456789abcdef");
    await owner.ask({ type: "create", room: "attic", nonce: "creates" }, "ok");
    await owner.ask({ type: "join", room: "attic" }, "joined");
    const page = await stage.open("/r/attic", WITH_WORKER);
    await online(page);
    await send(page, "said among friends");
    await untilKeptAre(page, "attic", ["said among friends"]);
    const id = await idOfKey((await page.evaluate(() => localStorage.getItem("switchboard.key")))!);
    const ban = () => owner.ask({ type: "member", room: "attic", nonce: "bans", id, role: "banned" }, "ok");
    if (when === "while the page is open") await ban();
    else {
      await lose(stage);
      await page.reload();
      await page.locator("#kept").waitFor();
      await untilTexts(page, ["said among friends"]);
      await ban();
      find(stage);
      await pressRetry(page);
      await untilTexts(page, []);
    }
    await page.locator("#closed", { hasText: "banned" }).waitFor();
    await untilKeptAre(page, "attic", undefined);
  });
}

browserTest("the device forgets everything when it is told to, and asks before", async (stage) => {
  const page = await stage.open("/r/attic", WITH_WORKER);
  await online(page);
  await send(page, "said");
  await untilKeptAre(page, "attic", ["said"]);
  await page.fill("#field", "a draft");
  const key = await page.evaluate(() => localStorage.getItem("switchboard.key"));
  await page.click("#settings-open");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByRole("button", { name: "Forget me on this device" }).click();
  await dialog.getByText("you can no longer change what you wrote").waitFor();
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await dialog.getByRole("button", { name: "Forget me on this device" }).click();
  await dialog.getByRole("button", { name: "Forget all of it" }).click();
  await page.locator("#room-name", { hasText: "lobby" }).waitFor();
  await online(page);
  assertEquals(await keptOf(page, "attic"), undefined);
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert(!kept.includes("attic") && !kept.includes("a draft") && !kept.includes(key!), kept);
  assertEquals(await page.inputValue("#field"), "");
});
