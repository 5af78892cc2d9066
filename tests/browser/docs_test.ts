/** The page for developers: its console, and its examples for a browser, as a reader uses them. @module */

import { axe } from "../lib/axe.ts";
import type { BrowserContextOptions, Page } from "../lib/playwright.ts";
import { example, exampleNames } from "../docs/examples.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, PHONE, type Stage } from "./lib.ts";

browserTest("the examples name the host that the page came from", async (stage) => {
  const page = await stage.open("/docs");
  const host = `127.0.0.1:${stage.line.port}`;
  for (const name of exampleNames()) {
    const shown = await page.locator(`[data-example="${name}"]`).textContent();
    assertEquals(shown!.replaceAll(NONCE, "…"), example(name, host).replaceAll(NONCE, "…"));
  }
});

/** A nonce as the page writes it. */
const NONCE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

browserTest("the nonce of the lines to paste is new each time that the page is opened", async (stage) => {
  const page = await stage.open("/docs");
  const nonces = new Set<string>();
  for (let opened = 1; opened <= 3; opened++) {
    const lines = await page.locator('[data-example="chat-wscat-lines"]').textContent();
    const found = lines!.match(NONCE)!;
    assertEquals([found.length, new Set(found).size], [2, 1]);
    nonces.add(found[0]);
    await page.reload();
  }
  assertEquals(nonces.size, 3);
  assert(!nonces.has(example("chat-wscat-lines", "").match(NONCE)![0]));
});

