/** A site in whose pages there is a room of a chat. @module */

import { Assets } from "../../chat/http/assets.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import type { Page } from "../lib/playwright.ts";
import type { TestServerOptions } from "../lib/server.ts";
import type { Stage } from "./lib.ts";

/** Serves one page at every path, but for what a test adds. */
export class HostSite {
  /** Where the chat is: `http://127.0.0.1:PORT`. */
  chat = "";
  body = "";
  lang = "en";
  /** Whether its policy forbids what it does not need for the room. */
  strict = true;
  /** Answers instead of the page, if it does. */
  instead: (request: Request) => Response | undefined | Promise<Response | undefined> = () => undefined;
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => await this.instead(request) ?? this.#page(),
  );

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** How a server is that admits it. */
  get admitting(): TestServerOptions {
    return { origins: ["own", this.origin], assets: new Assets(STATIC_FILES, { embed: [this.origin] }) };
  }

  /** Opens its page, with this in it. @param chat where that has the chat: by default the test's server, without the line */
  async open(stage: Stage, body: string, chat = stage.server.url): Promise<Page> {
    const page = await stage.open("/healthz");
    await this.show(page, body, chat);
    return page;
  }

  /** The same in a tab that is open. */
  async show(page: Page, body: string, chat: string): Promise<void> {
    Object.assign(this, { body, chat });
    await page.goto(this.origin);
  }

  #page(): Response {
    const { chat, body, lang, strict } = this;
    const script = body.includes("/embed.js") ? "" : `<script type="module" src="${chat}/embed.js"></script>`;
    const html =
      `<!doctype html><html lang="${lang}"><title>A site</title><main><h1>A site</h1>${body}</main>${script}`;
    const policy = [
      "default-src 'self'",
      `script-src ${chat}`,
      `connect-src 'self' ${chat} ${chat.replace("http", "ws")}`,
      `frame-src ${chat}`,
      "require-trusted-types-for 'script'",
    ].join("; ");
    const type = { "content-type": "text/html" };
    return new Response(html, { headers: strict ? { ...type, "content-security-policy": policy } : type });
  }
}
