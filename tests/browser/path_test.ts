/// <reference lib="dom" />
/** The page below a path, behind proxies on the settings that the operators' page gives. */

import type { Page } from "../lib/playwright.ts";
import { fencedBlock } from "../docs/documents.ts";
import { assertEquals, assertMatch } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { makeFolder } from "../lib/process.ts";
import { startCaddy, startNginx } from "../lib/proxies.ts";
import { browserTest, goTo, online, send, type Stage, untilText, untilTexts } from "./lib.ts";

const PAGE = "docs/operators.md";

/** Starts a proxy that has the server below `/chat/`. */
async function proxy(
  program: "nginx" | "caddy",
  folder: string,
  server: string,
  port: number,
): Promise<AsyncDisposable> {
  const host = new URL(server).host;
  const settings = fencedBlock(PAGE, program, 1).replace("127.0.0.1:8000", host);
  if (program === "caddy") return await startCaddy(folder, settings.replace("example.org", `http://127.0.0.1:${port}`));
  const map = /map .*?\n}/s.exec(fencedBlock(PAGE, "nginx"))![0];
  return await startNginx(folder, `${map}\nserver {\nlisten 127.0.0.1:${port};\n${settings}}\n`);
}

/** The path of the page. */
function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

/** The page is kept below the path, and nothing above it; and opens when the proxy finds no server. */
async function isKeptBelow(stage: Stage, page: Page, url: string): Promise<void> {
  await page.goto(`${url}r/attic`);
  await online(page);
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
  assertEquals(scope, url);
  assertEquals(
    (await fetch(await page.locator('link[rel="manifest"]').evaluate((link) => (link as HTMLLinkElement).href))).status,
    200,
  );
  await eventually(
    () => page.evaluate(async () => (await caches.match("/chat/kept/attic"))?.ok === true),
    "messages to be kept",
  );
  await stage.server.stop();
  await eventually(async () => (await fetch(url)).status === 502, "the proxy to find no server");
  await page.reload();
  await page.locator("#kept").waitFor();
  await untilText(page, "from below");
  assertEquals(await page.getByRole("link", { name: "attic" }).getAttribute("href"), "/chat/r/attic");
}

async function worksBelow(stage: Stage, url: string): Promise<void> {
  const page = await stage.open("/healthz", { serviceWorkers: "allow" });
  await eventually(() => fetch(`${url}healthz`).then(({ ok }) => ok, () => false), "the proxy to answer");
  const failed: string[] = [];
  page.on("response", (response) => void (response.status() >= 400 && failed.push(response.url())));
  await page.goto(url);
  await online(page);
  await goTo(page, "attic");
  await page.locator("#room-name", { hasText: "attic" }).waitFor();
  assertEquals(pathOf(page), "/chat/r/attic");
  await send(page, "from below");
  await untilTexts(page, ["from below"]);
  assertEquals((await stage.server.log.read("attic", { limit: 1 })).head, 1);
  await page.reload();
  await online(page);
  await untilText(page, "from below");
  await page.click("#invite");
  const dialog = page.getByRole("dialog");
  assertMatch(await dialog.locator("code").innerText(), /\/chat\/r\/attic$/);
  await page.keyboard.press("Escape");
  assertEquals(await page.getByRole("link", { name: "lobby" }).getAttribute("href"), "/chat/r/lobby");
  await page.getByRole("link", { name: "For developers" }).click();
  assertEquals(pathOf(page), "/chat/docs");
  await page.locator("pre", { hasText: `${new URL(url).host}/chat/ws/42` }).first().waitFor();
  await page.getByRole("link", { name: "Switchboard" }).click();
  await online(page);
  assertEquals([pathOf(page), failed], ["/chat/", []]);
  await isKeptBelow(stage, page, url);
}

for (const program of ["nginx", "caddy"] as const) {
  const run = async (stage: Stage) => {
    const port = lastingPort();
    await using folder = await makeFolder();
    await using _proxy = await proxy(program, folder.path, stage.server.url, port);
    await worksBelow(stage, `http://127.0.0.1:${port}/chat/`);
  };
  browserTest(`the page works below a path behind ${program}`, run, {}, program);
}
