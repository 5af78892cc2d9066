/** A server that is wrong in one way: ours, with somebody between it and its clients who meddles. @module */

import type { Fields } from "./match.ts";

/** What it does to a line. It may pass it on, later as well, or another one in its place. */
type Meddle = (line: Fields, pass: (line: Fields) => void, answer: (line: Fields) => void) => void;

export interface Wrong {
  /** To what clients send. */
  up?: Meddle;
  /** To what the server sends. */
  down?: Meddle;
}

export class WrongServer implements AsyncDisposable {
  /** The port of the server behind it. */
  target: number;
  readonly #wrong: Wrong;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ends = new Set<() => void>();

  constructor(target: number, wrong: Wrong) {
    this.target = target;
    this.#wrong = wrong;
    const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#connect(request));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    await this.#server.shutdown();
  }

  async #connect(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const protocol = request.headers.get("sec-websocket-protocol") ?? undefined;
    const server = new WebSocket(`ws://127.0.0.1:${this.target}${pathname}${search}`, protocol ?? []);
    server.onerror = () => {};
    await new Promise((resolve) => server.onopen = server.onclose = resolve);
    const { socket: client, response } = Deno.upgradeWebSocket(request, { protocol });
    const pass = (socket: WebSocket) => (line: Fields) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(line));
    };
    const [up, down] = [pass(server), pass(client)];
    client.onmessage = ({ data }) => each(data, (line) => this.#wrong.up ? this.#wrong.up(line, up, down) : up(line));
    server.onmessage = ({ data }) =>
      each(data, (line) => this.#wrong.down ? this.#wrong.down(line, down, up) : down(line));
    const end = () => {
      this.#ends.delete(end);
      server.close();
      client.close();
    };
    this.#ends.add(end);
    client.onclose = server.onclose = end;
    client.onerror = () => {};
    if (server.readyState !== WebSocket.OPEN) client.onopen = end;
    return response;
  }
}

function each(frame: string, run: (line: Fields) => void): void {
  for (const line of frame.split("\n")) if (line !== "") run(JSON.parse(line));
}
