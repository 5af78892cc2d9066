/// <reference lib="dom" />
/** A room in a page of another site. */

import { Admission } from "../../chat/policy/admission.ts";
import { tokensBy } from "../../chat/policy/tokens.ts";
import { example } from "../docs/examples.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertLess, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { bySecret, makeToken } from "../lib/jwt.ts";
import { eventually } from "../lib/patience.ts";
import { textsOf } from "../lib/messages.ts";
import type { Locator, Page } from "../lib/playwright.ts";
import { lastingPort } from "../lib/port.ts";
import { ServiceProcess } from "../lib/process.ts";
import { Folder } from "../stores/in_folder.ts";
import { findings } from "./findings.ts";
import { HostSite } from "./host_site.ts";
import { browserTest, coreTest, numbered, type Stage } from "./lib.ts";

const ROOM = `<switchboard-room room="support" name="Ada"></switchboard-room>`;

/** A test with a site that the chat's server admits. */
function siteTest(name: string, run: (stage: Stage, site: HostSite) => Promise<void>, test = browserTest): void {
  const site = new HostSite();
  test(name, (stage) => run(stage, site), site.admitting);
}

/** What is in the room of a page. */
const texts = (room: Locator | Page) => room.locator(".row > .text").allInnerTexts();

async function untilTexts(room: Locator | Page, wanted: string[]): Promise<void> {
  let last: string[] = [];
  await eventually(async () => {
    last = await texts(room);
    return JSON.stringify(last) === JSON.stringify(wanted);
  }, `the rows ${JSON.stringify(wanted)}`).catch((error) => {
    throw new Error(`${error.message}; there were ${JSON.stringify(last)}`);
  });
}

/** Waits until the one message that was sent in a room has arrived. */
async function untilStored(room: Locator | Page): Promise<void> {
  await eventually(async () => await room.locator(".mine:not(:has(.state))").count() === 1, "it to be stored");
}

/** More messages, as `fill` says them. */
async function appendNumbered({ server: { log } }: Stage, from: number, to: number): Promise<void> {
  await Promise.all(numbered(from, to).map((text) => appendTo(log, "support", { id: "u1", name: "Person 1", text })));
}

async function send(room: Locator | Page, text: string): Promise<void> {
  await room.locator("textarea").fill(text);
  await room.locator("textarea").press("Enter");
}

siteTest(
  "a room in another site's page is read and written in under a strict policy, and touches nothing of that page",
  async (stage, site) => {
    const { log } = stage.server;
    const by = { id: "grace", name: "Grace" };
    await appendTo(log, "support", { ...by, text: "see https://example.org/help" });
    await appendTo(log, "support", { ...by, text: "first" });
    await appendTo(log, "support", { ...by, text: "a slip" });
    const page = await site.open(stage, example("embed-room", `127.0.0.1:${stage.server.port}`));
    await untilTexts(page, ["see https://example.org/help", "first", "a slip"]);
    const link = page.locator(".text a");
    const attributes = await Promise.all(["target", "href", "rel"].map((name) => link.getAttribute(name)));
    assertEquals(attributes, ["_blank", "https://example.org/help", "noopener noreferrer nofollow ugc"]);
    await appendTo(log, "support", { ...by, kind: "edit", target: 2, version: 0, text: "second" });
    await appendTo(log, "support", { ...by, kind: "delete", target: 3 });
    await untilTexts(page, ["see https://example.org/help", "second (edited)", "This message was deleted"]);
    await page.locator("textarea").fill("one");
    await page.locator("textarea").press("Shift+Enter");
    await page.keyboard.type("two");
    await page.locator("textarea").press("Enter");
    await untilTexts(page, ["see https://example.org/help", "second (edited)", "This message was deleted", "one\ntwo"]);
    await untilStored(page);
    assertEquals(await page.locator(".mine .name").innerText(), "Ada");
    assertEquals(await page.locator("textarea").inputValue(), "");
    assertEquals(textsOf((await log.read("support", { limit: 9 })).events).at(-1), "one\ntwo");
    const touched =
      () => [document.adoptedStyleSheets.length, document.querySelectorAll("style").length, document.cookie];
    assertEquals(await page.evaluate(touched), [0, 0, ""]);
    const kept = await page.evaluate(() => Object.keys(localStorage));
    const { host } = new URL(stage.server.url);
    assertEquals(kept.filter((key) => !key.startsWith(`switchboard ${host}/ `)), []);
    assert(kept.length > 0);
    assertEquals(await findings(page), []);
  },
  coreTest,
);

