/** The body of a request, which is read only if somebody asks for it. @module */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestStream } from "./request_stream.ts";

/** While it is read the connection is, too; before and after that it is held until the answer has left. */
export async function* bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  stream: RequestStream,
): AsyncGenerator<Uint8Array> {
  // The parser may be in the middle of the head still, and can be given nothing from within.
  await undefined;
  stream.letGo();
  if (request.headers.expect !== undefined) response.writeContinue();
  try {
    // If no more is wanted, the answer must still be able to leave.
    yield* request.iterator({ destroyOnReturn: false });
  } finally {
    stream.hold();
  }
}
