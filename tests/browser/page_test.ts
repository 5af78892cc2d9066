/// <reference lib="dom" />
/** The page as a whole: what it weighs, and that nothing which somebody writes can run in it. @module */

import { brotliCompressSync } from "node:zlib";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, coreTest, online, send, untilFetched, untilText } from "./lib.ts";

browserTest(
  "until it is connected, a first visit takes at most 6 requests and 28 KB; later it fetches at most 63 KB",
  async (stage) => {
    const page = await stage.open("/healthz");
    // The icon of the tab is the picture beside the page's name: one request brings both.
    const [first, later] = [new Set<string>(), new Set<string>()];
    let paths = first;
    page.on("request", (request) => paths.add(new URL(request.url()).pathname));
    page.on("websocket", (socket) => {
      paths.add(new URL(socket.url()).pathname);
      // It can read and write from the server's first line on.
      socket.once("framereceived", () => paths = later);
    });
    await page.goto(stage.server.url);
    await online(page);
    await untilFetched(page, "views/person.js");
    assertLess(first.size, 7, [...first].join(" "));
    const weigh = async (path: string) => {
      if (path.startsWith("/ws/")) return 0;
      const { body } = await fetch(`${stage.server.url}${path}`);
      return brotliCompressSync(await new Response(body).bytes()).length;
    };
    const sum = async (paths: Set<string>) => (await Promise.all(Array.from(paths, weigh))).reduce((a, b) => a + b, 0);
    assertLess(await sum(first), 28_000);
    assertLess(await sum(later), 63_000);
  },
);

coreTest("the socket opens while the page is made, and what it brings is shown", async (stage) => {
  const alice = await stage.member("alice", "lobby");
  await alice.publish("lobby", "here before you");
  const page = await stage.open("/healthz");
  await page.addInitScript(() => {
    const opened: string[] = [];
    Object.assign(globalThis, {
      opened,
      WebSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          opened.push(document.querySelector("#me-name")!.textContent!);
        }
      },
    });
  });
  await page.goto(stage.server.url);
  await online(page);
  // The own name is shown by the last view.
  assertEquals(await page.evaluate(() => Reflect.get(globalThis, "opened")), [""]);
  assert((await page.locator("#me-name").innerText()) !== "");
  await untilText(page, "here before you");
});

browserTest("a message changes nothing around the log that is so already", async (stage) => {
  const page = await stage.join();
  await untilFetched(page, "views/person.js");
  const alice = await stage.member("alice", "lobby");
  await alice.publish("lobby", "the first ends the beginning");
  await untilText(page, "the first ends");
  await page.evaluate(() => {
    const changed: string[] = [];
    const note = (all: MutationRecord[]) => changed.push(...all.map(({ target }) => (target as Element).id));
    for (const id of ["earlier", "beginning", "unopened", "jump", "pinned"]) {
      new MutationObserver(note).observe(document.getElementById(id)!, { attributes: true });
    }
    Object.assign(globalThis, { changed });
  });
  for (const text of ["one", "two", "three"]) {
    await alice.publish("lobby", text);
    await untilText(page, text);
  }
  assertEquals(await page.evaluate(() => Reflect.get(globalThis, "changed")), []);
});

browserTest("texts and names are shown and never run", async (stage) => {
  const page = await stage.join();
  const mallory = await stage.member("mallory", "lobby");
  const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  await mallory.ask({ type: "rename", name: "<b onclick=x>M</b>" }, "ok");
  await mallory.publish("lobby", evil);
  await mallory.publish("lobby", "[x](javascript:alert(1)) javascript:alert(1) data:text/html,x");
  const row = await untilText(page, "onerror");
  assertEquals(await row.locator(".text").innerText(), evil);
  assertEquals(await page.locator("#log :is(img, script, b)").count(), 0);
  assertEquals(await page.locator("#log a").count(), 0);
  assert(!(await page.title()).includes("owned"));
});

browserTest("a link opens elsewhere and tells nothing of this page", async (stage) => {
  const page = await stage.join();
  await send(page, "look at https://аpple.com/ and http://example.org/x");
  await untilText(page, "example.org");
  const links = await page.locator("#log a").evaluateAll((all) =>
    all.map((each) => [each.textContent, each.getAttribute("rel"), each.getAttribute("target")])
  );
  const rel = "noopener noreferrer nofollow ugc";
  assertEquals(links, [
    ["https://аpple.com/ (xn--pple-43d.com)", rel, "_blank"],
    ["http://example.org/x", rel, "_blank"],
  ]);
});

browserTest("the page's policy forbids what the page does not need", async (stage) => {
  const page = await stage.join();
  const stopped = await page.evaluate(() => {
    const attempts = [
      () => document.body.innerHTML = "<p>x</p>",
      () => document.createElement("script").text = "1",
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return false;
      } catch {
        return true;
      }
    });
  });
  assertEquals(stopped, [true, true]);
  stage.complaints.length = 0;
});

browserTest("a page whose storage is forbidden works for as long as it is open", async (stage) => {
  const page = await stage.open();
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException("Denied", "SecurityError");
        },
      });
    }
  });
  await page.reload();
  await online(page);
  await send(page, "without a memory");
  await eventually(async () => await page.locator("#rows .row").count() === 1, "it to arrive");
});
