/** A server that does nothing by itself but answer pings: a case says what it sends. @module */

import { type Fields, isFields, type Json } from "./match.ts";

export class ScriptedServer implements AsyncDisposable {
  /** Each is asked whether it answers a command; one that is answered is not kept. */
  readonly answers: ((command: Fields) => boolean)[] = [];
  /** The id of the client, as its path says it. */
  id = "";
  /** The last line that was sent for each room: what a pong says. */
  readonly #heads: Fields = {};
  readonly #commands: Fields[] = [];
  readonly #waiting: ((command: Fields) => void)[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #socket: WebSocket | undefined;

  constructor() {
    const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#connect(request));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The next command of the client. */
  next(): Promise<Fields> {
    const command = this.#commands.shift();
    return command === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(command);
  }

  send(frame: string): void {
    for (const line of frame.split("\n")) this.#remember(line);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  closeSocket(): void {
    this.#commands.length = 0;
    // As unknown to the client as a connection that broke.
    this.#socket?.close(4999);
    this.#socket = undefined;
  }

  /** What came that no step has asked for. */
  get told(): string {
    return this.#commands.length === 0 ? "it sent nothing" : `it sent ${JSON.stringify(this.#commands)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeSocket();
    await this.#server.shutdown();
  }

  #connect(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "chat.v1" });
    this.id = decodeURIComponent(new URL(request.url).pathname.split("/").at(-1)!);
    this.closeSocket();
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      for (const line of String(data).split("\n")) if (line !== "") this.#take(JSON.parse(line));
    };
    socket.onerror = () => {};
    return response;
  }

  #take(command: Fields): void {
    if (command.type === "ping") {
      return this.send(JSON.stringify({ type: "pong", ref: command.ref, heads: this.#heads }));
    }
    if (this.answers.some((answer) => answer(command))) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#commands.push(command);
    else waiting(command);
  }

  /** Heads are told by a line of the script that no client knows. */
  #remember(text: string): void {
    const line = parse(text);
    if (isFields(line) && line.type === "heads" && isFields(line.heads)) Object.assign(this.#heads, line.heads);
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
