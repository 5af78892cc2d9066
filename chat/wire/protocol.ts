/**
 * The wire: what goes over a `chat.v1` socket and what a plain one shows. `chat/protocol.md` is the specification; its
 * examples are run against this file.
 *
 * @module
 */

import { jsonLine } from "../base/escape.ts";
import type { Durability, StoredMessage } from "../log/message_log.ts";
import * as limits from "../limits.ts";
import { beginsWithBase, countGraphemes, isBlank, visibleName } from "./visible.ts";

/** The subprotocol a client asks for to speak JSON. Without it a socket speaks plain text. */
export const SUBPROTOCOL = "chat.v1";

/** What a room may be called. */
export const ROOM_PATTERN = /^[a-z0-9-]{1,64}$/;
/** The room of who names none. */
export const DEFAULT_ROOM = "lobby";

/** What a client asks for. `ref` comes back in the reply. */
export type Command =
  | { type: "hello"; ref: string; name?: string; key?: string }
  | { type: "join"; ref: string; room: string; after?: { epoch: string; seq: number } }
  | { type: "leave"; ref: string; room: string }
  | { type: "publish"; ref: string; room: string; nonce: string; text: string }
  | { type: "history"; ref: string; room: string; before?: number; limit?: number }
  | { type: "typing"; ref?: string; room: string }
  | { type: "rename"; ref: string; name: string }
  | { type: "ping"; ref: string };

/** Someone in a room. Connections with the same id are one member. */
export interface MemberInfo {
  /** Who it is, in every room and for good. */
  id: string;
  /** What others see. Not unique. */
  name: string;
}

/** A message as members get it. */
export interface WireMessage extends StoredMessage {
  /** Tells it from other lines. */
  type: "message";
  /** Where it was said. */
  room: string;
}

/** What the server will hold a client to, told in `welcome`. Units as in `limits.ts`. */
export interface WireLimits {
  /** Longest text, in code points. */
  textCharacters: number;
  /** Longest name, in grapheme clusters. */
  nameGraphemes: number;
  /** Largest frame, in bytes. */
  frameBytes: number;
  /** Commands in a frame. */
  frameLines: number;
  /** Rooms at a time. */
  rooms: number;
  /** Messages in a page of history. */
  historyPage: number;
  /** Messages sent to who resumes. */
  replay: number;
  /** Commands at once. */
  commandBurst: number;
  /** Commands for as long as one likes. */
  commandsPerSecond: number;
  /** Tokens for reading at once, beside those for commands. */
  readBurst: number;
  /** Tokens for reading for as long as one likes. */
  readsPerSecond: number;
  /** Tokens for reading that a `join` without a position takes. */
  joinReads: number;
  /** Those that a `join` with one takes. */
  resumeReads: number;
  /** Those that a `history` takes. */
  historyReads: number;
  /** Other names at once. */
  renameBurst: number;
  /** Milliseconds between other names for as long as one likes. */
  renameMs: number;
}

/** The answer to a command. */
export type Reply =
  | { type: "welcome"; ref: string; id: string; name: string; session: string; version: string; limits: WireLimits }
  | {
    type: "joined";
    ref: string;
    room: string;
    epoch: string;
    /** The newest message of the room, as of this reply. */
    seq: number;
    /** Whether everything after the asked-for position follows, without a gap. */
    recovered: boolean;
    /** Where not recovered and the number is known: how many messages are not being sent. */
    missed?: number;
    memberCount: number;
    /** Absent above `MEMBERS_LISTED`. */
    members?: MemberInfo[];
    messages: StoredMessage[];
  }
  | { type: "ok"; ref: string; epoch?: string; seq?: number; ts?: number; durability?: Durability; name?: string }
  | { type: "history"; ref: string; room: string; epoch: string; messages: StoredMessage[]; more: boolean }
  | { type: "pong"; ref: string; heads: Record<string, { epoch: string; seq: number }> }
  | { type: "error"; ref?: string; code: ErrorCode; message: string; retryAfterMs?: number };

/** What comes unasked. */
export type Push =
  | WireMessage
  | {
    type: "presence";
    room: string;
    joins: MemberInfo[];
    leaves: string[];
    /** Everybody: replaces what the client had. Sent to who was too slow for the changes. */
    members?: MemberInfo[];
    memberCount: number;
  }
  | { type: "typing"; room: string; id: string }
  | { type: "reset"; room: string; epoch: string; first: number; head: number }
  | { type: "reconnect"; afterMs: number };

/** Why a command was refused. `rate_limited` and `unavailable` may be tried again, the others are final. */
export type ErrorCode =
  | "bad_json"
  | "bad_command"
  | "unknown_type"
  | "too_many_lines"
  | "hello_first"
  | "already_hello"
  | "bad_key"
  | "not_joined"
  | "too_many_rooms"
  | "room_full"
  | "nonce_used"
  | "store_full"
  | "rate_limited"
  | "unavailable";

