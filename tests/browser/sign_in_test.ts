/// <reference lib="dom" />
/** Signing in on the page: by a site that gives out tokens, by a token that is pasted, and by a proxy. */

import { Assets } from "../../chat/http/assets.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { tokensBy } from "../../chat/policy/tokens.ts";
import { assert, assertEquals, assertStringIncludes } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { bySecret, makeToken } from "../lib/jwt.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import type { TestServerOptions } from "../lib/server.ts";
import { findings } from "./findings.ts";
import {
  browserTest,
  offline,
  online,
  PHONE,
  pressRetry,
  send,
  type Stage,
  texts,
  untilText,
  untilTexts,
} from "./lib.ts";
import { idOf as ownId } from "./owned.ts";

const SECRET = "a secret of thirty-two bytes, at least";

/** What the server says a minute before: see `tests/policy/tokens_test.ts`. */
const EXPIRING = { type: "expiring", inMs: 60_000 };

/** A site with accounts, and a chat that takes its tokens. */
class Site {
  /** The person who is signed in at the site; nobody at first. */
  sub: string | undefined;
  name: string | undefined;
  /** For how long its tokens live. */
  seconds = 600;
  asked = 0;
  readonly clock = new FakeClock();
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => this.#give(request),
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/token`;
  }

  token(sub = this.sub): Promise<string> {
    const exp = Math.floor(this.clock.now() / 1000) + this.seconds;
    return makeToken({ sub, name: this.name, exp }, bySecret(SECRET));
  }

  /** The newest token is over, and the connection is closed for that, as the server does it half a minute later. */
  end(stage: Stage): void {
    this.clock.stall(this.seconds * 1000 + 10_000);
    stage.line.cut(4003);
  }

  async #give(request: Request): Promise<Response> {
    this.asked++;
    const headers = {
      "access-control-allow-origin": request.headers.get("origin") ?? "",
      "access-control-allow-credentials": "true",
    };
    if (this.sub === undefined) return new Response(null, { status: 204, headers });
    return new Response(await this.token(), { headers });
  }

  options(access: "open" | "token", tokenUrl: string): TestServerOptions {
    const { clock } = this;
    return {
      clock,
      admission: new Admission(access, tokensBy({ secret: SECRET }, clock)),
      assets: new Assets(STATIC_FILES, { tokenUrl }),
    };
  }
}

/** A test with a site. @param tokenUrl whether the page knows where to get a token */
function siteTest(
  name: string,
  run: (stage: Stage, site: Site) => Promise<void>,
  { access = "token" as "open" | "token", tokenUrl = true } = {},
): void {
  const site = new Site();
  browserTest(name, (stage) => run(stage, site), site.options(access, tokenUrl ? site.url : ""));
}

const panel = (page: Page) => page.locator("#sign-in");

/** The page's own id, as it shows it once it is connected. */
async function idOf(page: Page): Promise<string> {
  await online(page);
  return await ownId(page);
}

/** The texts of the page's own messages. */
const mine = (page: Page) => page.locator("#rows .row.mine > .text").allInnerTexts();

siteTest(
  "the page says where to sign in, goes on by itself once one has, and knows its own messages",
  async (stage, site) => {
    const page = await stage.open();
    await panel(page).getByText("signed in at 127.0.0.1").waitFor();
    assert(!await page.locator("#composer").isVisible());
    assert(!await page.locator("#banner").isVisible());
    assertStringIncludes(site.url, String(await panel(page).locator("a").getAttribute("href")));
    site.sub = "1815";
    site.name = "Ada Lovelace";
    await panel(page).getByRole("button").click();
    assertEquals(await idOf(page), "t-1815");
    assert(!await panel(page).isVisible());
    assertEquals(await page.locator("#me-name").innerText(), "Ada Lovelace");
    assert(!await page.locator("#welcome").isVisible());
    await send(page, "hello");
    await untilText(page, "hello");
    await page.reload();
    assertEquals(await idOf(page), "t-1815");
    await untilText(page, "hello");
    assertEquals(await mine(page), ["hello"]);
  },
);

siteTest(
  "a token ends while one writes, and a newer one takes its place: nothing is lost or said twice",
  async (stage, site) => {
    site.sub = "ada";
    site.seconds = 90;
    const page = await stage.open();
    await online(page);
    const before = site.asked;
    for (let n = 1; n <= 20; n++) {
      await send(page, `message ${n}`);
      if (n === 5) stage.line.inject(EXPIRING);
      if (n < 10) continue;
      // The page has asked by then, so that what it got is over as well.
      await eventually(() => site.asked > before, "the page to ask for a newer one");
      if (n === 10) site.end(stage);
    }
    await untilTexts(page, Array.from({ length: 20 }, (_, i) => `message ${i + 1}`));
    await eventually(() => page.locator("#pending .row").count().then((count) => count === 0), "all to be stored");
    assertEquals(site.asked, before + 2);
    assertEquals((await stage.server.log.read("lobby", { limit: 50 })).events.length, 20);
  },
);

siteTest(
  "a token that is over without a newer one closes the page's connection, and what one writes waits",
  async (stage, site) => {
    site.sub = "ada";
    site.seconds = 90;
    const page = await stage.open();
    await online(page);
    site.sub = undefined;
    stage.line.inject(EXPIRING);
    await eventually(() => site.asked >= 2, "the page to ask for a newer one");
    await page.fill("#field", "a draft");
    site.end(stage);
    await panel(page).getByText("signed in at").waitFor();
    assert(!await page.locator("#composer").isVisible());
    site.sub = "ada";
    await panel(page).getByRole("button").click();
    await online(page);
    assertEquals(await page.inputValue("#field"), "a draft");
    await page.press("#field", "Enter");
    await untilText(page, "a draft");
  },
);

siteTest("what waits under one id is not sent under another, and goes when its author is back", async (stage, site) => {
  site.sub = "ada";
  const page = await stage.open();
  await online(page);
  await send(page, "from Ada");
  await untilText(page, "from Ada");
  await stage.break(page);
  await send(page, "waits for Ada");
  site.sub = "bob";
  await page.reload();
  await offline(page);
  stage.line.refusing = false;
  // The page may try by itself at that moment; as somebody else, it begins anew.
  await pressRetry(page).catch(() => {});
  await page.locator("#people-list li[data-id=t-bob]").waitFor({ state: "attached" });
  await online(page);
  await page.getByText("it was written under another identity").waitFor();
  assertEquals(await mine(page), []);
  await send(page, "from Bob");
  await untilText(page, "from Bob");
  site.sub = "ada";
  await page.reload();
  await page.locator("#people-list li[data-id=t-ada]").waitFor({ state: "attached" });
  const log = () => stage.server.log.read("lobby", { limit: 50 }).then(({ events }) => events);
  await eventually(async () => (await log()).length === 3, "Ada's message to go");
  assertEquals((await log()).map((event) => [event.id, "text" in event && event.text]), [
    ["t-ada", "from Ada"],
    ["t-bob", "from Bob"],
    ["t-ada", "waits for Ada"],
  ]);
});

siteTest(
  "where one need not sign in, one is let in by the browser's key, and signed in as soon as the site says who one is",
  async (stage, site) => {
    const page = await stage.open();
    assert((await idOf(page)).startsWith("k-"));
    site.sub = "ada";
    await page.reload();
    await page.locator("#people-list li[data-id=t-ada]").waitFor({ state: "attached" });
  },
  { access: "open" },
);

siteTest(
  "a token is pasted where there is no address for it, kept over a reload, and asked for anew when it is over",
  async (stage, site) => {
    const page = await stage.open();
    await panel(page).getByText("Paste yours").waitFor();
    const paste = async (token: string) => {
      await panel(page).getByLabel("Token").fill(token);
      await panel(page).getByRole("button", { name: "Sign in" }).click();
    };
    await paste("no token at all");
    await panel(page).getByText("not taken here").waitFor();
    await paste(
      await makeToken({ sub: "eve", exp: Math.floor(site.clock.now() / 1000) + 60 }, bySecret("x".repeat(32))),
    );
    await panel(page).getByText("not taken here").waitFor();
    await paste(await site.token("ada"));
    assertEquals(await idOf(page), "t-ada");
    await page.reload();
    assertEquals(await idOf(page), "t-ada");
    await page.fill("#field", "a draft");
    stage.line.inject(EXPIRING);
    await panel(page).getByText("over in a minute").waitFor();
    assert(await page.locator("#composer").isVisible());
    site.end(stage);
    await panel(page).getByText("what you wrote is kept").waitFor();
    assert(!await page.locator("#composer").isVisible());
    await paste(await site.token("ada"));
    await online(page);
    assertEquals(await page.inputValue("#field"), "a draft");
    assertEquals(await texts(page), []);
  },
  { tokenUrl: false },
);

browserTest(
  "behind a proxy that knows people, the page is whom the proxy says, and knows its own messages",
  async (stage) => {
    const page = await stage.open();
    await page.locator("#people-list li[data-id=t-ada]").waitFor({ state: "attached" });
    assertEquals(await idOf(page), "t-ada");
    await send(page, "hello");
    await untilText(page, "hello");
    await page.reload();
    await untilText(page, "hello");
    assertEquals(await mine(page), ["hello"]);
  },
  { identify: () => "t-ada", admission: new Admission("token") },
);

let named = "";
browserTest(
  "somebody whom a proxy has named is called that until another name is chosen, and by a made-up one where the id is no name",
  async (stage) => {
    const calledAs = (page: Page, name: string | RegExp) => page.locator("#me-name").getByText(name).waitFor();
    const open = async (id: string) => {
      named = id;
      return await stage.join();
    };
    const ada = await open("t-ada@example.org");
    await calledAs(ada, /^ada$/);
    assertEquals(await ada.inputValue("#welcome-name"), "ada");
    await send(ada, "hello");
    await untilText(ada, "hello");
    const { events: [said] } = await stage.server.log.read("lobby", { limit: 1 });
    assertEquals([said?.id, said && "name" in said && said.name], [named, "ada"]);
    const bob = await open("t-bob");
    await calledAs(bob, /^bob$/);
    await bob.fill("#welcome-name", "Robert");
    await bob.press("#welcome-name", "Enter");
    await calledAs(bob, /^Robert$/);
    await bob.reload();
    await online(bob);
    await calledAs(bob, /^Robert$/);
    const hashed = await open(`t-${"0123456789abcdef".repeat(2)}`);
    await hashed.locator("#welcome").waitFor();
    await calledAs(hashed, /^[A-Z][a-z]+ [A-Z][a-z]+$/);
  },
  { identify: () => named, admission: new Admission("token") },
);

browserTest(
  "in an invitation somebody whom a proxy has named is called that",
  async (stage) => {
    const page = await stage.open("/healthz");
    let isHeld = true;
    stage.line.up = (line) => isHeld && line.includes('"rename"') ? undefined : line;
    await page.goto(`http://127.0.0.1:${stage.line.port}/i#attic.${"a".repeat(26)}`);
    const name = page.getByRole("dialog", { name: "You are invited" }).getByLabel("You will be seen there as");
    await name.waitFor();
    assert(await name.inputValue() !== "ada", "the server is not asked yet");
    isHeld = false;
    stage.line.cut();
    await eventually(async () => await name.inputValue() === "ada", "the name to come");
  },
  { identify: () => "t-ada", admission: new Admission("token") },
);

