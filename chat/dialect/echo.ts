/** The echo: each text comes back to its sender, and nobody else sees it. @module */

import { type BadCommandError, withoutMark } from "../wire/decode.ts";
import { textFits, wireBytes } from "../wire/size.ts";
import type { Dialect, Input } from "./dialect.ts";
import { sayError, TOO_LONG } from "./plain.ts";
import { echoLine } from "./plain_text.ts";

export class Echo implements Dialect {
  readonly name = "echo";
  readonly hasReplies = false;
  readonly say = sayError;
  readonly #likeFastapi: boolean;

  /** @param likeFastapi whether it answers in the words of FastAPI's example */
  constructor(likeFastapi: boolean) {
    this.#likeFastapi = likeFastapi;
  }

  read(frame: string): [Input | BadCommandError] {
    if (!textFits(frame)) return [TOO_LONG];
    return [{ answer: () => echoLine(withoutMark(frame), this.#likeFastapi), bytes: wireBytes(frame) }];
  }

  /** It is in no room. */
  frames(): [] {
    return [];
  }
}