/** A close: its code, its reason, and whether a client should come back with its positions. */
export interface Close {
  /** As RFC 6455 numbers them, or from 4000 ours. */
  code: number;
  /** For the developer who reads it; at most 123 bytes. */
  reason: string;
}

/** Every close the server sends; `protocol.md` says what a client does about each. */
export const CloseCode = {
  goingAway: { code: 1001, reason: "The server is stopping: reconnect and resume" },
  binary: { code: 1003, reason: "Only text frames are understood" },
  tooManyErrors: { code: 1008, reason: "Too many bad commands" },
  tooFast: { code: 1008, reason: "Too many messages: slow down" },
  tooBig: { code: 1009, reason: "Too big: see the limits" },
  internal: { code: 1011, reason: "Something went wrong here: reconnect and resume" },
  unavailable: { code: 1013, reason: "Not stored: try again later" },
  roomFull: { code: 1013, reason: "The room is full: try again later" },
  overloaded: { code: 1013, reason: "The server has too much to do: reconnect later" },
  noHello: { code: 4001, reason: "No hello in time" },
  tooSlow: { code: 4008, reason: "Too slow: reconnect and resume" },
} as const satisfies Record<string, Close>;

/** A line that is no command, and why: answered to the client, in words it can act on. */
export class BadCommandError extends Error {
  /** Tells it from other errors. */
  override name = "BadCommandError";
  /** What is wrong. */
  readonly code: ErrorCode;
  /** The line's `ref`, where it has a usable one. */
  readonly ref?: string;

  /** Says why; `message` is what the client reads. */
  constructor(code: ErrorCode, message: string, ref?: string) {
    super(message);
    this.code = code;
    this.ref = ref;
  }
}

type Fields = Record<string, unknown>;

/**
 * Reads one line as a command. Unknown fields are ignored, so that a newer client can talk to an older server.
 *
 * @param line one JSON object
 * @throws {BadCommandError} if it is not exactly what the specification asks for
 */
export function decodeCommand(line: string): Command {
  const fields = parseObject(line);
  const ref = readRef(fields);
  const { type } = fields;
  if (typeof type !== "string" || !Object.hasOwn(READERS, type)) {
    throw new BadCommandError("unknown_type", `"type" must be one of ${Object.keys(READERS).join(", ")}`, ref);
  }
  if (ref === undefined && type !== "typing") {
    throw new BadCommandError("bad_command", `"ref" must be a string of 1 to ${limits.REF_CHARACTERS} characters`);
  }
  try {
    return READERS[type as Command["type"]](fields, ref!);
  } catch (error) {
    if (error instanceof TypeError) throw new BadCommandError("bad_command", error.message, ref);
    throw error;
  }
}

/** Gives a reply or a push as one line, without the newline and without any control character. */
export function encode(line: Reply | Push): string {
  return jsonLine(line);
}

/** What everybody is held to. */
export const WIRE_LIMITS: WireLimits = {
  textCharacters: limits.TEXT_CHARACTERS,
  nameGraphemes: limits.NAME_GRAPHEMES,
  frameBytes: limits.FRAME_IN_BYTES,
  frameLines: limits.FRAME_IN_LINES,
  rooms: limits.ROOMS_PER_CONNECTION,
  historyPage: limits.PAGE_MESSAGES,
  replay: limits.REPLAY_MESSAGES,
  commandBurst: limits.COMMAND_BURST,
  commandsPerSecond: limits.COMMANDS_PER_S,
  readBurst: limits.READ_BURST,
  readsPerSecond: limits.READS_PER_S,
  joinReads: limits.READ_PRICES.join,
  resumeReads: limits.READ_PRICES.resume,
  historyReads: limits.READ_PRICES.history,
  renameBurst: limits.RENAME_BURST,
  renameMs: limits.RENAME_MS,
};

/** Whether a text has at most {@linkcode limits.TEXT_CHARACTERS} code points. */
export function textFits(text: string): boolean {
  return hasAtMost(limits.TEXT_CHARACTERS, text);
}

/** Whether a text has at most so many code points: what is called characters wherever a bound is not one of what is seen. */
function hasAtMost(most: number, text: string): boolean {
  if (text.length <= most) return true;
  if (text.length > 2 * most) return false;
  let characters = 0;
  for (const _ of text) characters++;
  return characters <= most;
}

/** Whether a frame has at most {@linkcode limits.FRAME_IN_BYTES} bytes. */
export function frameFits(frame: string): boolean {
  // Each of a string's units is one to three bytes: so the bytes need counting only in between.
  if (frame.length > limits.FRAME_IN_BYTES) return false;
  return 3 * frame.length <= limits.FRAME_IN_BYTES || wireBytes(frame) <= limits.FRAME_IN_BYTES;
}

/** How many bytes a text is on the wire: in UTF-8. */
export function wireBytes(text: string): number {
  return utf8.encode(text).length;
}

