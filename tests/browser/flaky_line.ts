/**
 * A line between the page and the server: it passes HTTP and WebSocket frames on, until a test makes it fail.
 *
 * @module
 */

/** One page's socket and the server's for it. */
interface Pair {
  page: WebSocket;
  server: WebSocket;
}

/**
 * The type of what is answered instead of a server that is gone. Firefox complains of a module by its type, whatever the status was: by a
 * type of its own, that is told from a file that the server itself gives wrongly.
 */
export const LINE_IS_DOWN_TYPE = "text/x-line-is-down";

/** Takes a line of a frame and returns the line to pass on, or nothing. */
export type Filter = (line: string) => string | undefined;

/** The line. */
export class FlakyLine implements AsyncDisposable {
  readonly port: number;
  /** Applied to each line of protocol that goes down to a page. */
  down: Filter = (line) => line;
  /** Applied to each line of protocol that comes up from a page. */
  up: Filter = (line) => line;
  /** Whether new sockets are turned away. */
  refusing = false;
  /** What answers instead of the server, if it does: a proxy that does not let somebody in. */
  instead: ((request: Request) => Response | undefined) | undefined;
  /** Until when requests for pages and files are left unanswered. */
  hold: Promise<void> = Promise.resolve();
  /** How many sockets were asked for. */
  attempts = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #pairs = new Set<Pair>();

  /** The server's port. It may be another one after a restart. */
  target: number;

  constructor(target: number) {
    this.target = target;
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => this.#pass(request));
    this.port = this.#server.addr.port;
  }

  /** Ends every socket. @param code what the page sees; 1006 is a connection that broke without a word */
  cut(code = 1006): void {
    for (const { page, server } of this.#pairs) {
      server.close();
      // A close frame cannot say 1006: 4999 is as unknown to the page as a broken connection.
      if (page.readyState === WebSocket.OPEN) page.close(code === 1006 ? 4999 : code);
    }
    this.#pairs.clear();
  }

  /** Lets nothing through in either direction, and closes nothing. */
  stall(): void {
    this.down = this.up = () => undefined;
  }

  /** Lets everything through again. */
  mend(): void {
    this.down = this.up = (line) => line;
    this.refusing = false;
  }

  /** Puts a frame into every page's socket. */
  inject(line: unknown): void {
    for (const { page } of this.#pairs) page.send(JSON.stringify(line));
  }

  async close(): Promise<void> {
    this.cut(1001);
    await this.#server.shutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #pass(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const instead = this.instead?.(request);
    if (instead !== undefined) return instead;
    if (request.headers.get("upgrade") === "websocket") return this.#connect(request, url);
    await this.hold;
    if (this.refusing && url.pathname.endsWith("/healthz")) return new Response("Not now", { status: 503 });
    const response = await fetch(`http://127.0.0.1:${this.target}${url.pathname}${url.search}`)
      .catch(() => new Response("The server is gone", { status: 502, headers: { "content-type": LINE_IS_DOWN_TYPE } }));
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    return new Response(response.body, { status: response.status, headers });
  }

  #connect(request: Request, url: URL): Response {
    this.attempts++;
    if (this.refusing) return new Response("Not now", { status: 503 });
    const { socket: page, response } = Deno.upgradeWebSocket(request, { protocol: "chat.v1" });
    const server = new WebSocket(`ws://127.0.0.1:${this.target}${url.pathname}${url.search}`, "chat.v1");
    const pair = { page, server };
    const early: string[] = [];
    this.#pairs.add(pair);
    server.onopen = () => early.splice(0).forEach((frame) => server.send(frame));
    page.onmessage = ({ data }) => {
      const frame = filter(data, this.up);
      if (frame === undefined) return;
      if (server.readyState === WebSocket.OPEN) server.send(frame);
      else early.push(frame);
    };
    server.onmessage = ({ data }) => {
      const frame = filter(data, this.down);
      if (frame !== undefined && page.readyState === WebSocket.OPEN) page.send(frame);
    };
    page.onclose = () => this.#end(pair, 1000);
    server.onclose = ({ code }) => this.#end(pair, code);
    page.onerror = server.onerror = () => {};
    return response;
  }

  #end(pair: Pair, code: number): void {
    if (!this.#pairs.delete(pair)) return;
    pair.server.close();
    if (pair.page.readyState === WebSocket.OPEN) pair.page.close(code >= 3000 || code === 1000 ? code : 4999);
  }
}

function filter(frame: string, by: Filter): string | undefined {
  const lines = frame.split("\n").map(by).filter((line) => line !== undefined);
  return lines.length === 0 ? undefined : lines.join("\n");
}
