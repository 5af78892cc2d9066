/** Responses by Node's means. @module */

import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import type { Clock } from "../../base/clock.ts";
import * as bounds from "./bounds.ts";
import { asSocket, PEER_ENDED, type RequestStream } from "./request_stream.ts";

/** Node keeps what it answers now with the connection. */
interface Answering {
  _httpMessage?: ServerResponse;
}

/** Node's own answers to a request that cannot be read or comes too slowly. */
const UNREAD: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

/** Resolves once a request that came whole has its answer: what it asked for may have been done, and its sender must hear of that. */
export async function untilAnswered(stream: RequestStream): Promise<void> {
  const { _httpMessage: response } = stream as Answering;
  if (response?.req.complete) await new Promise((left) => response.on("close", left));
}

export function refuseUnread({ code = "" }: { code?: string }, stream: RequestStream): void {
  const { _httpMessage } = stream as Answering;
  const status = UNREAD[code] ?? 400;
  if (stream.writable && !_httpMessage?.headersSent) {
    stream.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  }
  stream.destroySoon();
}

export async function send(response: Response, request: IncomingMessage, to: ServerResponse): Promise<void> {
  // A body that nobody wants is not waited for.
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  if (!request.complete || hasBody && !request.readableEnded) to.setHeader("connection", "close");
  const body = new Uint8Array(await response.arrayBuffer());
  if (body.length > 0) to.setHeader("content-length", body.length);
  to.writeHead(response.status, Object.fromEntries(response.headers));
  to.end(body);
}

/** Whether a response goes on for as long as its peer reads. */
export function isEndless(response: Response): boolean {
  return response.body !== null && response.headers.get("content-type") === "text/event-stream";
}

/** Sends such a response as fast as it is read: what waits, waits where it is counted. */
export async function sendEndless(
  response: Response,
  peer: RequestStream,
  to: ServerResponse,
  clock: Clock,
): Promise<void> {
  const reader = response.body!.getReader();
  let [isOver, goOn] = [false, () => {}];
  const giveUp = () => {
    isOver = true;
    reader.cancel().catch(() => {});
    goOn();
  };
  // As the runtime's own listener does it.
  if (peer.hasPeerEnded) peer.destroy();
  // Of a reader that left before there was an answer nobody is told any more: its connection would stay, and count, for good.
  if (peer.destroyed || to.destroyed) return giveUp();
  to.on("drain", () => goOn());
  to.on("close", giveUp);
  peer.once(PEER_ENDED, () => peer.destroy());
  to.writeHead(response.status, { ...Object.fromEntries(response.headers), connection: "close" });
  to.flushHeaders();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (isOver || to.write(next.value)) continue;
    const cancel = clock.after(bounds.STREAM_STALL_MS, () => {
      peer.destroy();
      giveUp();
    });
    await new Promise<void>((resolve) => goOn = resolve);
    cancel();
  }
  to.end();
}

/** Sends a response to a request that wanted a socket, and ends the connection. */
export async function sendAndEnd(response: Response, request: IncomingMessage, stream: RequestStream): Promise<void> {
  const to = new ServerResponse(request);
  to.assignSocket(asSocket(stream));
  to.setHeader("connection", "close");
  to.on("finish", () => stream.destroySoon());
  await send(response, request, to);
}
