/**
 * The echo: each text comes back to its sender, and nobody else sees it.
 *
 * @module
 */

import type { Frame } from "../wire/frame.ts";
import { BadCommandError } from "../wire/decode.ts";
import type { Dialect, Input } from "./dialect.ts";
import { readText, sayError } from "./plain.ts";
import { echoLine } from "./plain_text.ts";

export class Echo implements Dialect {
  readonly name = "echo";
  readonly beginsWithHello = false;
  readonly hasReplies = false;
  readonly say = sayError;
  readonly #likeFastapi: boolean;

  /** @param likeFastapi whether it answers in the words of FastAPI's example */
  constructor(likeFastapi: boolean) {
    this.#likeFastapi = likeFastapi;
  }

  read(frame: string): [Input | BadCommandError] {
    const input = readText(frame);
    if (input instanceof BadCommandError) return [input];
    return [{ answer: () => echoLine(input.text, this.#likeFastapi), bytes: input.bytes }];
  }

  /** It is in no room. */
  frames(): Frame[] {
    return [];
  }
}
