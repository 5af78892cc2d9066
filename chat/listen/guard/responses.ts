/** Responses by Node's means. @module */

import { type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import { asSocket, type RequestStream } from "./request_stream.ts";

/** Node's own answers to a request that cannot be read or comes too slowly. */
const UNREAD: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

export function refuseUnread({ code = "" }: { code?: string }, stream: RequestStream): void {
  const { _httpMessage } = stream as { _httpMessage?: { headersSent: boolean } };
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

/** Sends a response to a request that wanted a socket, and ends the connection. */
export async function sendAndEnd(response: Response, request: IncomingMessage, stream: RequestStream): Promise<void> {
  const to = new ServerResponse(request);
  to.assignSocket(asSocket(stream));
  to.setHeader("connection", "close");
  to.on("finish", () => stream.destroySoon());
  await send(response, request, to);
}
