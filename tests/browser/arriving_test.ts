/// <reference lib="dom" />
/** Links to `/i`, which bring something in their fragment. */

import { makeClaim } from "../../chat/policy/claim.ts";
import { CloseCode } from "../../chat/wire/close.ts";
import { assertEquals, assertGreater, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { PLAIN_HOST } from "./browsers.ts";
import { browserTest, coreTest, online, pressRetry, untilText } from "./lib.ts";
import { menuAt } from "./messages.ts";
import { idOf } from "./owned.ts";

browserTest("what a link brings is gone from the address and the history before anything is shown", async (stage) => {
  const page = await stage.open("/healthz");
  await page.goto(`http://127.0.0.1:${stage.line.port}/i#nothing.0123456789abcdef`);
  await page.locator("#notice", { hasText: "This link cannot be used here." }).waitFor();
  await online(page);
  assertEquals(new URL(page.url()).pathname + new URL(page.url()).hash, "/r/lobby");
  assertEquals(await page.evaluate(() => localStorage.getItem("switchboard.brought")), null);
  await page.goBack();
  assertEquals(new URL(page.url()).pathname, "/healthz");
});

browserTest(
  "the first who opens a claim moderates the rooms that nobody owns, and the next is told that it was used",
  async (stage) => {
    const { identities } = stage.server.log;
    const link = await makeClaim(identities!);
    const other = await stage.open("/healthz");
    const page = await stage.open(link);
    await page.locator("#notice", { hasText: "You moderate the rooms" }).waitFor();
    await online(page);
    const id = await idOf(page);
    assertEquals(await identities!.find(id), { operator: true });
    const bob = await stage.member("bob", "lobby");
    await bob.publish("lobby", "rubbish");
    const menu = await menuAt(await untilText(page, "rubbish"));
    await menu.getByRole("menuitem", { name: "Delete" }).waitFor();
    await other.goto(`http://127.0.0.1:${stage.line.port}${link}`);
    await other.locator("#notice", { hasText: "was used already" }).waitFor();
  },
);

browserTest("a claim that is opened while the server is away is taken once it is back", async (stage) => {
  const page = await stage.join();
  const link = await makeClaim(stage.server.log.identities!);
  stage.line.refusing = true;
  stage.line.cut();
  // The page itself comes from the server: only its connection is refused.
  await page.goto(`http://127.0.0.1:${stage.line.port}${link}`);
  await page.locator("#banner").waitFor();
  await page.reload();
  await page.locator("#banner").waitFor();
  stage.line.refusing = false;
  await pressRetry(page);
  await page.locator("#notice", { hasText: "You moderate the rooms" }).waitFor();
});

browserTest(
  "what takes an invitation in is told of where it cannot be fetched, and takes it in once it can be",
  async (stage) => {
    const page = await stage.open("/healthz");
    await page.route(/views\/arriving/, (route) => route.abort());
    await page.goto(`http://127.0.0.1:${stage.line.port}/i#attic.${"a".repeat(26)}`);
    await page.locator("#notice", { hasText: "this part of the page is not here yet" }).waitFor();
    await page.unrouteAll();
    await page.getByRole("dialog", { name: "You are invited" }).waitFor({ timeout: 20_000 });
  },
);

/** The link by which another device becomes the same, as the page shows it. */
async function linkOf(page: Page): Promise<string> {
  await page.locator("#settings-open").click();
  await page.getByRole("button", { name: "Another device" }).click();
  const dialog = page.getByRole("dialog", { name: "Another device" });
  await dialog.getByText("everybody who gets to see it is you, too").waitFor();
  assertEquals(await dialog.locator(".address").count(), 0);
  await dialog.getByRole("button", { name: "Show the link" }).click();
  return await dialog.locator(".address").innerText();
}

for (const host of ["127.0.0.1", PLAIN_HOST]) {
  browserTest(`another device becomes the same by a link, and asks first: on ${host}`, async (stage) => {
    const first = await stage.join();
    const id = await idOf(first);
    const link = (await linkOf(first)).replace("127.0.0.1", host);
    await first.getByRole("dialog").getByRole("button", { name: "QR code" }).click();
    await first.getByRole("img", { name: "QR code" }).waitFor();
    const second = await stage.open("/", {}, host);
    assertEquals(await second.evaluate(() => crypto.subtle === undefined), host !== "127.0.0.1");
    await online(second);
    const before = await idOf(second);
    const dialog = second.getByRole("dialog", { name: "Be the one you are" });
    await second.goto(`http://${link}`);
    await dialog.getByText("Compare the fingerprints").click();
    for (const each of [id, before]) await dialog.getByText(each.slice(2).match(/.{4}/g)!.join(" ")).waitFor();
    assertEquals(new URL(second.url()).hash, "");
    await dialog.getByRole("button", { name: "Not now" }).click();
    await second.reload();
    await online(second);
    assertEquals(await dialog.count(), 0);
    await second.locator(`#people-list li[data-id=${before}]`, { hasText: "you" }).waitFor({ state: "attached" });
    await second.goto(`http://${link}`);
    await dialog.getByRole("button", { name: "Take it over" }).click();
    await second.locator(`#people-list li[data-id=${id}]`, { hasText: "you" }).waitFor({ state: "attached" });
  });
}

coreTest("another device that becomes the same by a link is called as that person is", async (stage) => {
  const first = await stage.join();
  await first.fill("#welcome-name", "Ada L. 100% 李梅");
  await first.press("#welcome-name", "Enter");
  await first.locator("#welcome").waitFor({ state: "detached" });
  const second = await stage.open(`/${(await linkOf(first)).replace(/^[^/]*\//, "")}`);
  await second.getByRole("dialog", { name: "Be the one you are" }).getByText("Ada L. 100% 李梅").waitFor();
  await second.getByRole("button", { name: "Take it over" }).click();
  await second.locator("#me-name", { hasText: "Ada L. 100% 李梅" }).waitFor();
  await online(second);
  await second.locator("#people-list li", { hasText: "Ada L. 100% 李梅" }).waitFor({ state: "attached" });
  assertEquals(await second.locator("#welcome").count(), 0);
});

browserTest("a key comes by its link, though the name beside it is broken and nobody may have it", async (stage) => {
  const page = await stage.open("/healthz");
  await page.goto(`http://127.0.0.1:${stage.line.port}/i#key.${"0123456789abcdef".repeat(2)}.%E2%80%AE%A`);
  await page.getByRole("button", { name: "Take it over" }).click();
  await online(page);
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assertEquals(await page.evaluate(() => localStorage["switchboard.key"]), "0123456789abcdef".repeat(2));
  assertMatch(await page.locator("#me-name").innerText(), /^\w+ \w+$/);
});

browserTest("the button by which one becomes somebody else cannot be pressed for a second", async (stage) => {
  const page = await stage.open("/healthz");
  await page.addInitScript(() => {
    let comeMs: number | undefined;
    new MutationObserver(() => {
      const press = document.querySelector("dialog .primary") as HTMLButtonElement | null;
      if (press !== null) comeMs ??= performance.now();
      if (press?.disabled === false) document.documentElement.dataset.armedMs ??= `${performance.now() - comeMs!}`;
    }).observe(document, { childList: true, subtree: true, attributes: true });
  });
  await page.goto(`http://127.0.0.1:${stage.line.port}/i#key.${"0123456789abcdef".repeat(2)}`);
  await page.getByRole("button", { name: "Take it over" }).and(page.locator(":enabled")).waitFor();
  const armedMs = Number(await page.locator("html").getAttribute("data-armed-ms"));
  assertGreater(armedMs, 900);
});

browserTest("somebody whose key is known to others ends that identity, and goes on as the next one", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  await using thief = await ChatClient.keyed(stage.server, await page.evaluate(() => localStorage["switchboard.key"]));
  await page.locator("#settings-open").click();
  await page.getByRole("button", { name: "Another device" }).click();
  await page.getByRole("button", { name: "Somebody else has my key" }).click();
  assertEquals(await page.locator("dialog button:focus").innerText(), "Cancel");
  await page.getByRole("button", { name: "End it for good" }).click();
  const me = page.locator(`#people-list li:has(.you):not([data-id=${id}])`);
  await me.waitFor({ state: "attached" });
  assertEquals(await thief.closed, CloseCode.revoked);
  const next = await me.getAttribute("data-id").then(String);
  assertEquals(await stage.server.log.identities!.find(id), { revoked: true, next });
});