browserTest("a button copies an example", async (stage) => {
  const page = await stage.open("/docs", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator('.copied:has([data-example="plain-wscat"]) button').click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const copied: string = await page.evaluate("navigator.clipboard.readText()");
  assertEquals(copied, example("plain-wscat", `127.0.0.1:${stage.line.port}`));
});

for (const [where, options] of [["on a phone", PHONE], ["beside a long line", {}]] as const) {
  browserTest(`${where} no button covers what it copies`, async (stage) => {
    const page = await stage.open("/docs", options);
    const covered: boolean[] = await page.locator(".copied").evaluateAll((all) =>
      all.map((each) => {
        const [pre, button] = Array.from(each.children, (child) => child.getBoundingClientRect());
        return button!.top < pre!.bottom && button!.left < pre!.right;
      })
    );
    assert(covered.length > 5 && !covered.includes(true), `${covered}`);
  });
}

browserTest("where a page may not copy, the button selects", async (stage) => {
  const page = await stage.open("/docs", {}, "phone.test");
  await page.locator('.copied:has([data-example="plain-wscat"]) button').click();
  await page.getByRole("button", { name: "Selected" }).waitFor();
  const selected: string = await page.evaluate("getSelection().toString()");
  assertMatch(selected, /^npx -y wscat -c ws:\/\/phone\.test:/);
});

browserTest("the plain example works when pasted into the developer tools", async (stage) => {
  const page = await stage.open();
  await page.goto(`${stage.server.url}/docs`);
  const said = logOf(page);
  await using other = await PlainClient.open(stage.server, "7");
  await paste(page, example("plain-browser", `127.0.0.1:${stage.server.port}`));
  await other.untilFrame("Client #42 says: Hello from a browser");
  other.send("welcome");
  await eventually(() => said.includes("Client #7 says: welcome"), "the other's text");
});

browserTest("the chat.v1 example loses nothing and sends nothing twice when the line breaks", async (stage) => {
  const page = await stage.open("/docs");
  const said = logOf(page);
  const bob = await stage.member("bob", "lobby");
  await paste(page, example("chat-browser", `127.0.0.1:${stage.line.port}`));
  await paste(page, 'void room.send("hello")');
  await eventually(() => said.includes("Ada: hello"), "the own message");
  stage.line.refusing = true;
  stage.line.cut();
  await eventually(() => said.includes("waiting"), "the end of the connection");
  for (const text of ["one", "two"]) await bob.publish("lobby", text);
  await paste(page, 'void room.send("said while away")');
  stage.line.mend();
  await eventually(() => said.includes("Ada: said while away"), "the message written while away");
  const heard = said.filter((line) => line.includes(": ") && !line.includes("WebSocket"));
  assertEquals(heard, ["Ada: hello", "Client #bob: one", "Client #bob: two", "Ada: said while away"]);
  assertEquals((await bob.untilSeq("lobby", 4)).length, 4);
});

browserTest("the console speaks chat.v1: hello, join, publish, resume", async (stage) => {
  const page = await openConsole(stage);
  await page.click("#connect");
  await untilLine(page, /^↓.*"type":"welcome"/);
  for (const [command, reply] of [["join", "joined"], ["publish", "ok"], ["history", "history"], ["ping", "pong"]]) {
    await page.locator("#templates").getByText(command!, { exact: true }).click();
    await page.click("#send");
    await untilLine(page, new RegExp(`^↓.*"type":"${reply}"`));
  }
  await stage.server.log.append("lobby", { id: "7", name: "Bob", text: "since then" });
  await untilLine(page, /"text":"since then"/);
  await page.locator("#templates").getByText("resume", { exact: true }).click();
  assertMatch(await page.inputValue("#text"), /"after":\{"epoch":"[^"]+","seq":2\}/);
  await page.click("#send");
  await untilLine(page, /"recovered":true/);
  await page.click("#connect");
  await untilLine(page, /^·Closed: 1000/);
});

browserTest("the console changes and answers the newest message, as far as its id may", async (stage) => {
  const page = await openConsole(stage);
  await page.click("#connect");
  const ask = async (command: string, answer: RegExp) => {
    await page.locator("#templates").getByText(command, { exact: true }).click();
    await page.click("#send");
    await untilLine(page, answer);
  };
  await ask("join", /^↓.*"type":"joined"/);
  await ask("publish", /^↓.*"type":"message".*"seq":1,/);
  await ask("react", /^↓.*"type":"change".*"seq":2,"kind":"react".*"target":1,/);
  await ask("answer", /^↓.*"type":"message".*"seq":3,.*"reply":1/);
  await ask("reactors", /^↓.*"type":"reactors".*"target":3,.*"ids":\[\]/);
  for (const command of ["edit", "delete"]) await ask(command, /^↓.*"code":"needs_proof"/);
  await ask("resume", /^↑.*"after":\{"epoch":"[^"]+","seq":3\}/);
});

browserTest("the console speaks plain text by the keyboard alone, and says why it was closed", async (stage) => {
  const page = await openConsole(stage);
  await page.focus('[name="dialect"]:checked');
  await page.keyboard.press("ArrowDown");
  assert(await page.locator("#templates").isHidden());
  await page.keyboard.press("Tab");
  await page.keyboard.type("-me");
  await page.keyboard.press("Tab");
  await page.keyboard.type("tea");
  await page.keyboard.press("Enter");
  await page.locator("#state", { hasText: /^connected$/ }).waitFor();
  await page.focus("#text");
  await page.keyboard.type("hello");
  await page.keyboard.press("Enter");
  await untilLine(page, /^↑hello$/);
  const id = await page.inputValue("#id");
  await untilLine(page, new RegExp(`^↓Client #${id} says: hello$`));
  assertEquals((await stage.server.log.read("tea", { limit: 1 })).head, 1);
  await page.keyboard.insertText("x".repeat(4001));
  await page.keyboard.press("Enter");
  await untilLine(page, /^·Closed: 1009, Too big/);
  assertEquals(await page.textContent("#state"), "not connected");
});

browserTest("the console takes any id that the server takes", async (stage) => {
  const page = await openConsole(stage);
  await page.check('[value="plain"]');
  await page.fill("#id", "José #1?");
  await page.click("#connect");
  await page.locator("#state", { hasText: /^connected$/ }).waitFor();
  await page.fill("#text", "hello");
  await page.click("#send");
  await untilLine(page, /^↓Client #José #1\? says: hello$/);
});

browserTest("the console is an echo, too", async (stage) => {
  const page = await openConsole(stage);
  await page.check('[value="echo"]');
  await page.click("#connect");
  await page.locator("#state", { hasText: /^connected$/ }).waitFor();
  await page.fill("#text", "anybody there?");
  await page.click("#send");
  await untilLine(page, /^↓Your text was: anybody there\?$/);
});

browserTest("the console keeps the newest 200 lines, however many come", async (stage) => {
  const page = await openConsole(stage);
  await page.click("#connect");
  await page.locator("#templates").getByText("join", { exact: true }).click();
  await page.click("#send");
  await untilLine(page, /"type":"joined"/);
  await stage.fill("lobby", 700);
  await untilLine(page, /"text":"message 700"/);
  assertEquals(await page.locator("#lines li").count(), 200);
  const distance = await page.locator("#frames").evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  assert(distance < 8, `The newest line is ${distance} px below the edge`);
});

browserTest("a connection that is refused is told of", async (stage) => {
  const page = await openConsole(stage);
  await page.check('[value="plain"]');
  await page.fill("#id", "k-2d86c1945aaf59f4d736e2e896826519");
  await page.click("#connect");
  await untilLine(page, /^·Closed: 1006, the server refused, or is not there/);
});

for (
  const [where, options] of Object.entries<BrowserContextOptions>({
    "in the light": { colorScheme: "light" },
    "in the dark": { colorScheme: "dark" },
    "on a phone": PHONE,
  })
) {
  browserTest(`the page for developers is accessible ${where}, and as wide as its window`, async (stage) => {
    const page = await stage.open("/docs", options);
    const shut = page.locator("details:not([open]) > summary");
    while (await shut.count() > 0) await shut.first().click();
    await page.click("#connect");
    await untilLine(page, /"type":"welcome"/);
    await page.evaluate(axe);
    const found = await page.evaluate("axe.run().then(({ violations }) => violations)") as AxeViolation[];
    assertEquals(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
    assertEquals(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0);
  });
}

interface AxeViolation {
  id: string;
  nodes: { html: string }[];
}

/** The page as the server itself gives it: the line between speaks no plain text. */
async function openConsole(stage: Stage): Promise<Page> {
  const page = await stage.open("/docs");
  await page.goto(`${stage.server.url}/docs`);
  return page;
}

/** Waits for a line in the console: `↑`, `↓` or `·`, and the text. */
async function untilLine(page: Page, wanted: RegExp): Promise<void> {
  const read = (all: Element[]) =>
    all.map((line) => line.querySelector(".way")!.textContent! + line.querySelector("bdi")!.textContent);
  let lines: string[] = [];
  await eventually(async () => {
    lines = await page.locator("#lines li").evaluateAll(read);
    return lines.some((line) => wanted.test(line));
  }, `a line like ${wanted}`).catch((error) => {
    throw new Error(`${error.message}; there were ${JSON.stringify(lines).slice(-2_000)}`);
  });
}

/** Runs a text as the developer tools' console does, which a page's policy does not bind. */
async function paste(page: Page, expression: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { exceptionDetails } = await session.send("Runtime.evaluate", {
    expression,
    replMode: true,
    awaitPromise: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
}

/** What the page writes to its console, from now on. */
function logOf(page: Page): string[] {
  const lines: string[] = [];
  page.on("console", (message) => lines.push(message.text()));
  return lines;
}
