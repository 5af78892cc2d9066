/** The question and the means of an answer: a request, and the parts of the service. @module */

import type { Endpoint } from "../base/addresses.ts";
import type { EventedSocket } from "../outbox/outbox.ts";
import type { Peer } from "../socket/connection.ts";
import type { Assets } from "./assets.ts";

/** A request whose head is known to be what it seems. */
export interface Asked {
  method: string;
  url: URL;
  headers: Headers;
  /** Where the client is, for the log: `ADDRESS:PORT`. */
  address: string;
  /** `1.1`, if the listener tells. */
  httpVersion?: string;
}

/** Answers a request, or throws a `Refusal`. */
export type Respond = (asked: Asked, options: HttpOptions) => Response | Promise<Response>;

/** It takes the sockets. */
export interface SocketTaker {
  /** Whether it takes another one. */
  readonly accepts: boolean;
  /** Serves an open socket. */
  connect(socket: EventedSocket, peer: Peer, room: string): unknown;
}

export interface HttpOptions {
  manager: SocketTaker;
  /** The files that are served. */
  assets: Assets;
  /** Origins whose pages may open sockets; undefined: all. */
  origins?: string[];
  /** The content of `/metrics`; undefined: nothing is there. */
  metrics?(): string;
  /** A client's address, by that of its connection and its `X-Forwarded-For`; default: that of its connection. */
  addressOf?(remote: Endpoint, forwardedFor: string | null): string;
  /** Called for each request that is refused, if it was for a socket or its head could not be read. */
  onRefused?(refused: RefusedRequest): void;
  /** Called for each error that a bug throws. */
  onTrouble?(error: unknown): void;
}

/** A refused request, for the operator. */
export interface RefusedRequest {
  /** The HTTP status of the answer. */
  status: number;
  /** What its sender was told. */
  reason: string;
  /** Without its query, in which there may be secrets; undefined: its head could not be read. */
  path?: string;
  /** Where it came from. */
  address: string;
  /** The site whose page sent it, if a page did. */
  origin?: string;
}
