/** `chat.v1`: lines of JSON, several in a frame. @module */

import { FRAME_IN_LINES } from "../limits.ts";
import { BadCommandError, decodeCommand } from "../wire/decode.ts";
import { CHANGES, encode } from "../wire/lines.ts";
import { wireBytes } from "../wire/size.ts";
import type { Dialect, Input } from "./dialect.ts";
import { messagesOnly } from "./messages_only.ts";

/** For a client that has not said which features it has: it knows only messages. */
export const chatV1: Dialect = {
  name: "chat.v1",
  hasReplies: true,
  knowsChanges: false,

  *read(frame) {
    const lines = frame.split("\n").filter((line) => line.trim() !== "");
    if (lines.length > FRAME_IN_LINES) {
      yield new BadCommandError("too_many_lines", `A frame must have at most ${FRAME_IN_LINES} lines`);
    } else if (lines.length === 0) {
      // It costs as much as a command: otherwise it could be sent without end.
      yield { bytes: wireBytes(frame) };
    } else {
      for (const line of lines) yield readLine(line);
    }
  },

  say: (line) => encode(messagesOnly(line)),
  frames: (batch, cursor) => batch.messageFramesAfter(cursor),
  withFeatures: (features) => features.includes(CHANGES) ? chatV1WithChanges : chatV1,
};

const chatV1WithChanges: Dialect = {
  ...chatV1,
  knowsChanges: true,
  say: encode,
  frames: (batch, cursor) => batch.framesAfter(cursor),
};

function readLine(line: string): Input | BadCommandError {
  try {
    return { request: decodeCommand(line), bytes: wireBytes(line) };
  } catch (error) {
    if (error instanceof BadCommandError) return error;
    throw error;
  }
}
