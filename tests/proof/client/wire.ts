/**
 * The lines of `chat.v1`, as far as the proof uses them; written from `chat/protocol.md`, so that a field which the server
 * forgets is missed here.
 *
 * @module
 */

import type { Change, Content, Entry, Message, Position } from "../judge/evidence.ts";

/** A position with the number of messages up to it, as far as the client knows that. */
export type After = Position & { ordinal?: number };

/** A command that is stored: it has a nonce, and is sent again until it is answered. */
export type Lasting =
  & { room: string; nonce: string; epoch?: string }
  & (
    | { type: "publish"; text: string; reply?: number; mentions?: string[] }
    | { type: "edit"; target?: number; targetNonce?: string; version: number; text: string; mentions?: string[] }
    | { type: "delete"; target?: number; targetNonce?: string }
    | { type: "react"; target?: number; targetNonce?: string; emoji: string; on: boolean }
  );

export type Command =
  | { type: "hello"; name: string; key?: string; features?: string[] }
  | { type: "join"; room: string; after?: After }
  | { type: "leave"; room: string }
  | Lasting
  | { type: "history"; room: string; before?: number; after?: number; limit?: number }
  | { type: "reactors"; room: string; target: number; emoji: string; after?: string }
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
      first: number;
      floor: number;
      ordinal: number;
      recovered: boolean;
      missed?: number;
      messages: Entry[];
      refs?: Message[];
      members?: { id: string; name: string }[];
    }
    | { type: "ok"; epoch: string; seq: number; ts: number; durability: string; unchanged?: boolean }
    | {
      type: "history";
      room: string;
      epoch: string;
      from: number;
      to: number;
      messages: Message[];
      refs?: Message[];
      more: boolean;
    }
    | { type: "reactors"; room: string; target: number; emoji: string; ids: string[]; more: boolean }
    | { type: "pong"; heads: Record<string, Position> }
    | { type: "error"; code: string; retryAfterMs?: number }
    | { type: "message"; room: string } & Message
    | { type: "change"; room: string } & Change
    | { type: "reset"; room: string; epoch: string; first: number; head: number }
    | { type: "reconnect"; afterMs: number }
    | {
      type: "presence";
      room: string;
      joins: { id: string; name: string }[];
      leaves: string[];
      members?: { id: string; name: string }[];
    }
    | { type: "typing" }
  );

export type LineOf<T extends Line["type"]> = Extract<Line, { type: T }>;

/** Errors after which the same command may be sent again. */
const PASSING = new Set(["rate_limited", "unavailable", "store_full", "too_many_lines"]);

/** Whether an error is final. */
export function isFinal(code: string): boolean {
  return !PASSING.has(code);
}

const LASTING: ReadonlySet<string> = new Set(["publish", "edit", "delete", "react"]);

export function isLasting(command: Command | undefined): command is Lasting {
  return command !== undefined && LASTING.has(command.type);
}

/** What a command asks for, as the judge compares it. */
export function contentOf({ type, ...fields }: Lasting): Content {
  const { text, reply, mentions, target, targetNonce, version, emoji, on } = fields as Content;
  return {
    kind: type === "publish" ? undefined : type,
    text,
    reply,
    mentions,
    target,
    targetNonce,
    version,
    emoji,
    on,
  };
}

export function linesOf<T>(frame: string): T[] {
  return frame.split("\n").map((line) => JSON.parse(line) as T);
}

/** What is sent in one frame, at four bytes a character: a little less than the server takes. */
const FRAME = { lines: 32, bytes: 60_000 };

/** Lines in as few frames as possible. */
export function framesOf(lines: string[]): string[] {
  const frames: string[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const last = frames.at(-1);
    const fits = last !== undefined && bytes + 4 * line.length < FRAME.bytes && last.length < FRAME.lines;
    if (fits) last.push(line);
    else frames.push([line]);
    bytes = (fits ? bytes : 0) + 4 * (line.length + 1);
  }
  return frames.map((frame) => frame.join("\n"));
}
