/** A page of the tutorials' kind in a real browser: it knows nothing of this service but an address. @module */

import { type Browser, chromium, type Page } from "../lib/playwright.ts";
import { pathOf } from "../lib/tools.ts";

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

/** The page, served from a place of its own and open in a browser; `await using` closes all of it. */
export class TutorialPage implements AsyncDisposable {
  /** The id it took. */
  readonly id: string;
  readonly #page: Page;
  readonly #browser: Browser;
  readonly #server: Deno.HttpServer;

  private constructor(page: Page, browser: Browser, server: Deno.HttpServer, id: string) {
    this.#page = page;
    this.#browser = browser;
    this.#server = server;
    this.id = id;
  }

  /** Opens it. @param query what is put behind its address, with a question mark */
  static async open(wsUrl: string, query = ""): Promise<TutorialPage> {
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => new Response(HTML(wsUrl, query), { headers: { "content-type": "text/html" } }),
    );
    const browser = await chromium.launch({
      executablePath: pathOf("chromium"),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/`);
    return new TutorialPage(page, browser, server, (await page.textContent("#ws-id"))!);
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
    await this.#server.shutdown();
  }
}
