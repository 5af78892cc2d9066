/**
 * The listener for the open internet: the same answers to the same requests, by `node:http` and `ws` instead of `Deno.serve`,
 * because these let every stage of a connection be bounded.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { answer } from "../../http/answer.ts";
import type { HttpOptions } from "../../http/options.ts";
import * as bounds from "./bounds.ts";
import * as limits from "../../limits.ts";
import { Deadlines } from "./deadlines.ts";
import { makeServer } from "./node_server.ts";
import { PausedReaders, startReading } from "./read_window.ts";
import { RequestConnections } from "./request_connections.ts";
import { bodyOf } from "./request_body.ts";
import { headOf, refuseHead, remoteOf } from "./request_head.ts";
import { asSocket, RequestStream } from "./request_stream.ts";
import { isEndless, refuseUnread, send, sendAndEnd, sendEndless, untilAnswered } from "./responses.ts";
import { GuardedSocket } from "./socket.ts";
import type { Accepted } from "../../http/upgrade.ts";
import type { TlsFiles } from "../tls_files.ts";
import { mayChange } from "../../http/v1/route.ts";
import { WebSocketServer } from "./ws.ts";

export interface GuardedOptions extends HttpOptions {
  tls?: TlsFiles;
  /** False reads everything that clients send: for benchmarks. Default: true. */
  limitRate?: boolean;
  clock: Clock;
}

/** Makes a server that does not listen yet. */
export function createGuardedServer({ tls, clock, limitRate = true, ...options }: GuardedOptions): Server {
  const paused = limitRate ? new PausedReaders(clock) : undefined;
  const looks = new Deadlines<GuardedSocket>(clock, bounds.LOOK_MS, bounds.READ_WINDOW_MS, (socket) => socket.look());
  const upgrader = new WebSocketServer<GuardedSocket>({
    noServer: true,
    WebSocket: GuardedSocket,
    clientTracking: false,
    closeTimeout: limits.CLOSE_MS,
    // The one that was decided upon: it sees no other.
    handleProtocols: ([decided]) => decided!,
    maxBufferedChunks: bounds.MESSAGE_CHUNKS,
    maxFragments: bounds.MESSAGE_FRAGMENTS,
    maxPayload: limits.FRAME_IN_BYTES,
    perMessageDeflate: false,
    skipUTF8Validation: false,
  });
  const server = makeServer(tls, (tcp) => new RequestStream(tcp, clock, paused));
  const connections = new RequestConnections(server, clock);
  const answerTo = (request: IncomingMessage, body: AsyncIterable<Uint8Array> | null) =>
    answer(
      { ...options, clock },
      () => headOf(request, tls ? "https" : "http", body),
      remoteOf(request.socket),
      request.httpVersion,
    );
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (mayChange(request)) options.manager.answering(new Promise((left) => response.on("close", left)));
    connections.serve(streamOf(request), response, async () => {
      const result = await answerTo(request, bodyOf(request, response, streamOf(request)));
      // Without an upgrade there is no socket.
      if (!(result instanceof Response)) return void request.socket.destroy();
      if (!isEndless(result)) return await send(result, request, response);
      const stream = streamOf(request);
      connections.delete(stream);
      sendEndless(result, stream, response, clock).catch(() => void stream.destroy());
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
    await untilAnswered(tcp);
    if (error.code !== "HPE_HEADER_OVERFLOW") return refuseUnread(error, tcp);
    const response = await answer(options, refuseHead, remoteOf(tcp));
    await sendAndEnd(response as Response, new IncomingMessage(asSocket(tcp)), tcp);
  });
  server.on("upgrade", async (request: IncomingMessage, _: unknown, head: Uint8Array) => {
    const stream = streamOf(request);
    stream.hold();
    // It may break while the answer is being found.
    stream.on("error", () => stream.destroy());
    const result = await answerTo(request, null);
    if (result instanceof Response) return sendAndEnd(result, request, stream);
    const { tcp, unread } = stream.release();
    connections.delete(tcp);
    upgrader.handleUpgrade(asDecided(request, result), tcp, Buffer.concat([head, unread]), (socket) => {
      socket.guard(tcp, clock, looks, paused);
      options.manager.connect(socket, result.peer, result.room);
    });
    startReading(tcp);
  });
  return server;
}

function streamOf({ socket }: IncomingMessage): RequestStream {
  return socket as unknown as RequestStream;
}

/** The library would check again, by its own rules and with its own answers: so it sees only what it needs. */
function asDecided(request: IncomingMessage, { subprotocol }: Accepted): IncomingMessage {
  if (subprotocol === undefined) delete request.headers["sec-websocket-protocol"];
  else request.headers["sec-websocket-protocol"] = subprotocol;
  return request;
}
