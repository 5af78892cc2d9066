/**
 * The listener for the open internet: the same answers to the same requests, by `node:http` and `ws` instead of `Deno.serve`,
 * because these let every stage of a connection be bounded.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createServer, IncomingMessage, type Server, ServerResponse, STATUS_CODES } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Endpoint } from "../../base/addresses.ts";
import type { Clock } from "../../base/clock.ts";
import { GuardedSocket, SocketWatch } from "./socket.ts";
import { answer } from "../../http/answer.ts";
import type { HttpOptions } from "../../http/options.ts";
import type { RequestHead } from "../../http/request_url.ts";
import * as bounds from "./bounds.ts";
import * as limits from "../../limits.ts";
import { SUBPROTOCOL } from "../../wire/lines.ts";
import { Refusal } from "../../http/refusal.ts";
import { PausedReaders, startReading } from "./read_window.ts";
import { RequestConnections } from "./request_connections.ts";
import { RequestStream } from "./request_stream.ts";
import type { Accepted } from "../../http/upgrade.ts";
import { WebSocketServer } from "./ws.ts";

/** What the server is made of. */
export interface GuardedOptions extends HttpOptions {
  /** Contents of a certificate and its key, in PEM. */
  tls?: { cert: string; key: string };
  /** False reads everything that clients send: for benchmarks. Default: true. */
  limitRate?: boolean;
  /** For its timers. */
  clock: Clock;
}

/** Makes a server that does not listen yet. */
export function createGuardedServer({ tls, clock, limitRate = true, ...options }: GuardedOptions): Server {
  const paused = new PausedReaders(clock);
  const watch = new SocketWatch(clock, paused);
  const upgrader = new WebSocketServer<GuardedSocket>({
    noServer: true,
    WebSocket: GuardedSocket,
    clientTracking: false,
    closeTimeout: limits.CLOSE_MS,
    handleProtocols: () => SUBPROTOCOL,
    maxBufferedChunks: bounds.MESSAGE_CHUNKS,
    maxFragments: bounds.MESSAGE_FRAGMENTS,
    maxPayload: limits.FRAME_IN_BYTES,
    perMessageDeflate: false,
    skipUTF8Validation: false,
  });
  const server = makeServer(tls);
  const connections = new RequestConnections(server, clock);
  readBy(server, tls ? "secureConnection" : "connection", (tcp) => {
    return new RequestStream(tcp, clock, limitRate ? paused : undefined);
  });
  const answerTo = (request: IncomingMessage) =>
    answer(options, () => headOf(request, tls ? "https" : "http"), {
      remote: remoteOf(request.socket),
      httpVersion: request.httpVersion,
    });
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    connections.serve(streamOf(request), response, async () => {
      const result = await answerTo(request);
      // Without an upgrade there is no socket.
      if (result instanceof Response) await send(result, request, response);
      else request.socket.destroy();
    });
  };

  server.on("request", serve);
  // Node would answer these by itself.
  server.on("checkContinue", serve);
  server.on("checkExpectation", serve);
  server.on("dropRequest", (request: IncomingMessage) => void request.socket.destroy());
  server.on("clientError", async (error: Error & { code?: string }, tcp: Socket | RequestStream) => {
    // One that has broken off before it speaks HTTP.
    if (!(tcp instanceof RequestStream)) return tcp.destroy();
    // The rest is not read, and cannot be wrong once more.
    tcp.hold();
    if (error.code !== "HPE_HEADER_OVERFLOW") return refuseUnread(error, tcp);
    const response = await answer(options, refuseHead, { remote: remoteOf(tcp) });
    await sendAndEnd(response as Response, new IncomingMessage(asSocket(tcp)), tcp);
  });
  server.on("upgrade", async (request: IncomingMessage, _: unknown, head: Uint8Array) => {
    const stream = streamOf(request);
    stream.hold();
    // It may break while the answer is being found.
    stream.on("error", () => stream.destroy());
    const result = await answerTo(request);
    if (result instanceof Response) return sendAndEnd(result, request, stream);
    const { tcp, unread } = stream.release();
    connections.delete(tcp);
    upgrader.handleUpgrade(asDecided(request, result), tcp, Buffer.concat([head, unread]), (socket) => {
      socket.guard(tcp, clock, watch, limitRate);
      options.manager.connect(socket, result.peer, result.room);
    });
    startReading(tcp);
  });
  return server;
}

