/**
 * A dialect is a codec: it makes requests of a client's frames, and frames of the lines for the client. The same rules hold for all requests
 * of any dialect; they differ only in what a dialect cannot say.
 *
 * @module
 */

import type { Close } from "../wire/close.ts";
import type { BadCommandError } from "../wire/decode.ts";
import type { Frame } from "../wire/frame.ts";
import type { Command, Push, Reply } from "../wire/lines.ts";
import type { Beginning } from "../wire/offset.ts";
import type { Batch } from "./batch.ts";

/** A command of `chat.v1`, or a plain client's equivalent: it gets no reply, so its `ref` is empty. */
export type ChatRequest =
  | Command
  | {
    type: "publish";
    ref: string;
    room: string;
    text: string;
    nonce?: undefined;
    reply?: undefined;
    epoch?: undefined;
    mentions?: undefined;
  }
  /** Joins a room for its messages from now on. */
  | { type: "enter"; ref: string; room: string }
  /** Looks into a room for the one thing that is asked for next: nobody there is told. */
  | { type: "visit"; ref: string; room: string }
  /** Reads a room from a place on. */
  | { type: "follow"; ref: string; room: string; from: Beginning; live?: Live };

/** `sse`: all that comes, until either end has enough; `long-poll`: the first that comes, if there is nothing yet. */
export type Live = "sse" | "long-poll";

/**
 * One thing read in a frame, which costs its sender's rate. A command has a `request`, and so has a plain text; a text for the
 * echo has only an `answer`; a blank one has neither, and does no more than cost.
 */
export interface Input {
  request?: ChatRequest;
  /** The line for its sender when the text's turn comes, beside any reply. */
  answer?: () => string;
  bytes: number;
}

export interface Dialect {
  readonly name: "chat.v1" | "plain" | "echo" | "stream";
  /**
   * Whether a client can be told of more than messages. If not, it says no hello, is slowed down when others are told to wait, and
   * closed when others are told that messages are missing.
   */
  readonly hasReplies: boolean;
  /** Whether a client is told of changes as such. If not, it is told by messages, or not at all. */
  readonly knowsChanges: boolean;
  /** Whether a client is no member of the rooms that it reads: it can say nothing there, and nobody is told of it. */
  readonly isUnseen?: boolean;
  /** Whether a client comes for one answer: one that asks again and again would fill the service's log. */
  readonly isBrief?: boolean;
  /** The requests that a client makes by coming. */
  readonly arrivals?: readonly ChatRequest[];
  read(frame: string): Iterable<Input | BadCommandError>;
  /** A line, which may share a frame with others; a frame; a close, if that says it; or nothing, if the dialect cannot say it. */
  say(line: Reply | Push): string | Frame | Close | undefined;
  frames(batch: Batch, cursor: number): Frame[];
  /** The dialect of a client that has these features, where they make a difference. */
  withFeatures?(features: string[]): Dialect;
  /** Says that somebody has left, if clients are told so. */
  farewell?(id: string): string;
}
