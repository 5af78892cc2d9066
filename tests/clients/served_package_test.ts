/// <reference lib="dom" />
/** The client for programs, as a server serves it: one module, for whatever runs JavaScript. @module */

import { BROWSERS } from "../browser/browsers.ts";
import { assert, assertEquals, assertLess, assertMatch } from "../lib/assert.ts";
import { appendTo } from "../lib/append_to.ts";
import { startServer } from "../lib/server.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";

/** What any program does with it. It says what it was answered. */
const program = (server: string, say: string) => `
  const chat = connect(${JSON.stringify(server)}, { name: "Program" });
  const room = chat.room("lobby", { after: "start" });
  for await (const event of room) {
    if (event.type !== "message") continue;
    const { seq, durability } = await room.send("You said: " + event.text, { reply: event });
    ${say}([seq, durability, event.text].join());
    break;
  }
  chat.close();
`;

/** A server with a message in its lobby. */
async function startWithMessage() {
  const server = startServer({ origins: ["*"] });
  await appendTo(server.log, "lobby", { id: "1", name: "One", text: "hello", nonce: "1" });
  return server;
}

const ANSWERED = "2,memory,hello";

Deno.test("the served client is one module of at most 14 KB, which any site's page may import", async () => {
  await using server = startServer();
  const response = await fetch(`${server.url}/client.js`, { headers: { "accept-encoding": "identity" } });
  const text = await response.text();
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertMatch(response.headers.get("content-type")!, /^text\/javascript/);
  assertEquals(text.match(/^import .*/gm), null);
  const gzip = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  assertLess((await new Response(gzip).bytes()).length, 14 * 1024);
});

testWith("node", {
  name: "a program of Node runs it",
  async fn() {
    await using server = await startWithMessage();
    await using folder = new Folder("client.mjs");
    await Deno.writeTextFile(folder.file, await (await fetch(`${server.url}/client.js`)).text());
    const own = `${folder.file}.program.mjs`;
    await Deno.writeTextFile(own, `import { connect } from "./client.mjs";\n${program(server.url, "console.log")}`);
    // Before Node 22 a program has to ask for it.
    const { code, stdout, stderr } = await new Deno.Command(pathOf("node")!, {
      args: ["--experimental-websocket", own],
    }).output();
    const text = new TextDecoder();
    assertEquals([text.decode(stdout).trim(), code], [ANSWERED, 0], text.decode(stderr));
  },
});

testWith("chromium", {
  name: "a page of another site runs it",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using server = await startWithMessage();
    const script = `import { connect } from "${server.url}/client.js";${program(server.url, "document.title = ")}`;
    const html = new Headers({ "content-type": "text/html" });
    await using site = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => new Response(`<!doctype html><script type="module">${script}</script>`, { headers: html }),
    );
    const browser = await BROWSERS.chromium.launch();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${site.addr.port}/`);
      await page.waitForFunction(() => document.title !== "");
      assertEquals(await page.title(), ANSWERED);
    } finally {
      await browser.close();
    }
  },
});

Deno.test("a program of Deno imports it from the server", async () => {
  await using server = await startWithMessage();
  const { connect } = await import(`${server.url}/client.js`);
  assert(typeof connect === "function");
});
