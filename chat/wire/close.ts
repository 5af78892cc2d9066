/** How the server ends a connection. @module */

/** A close: its code, its reason, and whether a client should come back with its positions. */
export interface Close {
  /** By RFC 6455, or our own from 4000 on. */
  code: number;
  /** For the developer who reads it; at most 123 bytes. */
  reason: string;
}

/** Every close that the server sends; `protocol.md` says what a client does then. */
export const CloseCode = {
  goingAway: { code: 1001, reason: "The server is stopping: reconnect and resume" },
  binary: { code: 1003, reason: "Only text frames are understood" },
  tooManyErrors: { code: 1008, reason: "Too many bad commands" },
  tooFast: { code: 1008, reason: "Too many messages: slow down" },
  notAllowed: { code: 1008, reason: "This is not allowed in the room" },
  tooBig: { code: 1009, reason: "Too big: see the limits" },
  internal: { code: 1011, reason: "Something went wrong here: reconnect and resume" },
  unavailable: { code: 1013, reason: "Not stored: try again later" },
  roomFull: { code: 1013, reason: "The room is full: try again later" },
  overloaded: { code: 1013, reason: "The server has too much to do: reconnect later" },
  noHello: { code: 4001, reason: "No hello in time" },
  expired: { code: 4003, reason: "The token has expired: connect again with a new one" },
  revoked: { code: 4004, reason: "This id was called back: it is over for good" },
  tooSlow: { code: 4008, reason: "Too slow: reconnect and resume" },
} as const satisfies Record<string, Close>;