browserTest("a site that the chat does not name is told so, and whoever looks after it is, too", async (stage) => {
  const site = new HostSite();
  site.lang = "de-AT";
  const page = await stage.open("/healthz");
  const [said] = await Promise.all([
    page.waitForEvent("console", (message) => message.text().startsWith("Switchboard")),
    site.show(page, ROOM, stage.server.url),
  ]);
  await page.locator(".strip").getByText("kann auf dieser Website nicht gezeigt werden").waitFor();
  assertStringIncludes(said.text(), `admits no pages of ${site.origin}: start its server with EMBED=${site.origin}`);
  assert(!await page.locator("textarea").isVisible());
  // It takes no more of the page than what it says, whatever height it is given there.
  const height = await page.locator("switchboard-room").evaluate((room) => {
    (room as HTMLElement).style.height = "400px";
    return room.getBoundingClientRect().height;
  });
  assertLess(height, 150);
  // It is said for those who look for it, and it is all that is complained of.
  assertEquals(stage.complaints.splice(0).filter((each) => !each.startsWith("Switchboard")), []);
}, { origins: ["own"] });

siteTest(
  "what comes while the line is down is there in the end, and what is not sent by itself can be fetched",
  async (stage, site) => {
    const page = await site.open(stage, ROOM, `http://127.0.0.1:${stage.line.port}`);
    await stage.fill("support", 3);
    await untilTexts(page, numbered(1, 3));
    stage.line.refusing = true;
    stage.line.cut();
    await page.locator(".strip").getByText("cannot be reached").waitFor();
    await send(page, "written meanwhile");
    await page.locator(".state").getByText("Sending").waitFor();
    await page.locator(".strip").getByText("is kept").waitFor();
    // Of more than a server replays, the newest come.
    await appendNumbered(stage, 4, 1_103);
    const retry = await page.getByRole("button", { name: "Retry now" }).elementHandle();
    stage.line.refusing = false;
    // The room may have come back by itself in that moment.
    await retry!.evaluate((button) => (button as HTMLElement).click());
    await page.locator(".gap").getByText("1,050 messages not shown").waitFor();
    await untilTexts(page, [...numbered(1, 3), ...numbered(1_054, 1_103), "written meanwhile"]);
    await page.getByRole("button", { name: "Load" }).click();
    await page.locator(".gap").getByText("950 messages not shown").waitFor();
    await untilTexts(page, [...numbered(1, 3), ...numbered(954, 1_103), "written meanwhile"]);
    assert(!await page.locator(".strip").isVisible());
  },
);

siteTest("a room for which its site gives no name says which one is written under", async (stage, site) => {
  const page = await site.open(stage, `<switchboard-room room="support"></switchboard-room>`);
  const placeholder = await page.getByPlaceholder(/^Message as \w+ \w+$/).getAttribute("placeholder");
  await send(page, "who am I?");
  await untilTexts(page, ["who am I?"]);
  assertEquals(placeholder, `Message as ${await page.locator(".mine .name").innerText()}`);
});

siteTest("two rooms of a page have one id, and one that is taken out of it ends its socket", async (stage, site) => {
  const page = await stage.open("/healthz");
  // Where a site may keep nothing, it works for as long as the page is open.
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    })
  );
  const ended: string[] = [];
  page.on("websocket", (socket) => socket.on("close", () => ended.push(new URL(socket.url()).pathname)));
  await site.show(page, `${ROOM}<switchboard-room room="sales" name="Ada"></switchboard-room>`, stage.server.url);
  const [support, sales] = [page.locator("[room=support]"), page.locator("[room=sales]")];
  await send(support, "to support");
  await send(sales, "to sales");
  await untilTexts(support, ["to support"]);
  await untilTexts(sales, ["to sales"]);
  for (const room of [support, sales]) await untilStored(room);
  const { events } = await stage.server.log.read("support", { limit: 1 });
  assertEquals((await stage.server.log.read("sales", { limit: 1 })).events[0]!.id, events[0]!.id);
  await support.evaluate((room) => room.remove());
  await eventually(() => ended.length > 0, "the socket to end");
  assertEquals(ended, [`/ws/${events[0]!.id}`]);
  await appendTo(stage.server.log, "sales", { id: "grace", name: "Grace", text: "still here" });
  await untilTexts(sales, ["to sales", "still here"]);
  // Another attribute is another room.
  await sales.evaluate((room) => room.setAttribute("room", "support"));
  await untilTexts(page, ["to support"]);
});

siteTest("a page is told of messages and of the connection, and its reader how many are below", async (stage, site) => {
  await stage.fill("support", 40);
  const page = await site.open(stage, ROOM);
  await untilTexts(page, numbered(1, 40));
  await page.evaluate(() => {
    const room = document.querySelector("switchboard-room")!;
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    for (const type of ["switchboard-message", "switchboard-state"]) {
      room.addEventListener(type, (event) => told.push((event as CustomEvent).detail));
    }
  });
  const log = page.getByRole("log", { name: "Messages in support" });
  await log.press("Home");
  await page.getByRole("button", { name: "Jump to newest" }).waitFor();
  await appendTo(stage.server.log, "support", { id: "grace", name: "Grace", text: "news" });
  await page.getByRole("button", { name: "1 new message" }).click();
  await page.getByText("news").waitFor();
  const told = () => page.evaluate(() => Reflect.get(globalThis, "told"));
  assertEquals(await told(), [{ id: "grace", name: "Grace", text: "news", seq: 41, mine: false }]);
});

