/** A page of the tutorials' kind in a real browser: it knows nothing of this service but an address. @module */

import { BROWSERS } from "../browser/browsers.ts";
import type { Browser, Page } from "../lib/playwright.ts";
import { makeFolder } from "../lib/process.ts";

const HTML = (wsUrl: string, query: string) =>
  `<!DOCTYPE html>
<html>
  <body>
    <h2>Your ID: <span id="ws-id"></span></h2>
    <form id="form"><input id="messageText" autocomplete="off"><button>Send</button></form>
    <ul id="messages"></ul>
    <script>
      const id = Date.now();
      document.getElementById("ws-id").textContent = id;
      const ws = new WebSocket("${wsUrl}/ws/" + id + "${query}");
      ws.onmessage = (event) => {
        const item = document.createElement("li");
        item.appendChild(document.createTextNode(event.data));
        document.getElementById("messages").appendChild(item);
      };
      document.getElementById("form").onsubmit = (event) => {
        const input = document.getElementById("messageText");
        ws.send(input.value);
        input.value = "";
        event.preventDefault();
      };
    </script>
  </body>
</html>`;

/** The page, opened from a file as tutorials have one do it; `await using` closes all of it. */
export class TutorialPage implements AsyncDisposable {
  /** The id it took. */
  readonly id: string;
  readonly #page: Page;
  readonly #browser: Browser;
  readonly #folder: AsyncDisposable;

  private constructor(page: Page, browser: Browser, folder: AsyncDisposable, id: string) {
    this.#page = page;
    this.#browser = browser;
    this.#folder = folder;
    this.id = id;
  }

  /** Opens it. @param query what is put behind its address, with a question mark */
  static async open(wsUrl: string, query = ""): Promise<TutorialPage> {
    const folder = await makeFolder();
    await Deno.writeTextFile(`${folder.path}/chat.html`, HTML(wsUrl, query));
    const browser = await BROWSERS.chromium.launch();
    const page = await browser.newPage();
    await page.goto(`file://${folder.path}/chat.html`);
    return new TutorialPage(page, browser, folder, (await page.textContent("#ws-id"))!);
  }

  /** Writes into the form and sends it. */
  async say(text: string): Promise<void> {
    await this.#page.fill("#messageText", text);
    await this.#page.click("button");
  }

  /** Resolves once the list has this line. */
  async shows(line: string): Promise<void> {
    await this.#page.locator("#messages li", { hasText: line }).first().waitFor({ timeout: 120_000 });
  }

  /** The list. */
  lines(): Promise<string[]> {
    return this.#page.locator("#messages li").allTextContents();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}
