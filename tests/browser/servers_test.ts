/// <reference lib="dom" />
/** Two servers on one database behind nginx are one chat to those who use it, whichever of them is killed. */

import { fencedBlock } from "../docs/documents.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { type Database, postgresOfFile } from "../lib/postgres.ts";
import { makeFolder, ServiceProcess } from "../lib/process.ts";
import { startNginx } from "../lib/proxies.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, online, send, type Stage, texts, untilText, untilTexts } from "./lib.ts";

const PAGE = "docs/operators.md";
/** So that a killed server is started again where nginx looks for it. */
const PORTS = [lastingPort(), lastingPort()];

const postgres = await postgresOfFile();

function start({ url }: Database, port: number): Promise<ServiceProcess> {
  return ServiceProcess.start({ args: ["--port", `${port}`], env: { CHAT_STORE: url } });
}

/** The page's settings, once for each server: what comes that way goes to the other one only while its own is down. */
function settings(listens: number[]): string {
  const [map] = /map .*?\n}/s.exec(fencedBlock(PAGE, "nginx"))!;
  const location = /location .*?\n {4}}/s.exec(fencedBlock(PAGE, "nginx"))![0];
  const upstream = fencedBlock(PAGE, "nginx", 2);
  const ways = listens.map((listen, own) => {
    const servers = upstream.replace("switchboard", `way${own}`).replace(/10\.0\.0\.(\d):8000(.*);/g, (_, n, rest) => {
      const index = Number(n) - 1;
      return `127.0.0.1:${PORTS[index]}${rest}${index === own ? "" : " backup"};`;
    });
    const passed = location.replace("127.0.0.1:8000", `way${own}`);
    return `${servers}server {\nlisten 127.0.0.1:${listen};\n${passed}\n}\n`;
  });
  return `${map}\n${ways.join("")}`;
}

/** A browser that comes by one of the ways. */
async function come(stage: Stage, url: string): Promise<Page> {
  const page = await stage.open("/healthz");
  await page.goto(url);
  await online(page);
  return page;
}

/** The ids in the page's list of the room's people. */
async function people(page: Page): Promise<string[]> {
  const ids = await page.locator("#people-list li").evaluateAll((all) =>
    all.map((each) => each.getAttribute("data-id")!)
  );
  return ids.sort();
}

async function untilAllSee(pages: Page[], wanted: string[]): Promise<void> {
  let last: string[][] = [];
  await eventually(async () => {
    last = await Promise.all(pages.map(people));
    return last.every((each) => each.join() === wanted.join());
  }, `that all see ${wanted}`).catch((error) => {
    throw new Error(`${error.message}; they see ${JSON.stringify(last)}`);
  });
}

const me = (page: Page) => page.locator("#people-list li:has(.you)").getAttribute("data-id").then(String);

/** Both write while a server dies, before and after. @returns what they wrote */
async function writeWhile(pages: Page[], round: string, die: () => void): Promise<string[]> {
  const written = Array.from({ length: 3 }, (_, n) => pages.map((_, index) => `${round} ${n} of ${index}`));
  for (const [n, both] of written.entries()) {
    if (n === 1) die();
    for (const [index, text] of both.entries()) await send(pages[index]!, text);
  }
  return written.flat();
}

/** Waits until a page shows exactly these, all of them stored. @returns them in the page's order */
async function untilShown(page: Page, wanted: string[]): Promise<string[]> {
  let last: string[] = [];
  await eventually(async () => {
    last = await texts(page);
    return last.toSorted().join() === wanted.toSorted().join() && await page.locator("#log .row.sending").count() === 0;
  }, "all messages").catch((error) => {
    throw new Error(`${error.message}; of ${JSON.stringify(wanted)} there were ${JSON.stringify(last)}`);
  });
  return last;
}

browserTest(
  "browsers at two servers of one database see one room and its people, and lose nothing when either is killed",
  async (stage) => {
    await using database = await postgres!.database();
    await using folder = await makeFolder();
    const listens = [lastingPort(), lastingPort()];
    await using _nginx = await startNginx(folder.path, settings(listens));
    await using first = await start(database, PORTS[0]!);
    await using second = await start(database, PORTS[1]!);
    const urls = listens.map((port) => `http://127.0.0.1:${port}/`);
    const pages = await Promise.all(urls.map((url) => come(stage, url)));
    await Promise.all([first.event("connect"), second.event("connect")]);
    const ids = (await Promise.all(pages.map(me))).sort();
    await untilAllSee(pages, ids);

    const written = ["hello from one", "hello from the other"];
    for (const [index, text] of written.entries()) {
      await send(pages[index]!, text);
      // Nobody else writes meanwhile, which would have its server read that as well.
      await untilText(pages[1 - index]!, text);
    }

    written.push(...await writeWhile(pages, "first", () => first.kill("SIGKILL")));
    for (const page of pages) await untilShown(page, written);
    await untilAllSee(pages, ids);

    await using _again = await start(database, PORTS[0]!);
    written.push(...await writeWhile(pages, "second", () => second.kill("SIGKILL")));
    const [order] = await Promise.all(pages.map((page) => untilShown(page, written)));
    await untilTexts(pages[1]!, order!);
    await untilAllSee(pages, ids);
    await untilTexts(await come(stage, urls[1]!), order!);
  },
  {},
  "nginx",
  "postgres",
);