const READERS: { [T in Command["type"]]: (fields: Fields, ref: string) => Command } = {
  hello: (fields, ref) => ({
    type: "hello",
    ref,
    name: fields.name === undefined ? undefined : readName(fields.name),
    key: fields.key === undefined ? undefined : readString(fields, "key", limits.KEY_CHARACTERS),
  }),
  join: (fields, ref) => ({ type: "join", ref, room: readRoom(fields), after: readPosition(fields.after) }),
  leave: (fields, ref) => ({ type: "leave", ref, room: readRoom(fields) }),
  publish: (fields, ref) => ({
    type: "publish",
    ref,
    room: readRoom(fields),
    nonce: readString(fields, "nonce", limits.NONCE_CHARACTERS),
    text: readText(fields.text),
  }),
  history: (fields, ref) => ({
    type: "history",
    ref,
    room: readRoom(fields),
    before: fields.before === undefined ? undefined : readInteger(fields, "before", 1, Number.MAX_SAFE_INTEGER),
    limit: fields.limit === undefined ? undefined : readInteger(fields, "limit", 1, limits.PAGE_MESSAGES),
  }),
  typing: (fields, ref) => ({ type: "typing", ref, room: readRoom(fields) }),
  rename: (fields, ref) => ({ type: "rename", ref, name: readName(fields.name) }),
  ping: (_fields, ref) => ({ type: "ping", ref }),
};

function parseObject(line: string): Fields {
  let value: unknown;
  try {
    // Some writers of text put a byte order mark before what they write.
    value = JSON.parse(line.startsWith("\uFEFF") ? line.slice(1) : line);
  } catch {
    throw new BadCommandError("bad_json", "A line must be one JSON object: this one does not parse");
  }
  if (!isObject(value)) throw new BadCommandError("bad_json", "A line must be one JSON object: this is another value");
  checkShape(value, 1);
  return value;
}

function checkShape(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > limits.JSON_DEPTH) {
    throw new BadCommandError("bad_json", `A line must not nest deeper than ${limits.JSON_DEPTH} levels`);
  }
  const values = Object.values(value);
  if (values.length > limits.JSON_KEYS) {
    throw new BadCommandError("bad_json", `An object or array must not have more than ${limits.JSON_KEYS} entries`);
  }
  for (const inner of values) checkShape(inner, depth + 1);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readRef(fields: Fields): string | undefined {
  const ref = Object.hasOwn(fields, "ref") ? fields.ref : undefined;
  return typeof ref === "string" && ref !== "" && hasAtMost(limits.REF_CHARACTERS, ref) ? ref : undefined;
}

function readRoom(fields: Fields): string {
  if (typeof fields.room === "string" && ROOM_PATTERN.test(fields.room)) return fields.room;
  throw new TypeError('"room" must be 1 to 64 of the characters a-z, 0-9 and -');
}

function readString(fields: Fields, field: string, most: number): string {
  const value = fields[field];
  if (typeof value === "string" && value !== "" && hasAtMost(most, value) && value.isWellFormed()) return value;
  throw new TypeError(`"${field}" must be a string of 1 to ${most} characters`);
}

function readInteger(fields: Fields, field: string, least: number, most: number): number {
  const value = fields[field];
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new TypeError(`"${field}" must be an integer from ${least} to ${most}`);
}

function readPosition(value: unknown): { epoch: string; seq: number } | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new TypeError('"after" must be an object with "epoch" and "seq"');
  return {
    epoch: readString(value, "epoch", limits.NONCE_CHARACTERS),
    seq: readInteger(value, "seq", 0, Number.MAX_SAFE_INTEGER),
  };
}

function readText(value: unknown): string {
  if (typeof value !== "string") throw new TypeError('"text" must be a string');
  if (!value.isWellFormed()) throw new TypeError('"text" must be well-formed Unicode: it has a lone surrogate');
  if (isBlank(value)) throw new TypeError('"text" must have something in it that can be seen');
  if (!textFits(value)) throw new TypeError(`"text" must have at most ${limits.TEXT_CHARACTERS} characters`);
  return value;
}

const utf8 = new TextEncoder();

function readName(value: unknown): string {
  const wanted = `"name" must be a string of 1 to ${limits.NAME_GRAPHEMES} visible characters`;
  if (typeof value !== "string" || !value.isWellFormed()) throw new TypeError(wanted);
  checkNameBytes(value);
  // They would turn round what is written behind the name as well.
  if (/[\u202A-\u202E\u2066-\u2069]/.test(value)) throw new TypeError('"name" must not override the direction of text');
  const name = visibleName(value);
  if (!beginsWithBase(name) || countGraphemes(name) > limits.NAME_GRAPHEMES) throw new TypeError(wanted);
  checkNameBytes(name);
  return name;
}

function checkNameBytes(name: string): void {
  const bytes = wireBytes(name);
  if (bytes <= limits.NAME_BYTES) return;
  throw new TypeError(`"name" must have at most ${limits.NAME_BYTES} bytes in UTF-8: received ${bytes}`);
}
