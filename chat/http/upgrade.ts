/**
 * Decides whether a request may become a socket, and whose. The runtime checks little of an upgrade, and throws if it does: so everything
 * is checked here, for every listener, before anything is opened.
 *
 * @module
 */

import type { Peer } from "../socket/connection.ts";
import { isKeyed, readId } from "../wire/identity.ts";
import { Invalid } from "../wire/invalid.ts";
import { SUBPROTOCOL } from "../wire/lines.ts";
import { DEFAULT_ROOM, ROOM_PATTERN } from "../wire/names.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "./options.ts";
import { isFromAdmittedPage } from "./origins.ts";
import { takeShare } from "./share.ts";

export interface Accepted {
  peer: Peer;
  /** The room of a plain client. */
  room: string;
  /** The response's `Sec-WebSocket-Protocol`; undefined: none. */
  subprotocol?: string;
}

/** The values of `?like=`. */
const LIKE_FASTAPI = "fastapi";

/** Whether the path is one at which sockets are opened. */
export function isSocketPath(path: string): boolean {
  return path === "/ws" || path.startsWith("/ws/");
}

/** Whether a request wants to become a socket, wherever it came. */
export function asksForSocket(headers: Pick<Headers, "get">): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Decides about a request for a socket, or at the path of one.
 *
 * @throws {HttpRefusal} which says what is allowed
 */
export function decideUpgrade(request: Asked, options: HttpOptions): Accepted {
  const { manager, identify, access = "open" } = options;
  const { url, headers } = request;
  // A proxy and the server could disagree where such a body ends and the frames begin. The runtime's own listener refuses it, too.
  if (asksForSocket(headers) && (headers.get("content-length") ?? headers.get("transfer-encoding")) !== null) {
    throw new HttpRefusal(400, "A request for a socket may have neither Content-Length nor Transfer-Encoding");
  }
  if (!isSocketPath(url.pathname)) {
    throw new HttpRefusal(
      404,
      `Sockets are opened at /ws/ID, and /ws is an echo; ?room=${DEFAULT_ROOM} chooses a room`,
    );
  }
  checkHeaders(request);
  if (!isFromAdmittedPage(request, options)) {
    const origin = headers.get("origin");
    const page = origin === "null"
      ? 'that have the origin "null", as one that was opened from a file,'
      : "of this site";
    throw new HttpRefusal(403, `Pages ${page} may not open sockets here: the settings ORIGINS and EMBED say which may`);
  }
  const speaksChat = readSubprotocol(request);
  const echo = /^\/ws\/?$/.test(url.pathname);
  const person = identify?.(request);
  const id = echo ? "echo" : person ?? readClientId(url.pathname.slice("/ws/".length), speaksChat);
  // A plain client has no other way to prove anything; one of chat.v1 does that in its hello.
  if (access !== "open" && !speaksChat && !echo && person === undefined) {
    throw new HttpRefusal(403, `Only ids that are proven are let in here, and only ${SUBPROTOCOL} can prove one`);
  }
  const room = url.searchParams.get("room") ?? DEFAULT_ROOM;
  if (!ROOM_PATTERN.test(room)) throw new HttpRefusal(400, "A room must be 1 to 64 of the characters a-z, 0-9 and -");
  const like = url.searchParams.get("like");
  if (like !== null && like !== LIKE_FASTAPI) throw new HttpRefusal(400, `?like= must be ${LIKE_FASTAPI}, or left out`);
  takeShare(request, manager);
  return {
    peer: {
      id,
      dialect: echo ? "echo" : speaksChat ? "chat.v1" : "plain",
      address: request.address,
      like: like !== null && !speaksChat ? LIKE_FASTAPI : undefined,
    },
    room,
    subprotocol: speaksChat ? SUBPROTOCOL : undefined,
  };
}

function checkHeaders({ method, headers, httpVersion }: Asked): void {
  if (method !== "GET") throw new HttpRefusal(405, "A socket is opened with GET", { allow: "GET" });
  if (!asksForSocket(headers)) {
    throw new HttpRefusal(426, "This path speaks WebSocket only", { upgrade: "websocket", connection: "upgrade" });
  }
  // If the listener does not tell the version, a missing Host does: HTTP/1.1 demands one.
  if (httpVersion === "1.0" || headers.get("host") === null) {
    throw new HttpRefusal(505, "A socket is opened with HTTP/1.1, whose requests have a Host header");
  }
  if (headers.get("sec-websocket-version") !== "13") {
    throw new HttpRefusal(426, "Sec-WebSocket-Version must be 13", { "sec-websocket-version": "13" });
  }
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    throw new HttpRefusal(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  if (!/\bupgrade\b/i.test(headers.get("connection") ?? "")) {
    throw new HttpRefusal(400, "Connection must have upgrade in it");
  }
}

/** Whether the client speaks `chat.v1`; plain text if it asks for nothing. */
function readSubprotocol({ headers }: Asked): boolean {
  const asked = headers.get("sec-websocket-protocol");
  if (asked === null) return false;
  if (asked.split(",").some((name) => name.trim() === SUBPROTOCOL)) return true;
  throw new HttpRefusal(400, `The subprotocol must be ${SUBPROTOCOL}, or none for plain text`);
}

function readClientId(encoded: string, speaksChat: boolean): string {
  let id: string;
  try {
    id = readId(encoded);
  } catch (error) {
    throw error instanceof Invalid ? new HttpRefusal(400, error.message) : error;
  }
  if (!isKeyed(id) || speaksChat) return id;
  throw new HttpRefusal(400, `An id that begins with k- belongs to a key: only ${SUBPROTOCOL} can prove it`);
}
