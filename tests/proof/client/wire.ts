/**
 * The lines of `chat.v1`, as far as the proof uses them; written from `chat/protocol.md`, so that a field which the server
 * forgets is missed here.
 *
 * @module
 */

import type { Message, Position } from "../judge/evidence.ts";

export type Command =
  | { type: "hello"; name: string }
  | { type: "join"; room: string; after?: Position & { ordinal?: number } }
  | { type: "leave"; room: string }
  | { type: "publish"; room: string; nonce: string; text: string }
  | { type: "history"; room: string; before?: number; limit?: number }
  | { type: "ping" };

/** A command as it goes up. */
export type Sent = Command & { ref: string };

/** The lines that come down. One with a `ref` is a reply. */
export type Line =
  & { ref?: string }
  & (
    | { type: "welcome" }
    | {
      type: "joined";
      room: string;
      epoch: string;
      seq: number;
      recovered: boolean;
      missed?: number;
      messages: Message[];
    }
    | { type: "ok"; epoch: string; seq: number; ts: number; durability: string }
    | { type: "history"; room: string; epoch: string; messages: Message[]; more: boolean }
    | { type: "pong"; heads: Record<string, Position> }
    | { type: "error"; code: string; retryAfterMs?: number }
    | { type: "message"; room: string } & Message
    | { type: "reset"; room: string; epoch: string; first: number; head: number }
    | { type: "reconnect"; afterMs: number }
    | { type: "presence" | "typing" }
  );

export type LineOf<T extends Line["type"]> = Extract<Line, { type: T }>;

/** Errors after which the same command may be sent again. */
const PASSING = new Set(["rate_limited", "unavailable", "store_full", "too_many_lines"]);

/** Whether an error is final. */
export function isFinal(code: string): boolean {
  return !PASSING.has(code);
}

export function linesOf<T>(frame: string): T[] {
  return frame.split("\n").map((line) => JSON.parse(line) as T);
}
