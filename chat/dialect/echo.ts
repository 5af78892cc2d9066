/** The echo: each text comes back to its sender, and nobody else sees it. @module */

import { withoutMark } from "../wire/decode.ts";
import { textFits, wireBytes } from "../wire/size.ts";
import type { Dialect } from "./dialect.ts";
import { sayError, TOO_LONG } from "./plain.ts";
import { echoLine } from "./plain_text.ts";

/** @param likeFastapi whether it answers in the words of FastAPI's example */
export function echo(likeFastapi: boolean): Dialect {
  return {
    name: "echo",
    hasReplies: false,
    knowsChanges: false,
    read(frame) {
      if (!textFits(frame)) return [TOO_LONG];
      return [{ answer: () => echoLine(withoutMark(frame), likeFastapi), bytes: wireBytes(frame) }];
    },
    say: sayError,
    // It is in no room.
    frames: () => [],
  };
}
