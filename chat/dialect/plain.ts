/**
 * The tutorials' dialect: a frame is a text for the client's room, and a client is shown only messages. A refusal
 * is a close.
 *
 * @module
 */

import { type Close, CloseCode } from "../wire/close.ts";
import { BadCommandError, withoutMark } from "../wire/decode.ts";
import { type Frame, frameOf } from "../wire/frame.ts";
import type { ErrorCode, Push, Reply } from "../wire/lines.ts";
import { textFits, wireBytes } from "../wire/size.ts";
import { isBlank } from "../wire/visible.ts";
import type { Batch } from "./batch.ts";
import type { Dialect, Input, Request } from "./dialect.ts";
import { leftLine, plainLine, wroteLine } from "./plain_text.ts";

/** The close for each error. */
const CLOSES: { [C in ErrorCode]?: Close } = {
  bad_command: CloseCode.tooBig,
  room_full: CloseCode.roomFull,
  store_full: CloseCode.unavailable,
  unavailable: CloseCode.unavailable,
};

export const TOO_LONG: BadCommandError = new BadCommandError("bad_command", "The text is too long");

export class Plain implements Dialect {
  readonly name = "plain";
  readonly hasReplies = false;
  readonly arrival: Request;
  readonly farewell?: (id: string) => string;
  readonly #room: string;
  readonly #likeFastapi: boolean;

  /** @param likeFastapi whether the client wants the other lines of FastAPI's example too */
  constructor(room: string, likeFastapi: boolean) {
    this.#room = room;
    this.#likeFastapi = likeFastapi;
    this.arrival = { type: "enter", ref: "", room };
    if (likeFastapi) this.farewell = leftLine;
  }

  read(frame: string): [Input | BadCommandError] {
    if (!textFits(frame)) return [TOO_LONG];
    const text = withoutMark(frame);
    const bytes = wireBytes(frame);
    // An empty text is not a message, and no reason to lose the connection either.
    if (isBlank(text)) return [{ bytes }];
    const answer = this.#likeFastapi ? () => wroteLine(text) : undefined;
    return [{ request: { type: "publish", ref: "", room: this.#room, text }, answer, bytes }];
  }

  say(line: Reply | Push): Frame | Close | undefined {
    if (line.type === "message") return frameOf(plainLine(line));
    return sayError(line);
  }

  frames(batch: Batch, cursor: number): Frame[] {
    return batch.plainFramesAfter(cursor);
  }
}

/** A plain client is told only of errors, by a close. */
export function sayError(line: Reply | Push): Close | undefined {
  return line.type === "error" ? CLOSES[line.code] ?? CloseCode.internal : undefined;
}
