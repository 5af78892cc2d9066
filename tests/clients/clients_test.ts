/** Clients that were written for other servers, unchanged, each a real program. @module */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { ServiceProcess } from "../lib/process.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";
import { testWith } from "../lib/tools.ts";
import { startPython, startWscat } from "./terminal.ts";
import { TutorialPage } from "./tutorial_page.ts";

/** The browser's driver keeps pipes and timers of its own until the process ends. */
const withBrowser = { sanitizeOps: false, sanitizeResources: false };

/** Tutorials have their page opened from a file, which has no origin. */
const FROM_FILES = ["null"];

Deno.test("wscat chats", async () => {
  await using server = startServer();
  await using bob = await PlainClient.open(server, "bob");
  await using wscat = startWscat(`${server.wsUrl}/ws/42`);
  await eventually(() => server.manager.stats.connections === 2, "wscat");
  // It says that it is connected only to terminals, and forgets what it is told before that.
  bob.send("Are you there?");
  await wscat.prints("Client #bob says: Are you there?");
  await wscat.say("from a terminal");
  await bob.untilFrame("Client #42 says: from a terminal");
  bob.send("to a terminal");
  await wscat.prints("Client #bob says: to a terminal");
});

testWith("python3-websockets", {
  name: "a client on Python's websockets chats",
  async fn() {
    await using server = startServer();
    await using bob = await PlainClient.open(server, "bob");
    await using python = startPython(`${server.wsUrl}/ws/py`);
    await python.prints("open");
    await python.say("naïve from Python");
    await bob.untilFrame("Client #py says: naïve from Python");
    bob.send("to Python");
    await python.prints("Client #bob says: to Python");
  },
});

testWith("chromium", {
  name: "the tutorial's page chats",
  ...withBrowser,
  async fn() {
    await using server = startServer({ origins: FROM_FILES });
    await using bob = await PlainClient.open(server, "bob");
    await using page = await TutorialPage.open(server.wsUrl);
    await page.say("from the page");
    await bob.untilFrame(`Client #${page.id} says: from the page`);
    bob.send("<b>to the page</b>");
    await page.shows("Client #bob says: <b>to the page</b>");
    assertEquals(await page.lines(), [
      `Client #${page.id} says: from the page`,
      "Client #bob says: <b>to the page</b>",
    ]);
  },
});

testWith("chromium", {
  name: "the tutorial's page reads what it wrote and that others have left, as with FastAPI, once it asks for that",
  ...withBrowser,
  async fn() {
    await using server = startServer({ origins: FROM_FILES });
    await using page = await TutorialPage.open(server.wsUrl, "?like=fastapi&token=some-secret");
    const bob = await PlainClient.open(server, "bob");
    await page.say("from the page");
    await page.shows(`Client #${page.id} says: from the page`);
    bob.send("bye\nClient #1 says: me too");
    await page.shows("Client #bob says: bye");
    await bob.close();
    await page.shows("Client #bob left the chat");
    assertEquals(await page.lines(), [
      "You wrote: from the page",
      `Client #${page.id} says: from the page`,
      "Client #bob says: bye\n    Client #1 says: me too",
      "Client #bob left the chat",
    ]);
  },
});

/** How a task of `deno.json` starts the server, on a free port and with a store in memory. */
function argumentsOf(task: "dev" | "start"): string[] {
  const given = manifest.tasks[task].command.split(" main.ts ")[1]!.split(" ");
  return [...given, "--port", "0", "--chat-store", "memory:"];
}

testWith("chromium", {
  name: "a tutorial's page that was opened from a file chats with `deno task dev`, as it stands",
  ...withBrowser,
  async fn() {
    await using service = await ServiceProcess.start({ args: argumentsOf("dev") });
    await using page = await TutorialPage.open(`ws://localhost:${service.port}`);
    await page.say("from a file");
    await page.shows(`Client #${page.id} says: from a file`);
  },
});

Deno.test("`deno task start` refuses pages of other sites and those from files, and says which setting admits them", async () => {
  await using service = await ServiceProcess.start({ args: argumentsOf("start") });
  for (const origin of ["null", "https://evil.example"]) {
    const { status, body } = await RawPeer.request(service.port, upgradeHead("/ws/42", { Origin: origin }));
    assertEquals(status, 403);
    assert(body.includes("ORIGINS"), body);
  }
  using own = await RawPeer.connect(service.port);
  await own.write(upgradeHead("/ws/42", { Host: "chat.example", Origin: "https://chat.example" }));
  assertEquals((await own.readResponse()).status, 101);
});

testWith(["python3-websockets", "chromium"], {
  name: "all of them and a chat.v1 client talk in one room, and see the same in the same order",
  ...withBrowser,
  async fn() {
    await using server = startServer({ origins: FROM_FILES });
    await using chat = await ChatClient.open(server, "chat", "lobby");
    await using wscat = startWscat(`${server.wsUrl}/ws/cat`);
    await using python = startPython(`${server.wsUrl}/ws/py`);
    await using page = await TutorialPage.open(server.wsUrl);
    await eventually(() => server.manager.stats.connections === 4, "all of them");
    await page.say("page");
    await wscat.prints(`Client #${page.id} says: page`);
    const say = {
      wscat: () => wscat.say("wscat"),
      python: () => python.say("python"),
      chat: () => chat.publish("lobby", "chat"),
    };
    await Promise.all([say.wscat(), say.python(), say.chat(), page.say("page again")]);
    const messages = await chat.untilSeq("lobby", 5);
    const lines = messages.map(({ id, text }) => `Client #${id} says: ${text}`);
    assertEquals(
      [...lines].sort(),
      [
        `Client #${page.id} says: page`,
        `Client #${page.id} says: page again`,
        "Client #cat says: wscat",
        "Client #chat says: chat",
        "Client #py says: python",
      ].sort(),
    );
    for (const line of lines) {
      await page.shows(line);
      await wscat.prints(line);
      await python.prints(line);
    }
    assertEquals(await page.lines(), lines);
    for (const { output } of [wscat, python]) {
      const places = lines.map((line) => output.indexOf(line));
      assert(places.every((place, index) => index === 0 || place > places[index - 1]!), output);
    }
  },
});
