/**
 * `deno task picture`: takes the moving picture in the README from the real page: a conversation in which there is an answer, an edit,
 * reactions, code, a private room, and an outage in which nothing is lost; and makes the icon for iOS. It needs Chromium, and a font with
 * emoji (Debian's `fonts-noto-color-emoji`).
 *
 * @module
 */

import { idOfKey } from "../../chat/wire/identity.ts";
import { BROWSERS } from "../browser/browsers.ts";
import { FlakyLine } from "../browser/flaky_line.ts";
import { offline, online, pressRetry, untilText } from "../browser/lib.ts";
import { ChatClient } from "../lib/client.ts";
import type { Page } from "../lib/playwright.ts";
import { startServer } from "../lib/server.ts";
import { takeTouchIcon } from "./touch_icon.ts";
import { decode, encode, toRGBA8 } from "../lib/upng.ts";

const SIZE = { width: 960, height: 600 };
/** Text on calm ground needs few, and each costs bytes. */
const COLOURS = 160;
const PEOPLE = { grace: "Grace", linus: "Linus", margaret: "Margaret", alan: "Alan" };
type Id = keyof typeof PEOPLE;

/** The frames of a moving picture. */
class Film {
  readonly #frames: ArrayBuffer[] = [];
  readonly #delays: number[] = [];
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Takes what the page shows. @param ms how long it is shown */
  async take(ms: number): Promise<void> {
    await this.#page.mouse.move(SIZE.width - 1, 0);
    // A caret that blinks would be there or not by chance.
    const png = await this.#page.screenshot({ caret: "hide", animations: "disabled" });
    this.#frames.push(toRGBA8(decode(png.buffer as ArrayBuffer))[0]!);
    this.#delays.push(ms);
  }

  /** As a PNG that moves. */
  encode(): Uint8Array {
    return new Uint8Array(encode(this.#frames, SIZE.width, SIZE.height, COLOURS, this.#delays));
  }
}

await using server = startServer();
const line = new FlakyLine(server.port);
const clients = {} as Record<Id, ChatClient>;
for (const [id, name] of Object.entries(PEOPLE) as [Id, string][]) {
  // Only an id that is proven may edit.
  const key = id.padEnd(32, "-");
  const client = clients[id] = await ChatClient.connect(server, await idOfKey(key));
  await client.ask({ type: "hello", name, key }, "welcome");
  for (const room of ["lobby", "harbour", "release-2"]) await client.join(room);
}
let nonce = 0;
type What = { text: string; reply?: number } | { edit: number; text: string } | { react: number; emoji: string };
/** Something that somebody does in the lobby. @returns its number */
async function act(id: Id, what: What): Promise<number> {
  const at = { room: "lobby", nonce: `n${nonce++}` };
  const { seq } = await clients[id].ask(
    "react" in what
      ? { type: "react", ...at, target: what.react, emoji: what.emoji, on: true }
      : "edit" in what
      ? { type: "edit", ...at, target: what.edit, text: what.text, version: 0 }
      : { type: "publish", ...at, ...what },
    "ok",
  );
  return seq!;
}

await act("grace", { text: "Morning! The compiler found its first bug before I did." });
await act("margaret", { text: "Was it a *real* bug, with wings?" });
const asked = await act("alan", { text: "I am going to pull the plug on the server in a minute. Objektions?" });

const browser = await BROWSERS.chromium.launch();
const page = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
for (const path of ["/r/harbour", "/r/release-2", "/"]) {
  await page.goto(`http://127.0.0.1:${line.port}${path}`);
  await online(page);
}
await page.fill("#welcome-name", "Ada");
await page.press("#welcome-name", "Enter");
await page.locator("#welcome").waitFor({ state: "hidden" });
await page.locator("#new-room").click();
await page.locator("#room-title").fill("Summer party");
await page.locator("#room-found").selectOption("private");
await page.locator(".room-form .primary").click();
await page.locator("#room-name", { hasText: "Summer party" }).waitFor();
await page.locator("#room-list a", { hasText: "lobby" }).click();
await untilText(page, "Objektions");
const film = new Film(page);
await film.take(1600);

await act("alan", { edit: asked, text: "I am going to pull the plug on the server in a minute. Objections?" });
await page.locator(".edited").waitFor();
await film.take(1200);
clients.margaret.post({ type: "typing", room: "lobby" });
await page.locator("#typing", { hasText: "Margaret" }).waitFor();
await film.take(700);
const wager = await act("margaret", { text: "None. I bet my lunch that nobody will lose a word.", reply: asked });
const bet = await untilText(page, "I bet my lunch");
await film.take(1400);
for (const id of ["linus", "grace"] as const) {
  await act(id, { react: wager, emoji: "👍" });
  await bet.locator(".reactions button", { hasText: id === "linus" ? "1" : "2" }).waitFor();
  await film.take(500);
}
await bet.locator(".reactions button").click();
await bet.locator('.reactions button[aria-pressed="true"]', { hasText: "3" }).waitFor();
await film.take(900);
await act("linus", { text: "To see it for yourselves:\n```sh\ndeno task prove --minutes 5\n```" });
await untilText(page, "prove --minutes");
await clients.linus.publish("release-2", "rc1 is out, have a look");
await page.locator("#room-list .badge:not([hidden])").waitFor();
await film.take(1800);

line.refusing = true;
line.cut();
await offline(page);
await page.fill("#field", "I am in a tunnel. Does this get through?");
await film.take(900);
await page.press("#field", "Enter");
await page.locator("#pending .row").waitFor();
await page.locator("#banner").waitFor();
await film.take(2000);
await act("grace", { text: "Plug is out … and back in." });
await act("alan", { text: "All here, in order. And you?" });
line.mend();
await pressRetry(page);
await online(page);
await untilText(page, "All here");
await page.locator("#rows .row", { hasText: "tunnel" }).waitFor();
await page.locator("#banner").waitFor({ state: "hidden" });
await film.take(1600);
await page.click("#status");
await page.getByText("no message is missing").waitFor();
await film.take(2200);
await page.keyboard.press("Escape");
await page.getByRole("dialog").waitFor({ state: "detached" });
const { head } = await server.log.read("lobby", { limit: 0 });
await act("margaret", { text: "It did. Lunch is on Alan.", reply: head });
await untilText(page, "Lunch is on");
await film.take(3500);

const picture = film.encode();
await Deno.writeFile(new URL("../../docs/picture.png", import.meta.url), picture);
await takeTouchIcon(browser);
await browser.close();
for (const client of Object.values(clients)) await client.close();
await line.close();
// deno-lint-ignore no-console -- what the program is for
console.log(`docs/picture.png: ${(picture.length / 1000).toFixed(0)} KB`);