siteTest("a page counts what is new while its room is closed", async (stage, site) => {
  site.strict = false;
  const page = await site.open(stage, example("embed-count", `127.0.0.1:${stage.server.port}`));
  const room = page.locator("switchboard-room");
  await room.locator(".empty:not([hidden])").waitFor({ state: "attached" });
  const grace = await stage.member("grace", "support");
  for (const text of numbered(1, 20)) await grace.publish("support", text);
  const count = page.locator("output");
  await eventually(async () => await count.textContent() === "20", "20 to be counted");
  await page.locator("summary").click();
  await page.getByText("message 20", { exact: true }).waitFor();
  await eventually(async () => await count.textContent() === "", "the count to go");
  // What was not shown as it came is at its end all the same.
  await eventually(
    () => room.locator(".log").evaluate((log) => log.scrollTop + log.clientHeight > log.scrollHeight - 5),
    "its end",
  );
});

const SECRET = "a secret of thirty-two bytes, at least";
{
  const site = new HostSite();
  const clock = new FakeClock();
  let asked = 0;
  site.instead = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/token") return undefined;
    asked++;
    const sub = /person=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
    if (sub === undefined) return new Response(null, { status: 204 });
    const exp = Math.floor(clock.now() / 1000) + 90;
    return new Response(await makeToken({ sub, name: "Ada Lovelace", exp }, bySecret(SECRET)));
  };
  browserTest("the site says who its reader is, by a token that is renewed before it is over", async (stage) => {
    const page = await stage.open("/healthz");
    const body = `<switchboard-room room="support" token-url="/token"></switchboard-room>`;
    await site.show(page, body, `http://127.0.0.1:${stage.line.port}`);
    await page.locator(".strip").getByText("signed in at 127.0.0.1").waitFor();
    assert(!await page.locator("textarea").isVisible());
    await page.evaluate(() => document.cookie = "person=ada");
    await page.getByRole("button", { name: "Retry now" }).click();
    await send(page, "hello");
    await untilTexts(page, ["hello"]);
    assertEquals(await page.locator(".mine .name").innerText(), "Ada Lovelace");
    const before = asked;
    clock.stall(60_000);
    stage.line.inject({ type: "expiring", inMs: 30_000 });
    await eventually(() => asked === before + 1, "the page to ask for a newer one");
    await send(page, "still me");
    await untilTexts(page, ["hello", "still me"]);
    clock.stall(100_000);
    stage.line.cut(4003);
    await send(page, "over, and anew");
    await untilTexts(page, ["hello", "still me", "over, and anew"]);
    const log = async () => (await stage.server.log.read("support", { limit: 9 })).events.map(({ id }) => id);
    await eventually(async () => (await log()).length === 3, "all to be stored");
    assertEquals(await log(), ["t-ada", "t-ada", "t-ada"]);
  }, { clock, admission: new Admission("token", tokensBy({ secret: SECRET }, clock)) });
}

browserTest(
  "a server that is killed and comes back has lost nothing for a room in another site's page",
  async (stage) => {
    await using folder = new Folder("chat.db");
    const site = new HostSite();
    const start = (port: string) =>
      ServiceProcess.start({ args: ["--port", port, "--chat-store", `sqlite:${folder.file}`, "--embed", site.origin] });
    const port = String(lastingPort());
    await using first = await start(port);
    const page = await site.open(stage, ROOM, first.url);
    await send(page, "before");
    await untilStored(page);
    first.kill("SIGKILL");
    await first.exited;
    await page.locator(".status").getByText("Offline").waitFor();
    await send(page, "meanwhile");
    await using second = await start(port);
    await using grace = await ChatClient.open(second, "grace", "support");
    await grace.publish("support", "from another");
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await eventually(async () => (await texts(page)).length === 3, "all to be there");
    await grace.until(() => grace.messages("support").length === 2, "what was written meanwhile");
    assertEquals((await texts(page)).toSorted(), ["before", "from another", "meanwhile"]);
  },
);

siteTest("the chat may be in a frame of a site that it names, and of no other", async (stage, site) => {
  const framed = example("embed-frame", `127.0.0.1:${stage.server.port}`);
  const page = await site.open(stage, framed);
  const frame = page.frameLocator("iframe");
  await frame.locator('#status[data-phase="online"]').waitFor({ state: "attached" });
  await frame.locator("#field").fill("from a frame");
  await frame.locator("#field").press("Enter");
  await frame.locator("#rows .row", { hasText: "from a frame" }).waitFor();
  const other = new HostSite();
  await Promise.all([
    page.waitForEvent("console", (message) => message.text().includes("frame-ancestors")),
    other.show(page, framed, stage.server.url),
  ]);
  stage.complaints.splice(0);
});
