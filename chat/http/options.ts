/** The question and the means of an answer: a request, and the parts of the service. @module */

import type { Clock } from "../base/clock.ts";
import type { EventedSocket } from "../outbox/outbox.ts";
import type { Access } from "../policy/admission.ts";
import type { Peer } from "../socket/connection.ts";
import type { Visitor } from "../socket/visitor.ts";
import type { Assets } from "./assets.ts";
import type { Proxies } from "./client_address.ts";

/** A request whose head is known to be what it seems. */
export interface Asked {
  method: string;
  url: URL;
  headers: Headers;
  /** What comes behind the head, if anything does. It is read once, or not at all. */
  body: AsyncIterable<Uint8Array> | null;
  /** Where the client is, for the service's log: `ADDRESS:PORT`. */
  address: string;
  /** Whether a trusted proxy has passed it on, whose headers about the client count. */
  viaProxy: boolean;
  /** `1.1`, if the listener tells. */
  httpVersion?: string;
}

/** Answers a request, or throws an {@linkcode HttpRefusal}. */
export type Respond = (asked: Asked, options: HttpOptions) => Response | Promise<Response>;

/** Thrown to refuse a request. Its message says what is allowed, for the client to read. */
export class HttpRefusal extends Error {
  readonly headers: Record<string, string>;

  /**
   * Takes an HTTP status, a sentence, and the headers that belong to such a status; `Retry-After` is made of the fields.
   *
   * @param fields what a program is told beside the sentence, at the paths whose answers are JSON
   */
  constructor(
    readonly status: number,
    message: string,
    headers: Record<string, string> = {},
    readonly fields: { code?: string; retryAfterMs?: number; until?: number } = {},
  ) {
    super(message);
    const { retryAfterMs } = fields;
    this.headers = { ...headers };
    if (retryAfterMs !== undefined) this.headers["retry-after"] = `${Math.ceil(retryAfterMs / 1000)}`;
  }
}

export interface HttpOptions {
  /** It takes the sockets. */
  manager: {
    readonly accepts: boolean;
    /** After how many milliseconds a connection from this address may come; 0: now. */
    connectMs(address: string): number;
    connect(socket: EventedSocket, peer: Peer, room: string): unknown;
    /** Somebody who asks for one thing without a socket, and must be ended; undefined: there are too many. */
    visit(id: string, address: string): Visitor | undefined;
    /** Told of each answer to a request that may change something: it resolves once that has left. */
    answering(left: Promise<void>): void;
  };
  assets: Assets;
  /** Whose pages may open sockets, see {@linkcode admitsOrigin}; default: {@linkcode OWN}. */
  origins?: readonly string[];
  /** The ids that are let in; default: all. */
  access?: Access;
  /** The id of the person who asks, if a trusted proxy vouches for one; then that in the path does not count. */
  identify?(asked: Asked): string | undefined;
  /** The content of `/metrics`; undefined: nothing is there. */
  metrics?(): string;
  /** The token of those who may read `/metrics` from another machine; undefined: nobody. */
  metricsToken?: string;
  /** Those that are trusted to say who a client is; undefined: none. */
  proxies?: Proxies;
  /** Default: the machine's. */
  clock?: Clock;
  /** Called for each request that is refused, if it was for a socket or its head could not be read. */
  onRefused?(refused: RefusedRequest): void;
  /** Called for each error that a bug throws. */
  onTrouble?(error: unknown): void;
}

/** A refused request, for the operator. */
export interface RefusedRequest {
  status: number;
  /** What its sender was told. */
  reason: string;
  /** Without its query, in which there may be secrets; undefined: its head could not be read. */
  path?: string;
  address: string;
  /** The site whose page sent it, if a page did. */
  origin?: string;
}
