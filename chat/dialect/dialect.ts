/**
 * A dialect is a codec: what a client sends becomes requests, and what is said to it becomes frames. The same rules hold for all requests,
 * whichever dialect they came in; only what a dialect cannot say makes a difference.
 *
 * @module
 */

import type { Close } from "../wire/close.ts";
import type { BadCommandError } from "../wire/decode.ts";
import type { Frame } from "../wire/frame.ts";
import type { Command, Push, Reply } from "../wire/lines.ts";
import type { Batch } from "./batch.ts";

/** A command of `chat.v1`, or what a plain client asks for instead: a reply cannot be told to it, so its `ref` is empty. */
export type Request =
  | Command
  | { type: "publish"; ref: string; room: string; text: string; nonce?: undefined }
  /** Joins a room for what is said from now on. */
  | { type: "enter"; ref: string; room: string };

/** One thing that was read in a frame. It costs its sender's rate, even if there is nothing to do. */
export interface Asked {
  request?: Request;
  /** What its sender is told when the text's turn comes, beside any reply. */
  answer?: () => string;
  /** Its size. */
  bytes: number;
}

export interface Dialect {
  readonly name: "chat.v1" | "plain" | "echo";
  /** Whether a client must say who it is before it asks for anything. */
  readonly beginsWithHello: boolean;
  /**
   * Whether a client can be told of more than messages. One that cannot is slowed down where others are told to wait, and closed where
   * others are told that messages are missing.
   */
  readonly hasReplies: boolean;
  /** What a client asks for by coming. */
  readonly arrival?: Request;
  /** Reads a frame. */
  read(frame: string): Iterable<Asked | BadCommandError>;
  /** A line, which may share a frame with others; a frame; a close, where that is how it is said; nothing, where it is not said. */
  say(line: Reply | Push): string | Frame | Close | undefined;
  /** What a batch has after `cursor`. */
  frames(batch: Batch, cursor: number): Frame[];
  /** Says that somebody has left, where a client is told so. */
  farewell?(id: string): string;
}
