/**
 * The dialect of those who only read, over HTTP. What they ask is known before they come: it is in the request. The first thing that they are
 * told, as a line of JSON, says whether they may read, and where they begin; what follows are events, or one page of JSON.
 *
 * @module
 */

import { jsonLine } from "../base/escape.ts";
import { type Close, CloseCode } from "../wire/close.ts";
import { type Frame, frameOf } from "../wire/frame.ts";
import { CHANGES, type Push, type Reply } from "../wire/lines.ts";
import { type Beginning, offsetOf } from "../wire/offset.ts";
import type { Batch } from "./batch.ts";
import type { Dialect, Live } from "./dialect.ts";
import { type Control, controlEvent, retryField } from "./stream_text.ts";

/** What a reader wants. */
export interface StreamAsked {
  from: Beginning;
  /** For how long; absent: only what there is. */
  live?: Live;
  /** What it proves its id with: see the command `hello`. */
  key?: string;
  token?: string;
  /** Goes into all that it is told of its place. */
  cursor: string;
}

/** A client that comes back begins where it has read to, or is told that this cannot be. */
const BROKEN: Close = { code: CloseCode.goingAway.code, reason: "The run of events is broken: reconnect" };

export function stream(room: string, { from, live, key, token, cursor }: StreamAsked): Dialect {
  let begun = false;
  const controlOf = ({ epoch, last, head, below }: Batch, seq = last): Control => ({
    streamNextOffset: offsetOf({ epoch, seq, below }),
    streamCursor: cursor,
    upToDate: seq >= head || undefined,
  });
  const events: Dialect["frames"] = (batch, after) =>
    batch.dataEventsAfter(after).map(({ text, bytes, seq }) => {
      const control = frameOf(controlEvent(controlOf(batch, seq)));
      return { text: text + control.text, bytes: bytes + control.bytes };
    });
  const page: Dialect["frames"] = (batch, after) => {
    const entries = batch.entriesAfter(after);
    return entries.length === 0 ? [] : [frameOf(`${jsonLine(controlOf(batch))}\n[${entries.join(",\n")}]`)];
  };
  return {
    name: "stream",
    hasReplies: true,
    knowsChanges: true,
    isUnseen: true,
    isBrief: live !== "sse",
    arrivals: [
      { type: "hello", ref: "", key, token, features: [CHANGES] },
      { type: "follow", ref: "", room, from, live },
    ],
    read: () => [],
    say(line) {
      if (begun) return sayLater(line, live);
      begun = BEGINNINGS.has(line.type);
      return begun ? frameOf(jsonLine(line)) : undefined;
    },
    frames: live === "sse" ? events : page,
  };
}

/** `ok`: the reader may, and begins there; `reset`: what follows its place is not kept; `error`: it may not. */
const BEGINNINGS = new Set<string>(["ok", "reset", "error"]);

function sayLater(line: Reply | Push, live: Live | undefined): Frame | Close | undefined {
  if (line.type === "reconnect" && live === "sse") return frameOf(retryField(line.afterMs));
  if (line.type === "reset") return BROKEN;
  if (line.type === "error" && line.code === "unavailable") return CloseCode.unavailable;
  return line.type === "removed" || line.type === "error" ? CloseCode.notAllowed : undefined;
}
