/**
 * The tutorials' dialect: a frame is a text for the client's room, and a client is shown only messages. A refusal
 * is a close.
 *
 * @module
 */

import { type Close, CloseCode } from "../wire/close.ts";
import { BadCommandError, withoutMark } from "../wire/decode.ts";
import { frameOf } from "../wire/frame.ts";
import type { ErrorCode, Push, Reply } from "../wire/lines.ts";
import { textFits, wireBytes } from "../wire/size.ts";
import { isBlank } from "../wire/visible.ts";
import type { Dialect } from "./dialect.ts";
import { leftLine, plainLine, wroteLine } from "./plain_text.ts";

/** The close that tells of each error that a plain client can cause. Any other is a bug here. */
const CLOSES: { [Code in ErrorCode]?: Close } = {
  bad_command: CloseCode.tooBig,
  rate_limited: CloseCode.tooFast,
  no_access: CloseCode.notAllowed,
  banned: CloseCode.notAllowed,
  muted: CloseCode.notAllowed,
  archived: CloseCode.notAllowed,
  locked: CloseCode.notAllowed,
  needs_proof: CloseCode.notAllowed,
  members_only: CloseCode.notAllowed,
  too_new: CloseCode.notAllowed,
  slow_mode: CloseCode.notAllowed,
  room_full: CloseCode.roomFull,
  store_full: CloseCode.unavailable,
  unavailable: CloseCode.unavailable,
};

export const TOO_LONG: BadCommandError = new BadCommandError("bad_command", "The text is too long");

/** @param likeFastapi whether the client wants the other lines of FastAPI's example too */
export function plain(room: string, likeFastapi: boolean): Dialect {
  return {
    name: "plain",
    hasReplies: false,
    knowsChanges: false,
    arrivals: [{ type: "enter", ref: "", room }],
    read(frame) {
      if (!textFits(frame)) return [TOO_LONG];
      const text = withoutMark(frame);
      const bytes = wireBytes(frame);
      // An empty text is not a message, and no reason to lose the connection either.
      if (isBlank(text)) return [{ bytes }];
      const answer = likeFastapi ? () => wroteLine(text) : undefined;
      return [{ request: { type: "publish", ref: "", room, text }, answer, bytes }];
    },
    say: (line) => line.type === "message" ? frameOf(plainLine(line)) : sayError(line),
    frames: (batch, cursor) => batch.plainFramesAfter(cursor),
    farewell: likeFastapi ? leftLine : undefined,
  };
}

/** A plain client is told only of errors, by a close. */
export function sayError(line: Reply | Push): Close | undefined {
  if (line.type === "removed") return CloseCode.notAllowed;
  return line.type === "error" ? CLOSES[line.code] ?? CloseCode.internal : undefined;
}
