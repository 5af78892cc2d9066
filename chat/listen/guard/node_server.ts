/** Node's server, with every bound that it has of its own. @module */

import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { CONNECTIONS } from "../../limits.ts";
import type { TlsFiles } from "../tls_files.ts";
import * as bounds from "./bounds.ts";
import type { RequestStream } from "./request_stream.ts";

/** @param streamOf what the server reads of a connection instead of the connection itself */
export function makeServer(tls: TlsFiles | undefined, streamOf: (tcp: Socket) => RequestStream): Server {
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
  server.maxConnections = CONNECTIONS + bounds.CONNECTIONS_WITHOUT_SOCKET;
  const event = tls ? "secureConnection" : "connection";
  const [serve] = server.listeners(event);
  server.off(event, serve as () => void);
  server.on(event, (tcp: Socket) => serve!.call(server, streamOf(tcp)));
  return server;
}