const ENDED = {
  "asks for a password": () => new Response("Who are you?", { status: 401 }),
  "leads to another site": () => Response.redirect("http://login.test/"),
  "leads to a page of its own": () => new Response(null, { status: 302, headers: { location: "/sign-in" } }),
};
for (const [how, instead] of Object.entries(ENDED)) {
  browserTest(
    `a proxy whose login has ended ${how}: the page says so, and goes on once one has signed in`,
    async (stage) => {
      const page = await stage.join();
      const banner = page.locator("#banner");
      stage.line.instead = instead;
      stage.line.cut();
      await banner.getByText("signed out").waitFor();
      await send(page, "waits");
      await banner.getByText("1 message waits").waitFor();
      // The page would come back by itself as well: it is answered only once it is loaded anew.
      stage.line.instead = ({ url }) => {
        if (new URL(url).pathname !== "/") return instead();
        stage.line.instead = undefined;
        return undefined;
      };
      await Promise.all([page.waitForEvent("load"), banner.getByRole("button", { name: "Reload" }).click()]);
      await untilText(page, "waits");
      assert(!await banner.isVisible());
      // What the browser told its console of each of those answers.
      stage.complaints.length = 0;
    },
  );
}

browserTest(
  "a server that does not answer is not taken for a login that has ended, nor the other way round",
  async (stage) => {
    const page = await stage.join();
    const banner = page.locator("#banner");
    await stage.break(page);
    await banner.getByText("cannot be reached").waitFor();
    stage.line.instead = ENDED["asks for a password"];
    await banner.getByText("signed out").waitFor();
    stage.line.instead = undefined;
    await banner.getByText("cannot be reached").waitFor();
    await banner.getByRole("button", { name: "Retry now" }).waitFor();
    stage.complaints.length = 0;
  },
);

for (const tokenUrl of [true, false]) {
  siteTest(
    `axe finds nothing where one signs in ${tokenUrl ? "at a site" : "with a token"}`,
    async (stage) => {
      for (const look of [{ colorScheme: "light" }, { ...PHONE, colorScheme: "dark" }, { locale: "de-DE" }] as const) {
        const page = await stage.open("/", look);
        await panel(page).waitFor();
        assertEquals(await findings(page), [], JSON.stringify(look));
      }
    },
    { tokenUrl },
  );
}
