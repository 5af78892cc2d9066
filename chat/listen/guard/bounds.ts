/** The bounds of a connection with `GUARD=on`: `Deno.serve` cannot enforce them. @module */

/** How long a client may take to send the head of a request, TLS included. */
export const HEAD_MS = 8_000;
/** How long a client may take to send a request as a whole. */
export const REQUEST_MS = 10_000;
/** How long a connection may last after its last request, whether it has read the response or not. */
export const WITHOUT_REQUEST_MS = 13_000;
/** How long the reader of a stream may take for what it was handed last: longer than until it is given up. */
export const STREAM_STALL_MS = 13_000;
/** How long a connection may wait for its next request. */
export const KEEP_ALIVE_MS = 5_000;
/** How often connections are checked for these. */
export const HEADS_SWEEP_MS = 1_000;
/** Bytes of a request's head. */
export const HEAD_BYTES = 16 * 1024;
/** Headers in it. */
export const HEADERS = 64;
/** Requests on one connection. */
export const REQUESTS_PER_CONNECTION = 100;
/** Connections that are no sockets (yet); for one more the one that was longest without a request goes. */
export const CONNECTIONS_WITHOUT_SOCKET = 1_000;
/** Fragments of one message. */
export const MESSAGE_FRAGMENTS = 128;
/** Pieces in which one frame may come from the network. */
export const MESSAGE_CHUNKS = 256;
/** How often a socket is checked. A message that is under way at two checks ends it. */
export const LOOK_MS = 5_000;
/** Connections checked in one go, with a ping for each perhaps. */
export const LOOKS_AT_ONCE = 1_000;
/** Pings and pongs that a client may send at once; one more ends the connection. */
export const CONTROL_FRAMES_BURST = 60;
/** Pings and pongs that a client may send steadily. */
export const CONTROL_FRAMES_PER_S = 5;
/** The time in which `READ_WINDOW_BYTES` are read from one connection. */
export const READ_WINDOW_MS = 250;
/** Bytes read of one connection in that time; the others wait in the network. */
export const READ_WINDOW_BYTES = 64 * 1024;
/** Bytes counted for a piece from the network beside its own: one of a single byte costs nearly as much as one of a thousand. */
export const READ_CHUNK_BYTES = 128;
/** Bytes counted for a request beside its own: one of 20 bytes takes as long as one of a thousand. */
export const READ_REQUEST_BYTES = 4 * 1024;
/** How long a goodbye may take to be heard: a client that sends as much as is read of it after that is cut. */
export const GOODBYE_HEARD_MS = 500;