browserTest("somebody whose identity ends as the line breaks goes on as the next one, too", async (stage) => {
  const page = await stage.join();
  const id = await idOf(page);
  let isAsked = false;
  stage.line.up = (line) => {
    isAsked ||= line.includes('"revoke"');
    return line;
  };
  stage.line.down = (line) => isAsked && line.includes('"ok"') ? undefined : line;
  await page.locator("#settings-open").click();
  await page.getByRole("button", { name: "Another device" }).click();
  await page.getByRole("button", { name: "Somebody else has my key" }).click();
  await page.getByRole("button", { name: "End it for good" }).click();
  const me = page.locator(`#people-list li:has(.you):not([data-id=${id}])`);
  await me.waitFor({ state: "attached" });
  const next = await me.getAttribute("data-id").then(String);
  assertEquals(await stage.server.log.identities!.find(id), { revoked: true, next });
  assertEquals(await page.evaluate(() => localStorage.getItem("switchboard.next")), null);
});

browserTest("the link with one's key is hidden after a minute", async (stage) => {
  const page = await stage.joinClocked();
  await linkOf(page);
  await page.clock.fastForward(30_000);
  assertEquals(await page.locator("dialog .address").count(), 1);
  await page.clock.fastForward(31_000);
  await page.getByText("hidden again").waitFor();
  assertEquals(await page.locator("dialog .address").count(), 0);
});