/** Makes a server read each connection through our stream. */
function readBy(
  server: Server,
  event: "connection" | "secureConnection",
  streamOf: (tcp: Socket) => RequestStream,
): void {
  const [serve] = server.listeners(event);
  server.off(event, serve as () => void);
  server.on(event, (tcp: Socket) => serve!.call(server, streamOf(tcp)));
}

function streamOf({ socket }: IncomingMessage): RequestStream {
  return socket as unknown as RequestStream;
}

/** Node takes it for a socket: it has every method that is used. */
function asSocket(stream: RequestStream): Socket {
  return stream as unknown as Socket;
}

function remoteOf({ remoteAddress = "", remotePort = 0 }: Socket | RequestStream): Endpoint {
  return { hostname: remoteAddress, port: remotePort };
}

/** The library would check again, by its own rules and with its own answers: so it sees only what it needs. */
function asDecided(request: IncomingMessage, { subprotocol }: Accepted): IncomingMessage {
  if (subprotocol === undefined) delete request.headers["sec-websocket-protocol"];
  else request.headers["sec-websocket-protocol"] = subprotocol;
  return request;
}

function makeServer(tls: GuardedOptions["tls"]): Server {
  const settings = {
    headersTimeout: bounds.HEAD_MS,
    requestTimeout: bounds.REQUEST_MS,
    keepAliveTimeout: bounds.KEEP_ALIVE_MS,
    connectionsCheckingInterval: bounds.HEADS_SWEEP_MS,
    maxHeaderSize: bounds.HEAD_BYTES,
    // Our own sentence says it.
    requireHostHeader: false,
  };
  const server = tls
    ? createTlsServer({ ...settings, ...tls, handshakeTimeout: bounds.HEAD_MS })
    : createServer(settings);
  server.maxHeadersCount = bounds.HEADERS;
  server.maxRequestsPerSocket = bounds.REQUESTS_PER_CONNECTION;
  server.maxConnections = limits.CONNECTIONS + bounds.CONNECTIONS_WITHOUT_SOCKET;
  return server;
}

function headOf({ method = "", url = "", rawHeaders }: IncomingMessage, scheme: string): RequestHead {
  // At that many the parser leaves out the others.
  if (rawHeaders.length >= 2 * bounds.HEADERS) {
    throw new Refusal(431, `A request may have ${bounds.HEADERS - 1} headers`);
  }
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  return {
    method,
    headers,
    url: url.startsWith("/") ? `${scheme}://${headers.get("host") || "localhost"}${url}` : url,
  };
}

function refuseHead(): never {
  throw new Refusal(431, `The head of a request may have ${bounds.HEAD_BYTES} bytes`);
}

/** Node's own answers to a request that cannot be read or comes too slowly. */
const UNREAD: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

function refuseUnread({ code = "" }: { code?: string }, stream: RequestStream): void {
  const { _httpMessage } = stream as { _httpMessage?: { headersSent: boolean } };
  const status = UNREAD[code] ?? 400;
  if (stream.writable && !_httpMessage?.headersSent) {
    stream.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  }
  stream.destroySoon();
}

/** Begins to send a response. */
async function send(response: Response, request: IncomingMessage, to: ServerResponse): Promise<void> {
  // A body that nobody wants is not waited for.
  if (!request.complete || Number(request.headers["content-length"] ?? 0) > 0) to.setHeader("connection", "close");
  const body = new Uint8Array(await response.arrayBuffer());
  if (body.length > 0) to.setHeader("content-length", body.length);
  to.writeHead(response.status, Object.fromEntries(response.headers));
  to.end(body);
}

/** Sends a response to a request that wanted a socket, and ends the connection. */
async function sendAndEnd(response: Response, request: IncomingMessage, stream: RequestStream): Promise<void> {
  const to = new ServerResponse(request);
  to.assignSocket(asSocket(stream));
  to.setHeader("connection", "close");
  to.on("finish", () => stream.destroySoon());
  await send(response, request, to);
}
