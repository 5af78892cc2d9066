/** Reads lines as commands. `chat/protocol.md` is the specification; its examples are run against this file. @module */

import * as limits from "../limits.ts";
import { readEmoji } from "./emoji.ts";
import { checkId, isProvable, readBotName } from "./identity.ts";
import { Invalid } from "./invalid.ts";
import type { Role } from "../event/event.ts";
import type { After, Command, ErrorCode } from "./lines.ts";
import { readName, ROOM_PATTERN, ROOMS_PATTERN } from "./names.ts";
import { readChangedSettings } from "./room_settings.ts";
import { hasAtMost, textFits } from "./size.ts";
import {
  isObject,
  optional,
  readBoolean,
  readInteger,
  readLine,
  readList,
  readOneOf,
  readSeq,
  readString,
  readTrue,
} from "./values.ts";
import { isBlank } from "./visible.ts";

/** A line that is not a command. Its message, for the client, says why. */
export class BadCommandError extends Error {
  /** The error's name. */
  override name = "BadCommandError";
  /** What is wrong. */
  readonly code: ErrorCode;
  /** The line's `ref`, if it has a usable one. */
  readonly ref?: string;

  /** Takes the reason; the client reads `message`. */
  constructor(code: ErrorCode, message: string, ref?: string) {
    super(message);
    this.code = code;
    this.ref = ref;
  }
}

/** Those of an object that was read. */
export type Fields = Record<string, unknown>;

/**
 * Reads one line as a command. Unknown fields are ignored, so that a newer client can talk to an older server.
 *
 * @param line one JSON object
 * @throws {BadCommandError} if it is not exactly as specified
 */
export function decodeCommand(line: string): Command {
  return readCommand(parseObject(line));
}

/** Reads the fields of a command, from wherever they come. @throws {BadCommandError} as {@linkcode decodeCommand} */
export function readCommand(fields: Fields): Command {
  const ref = readRef(fields);
  checkShape(fields, 1, ref);
  const { type } = fields;
  if (typeof type !== "string" || !Object.hasOwn(READERS, type)) {
    throw new BadCommandError("unknown_type", `"type" must be one of ${Object.keys(READERS).join(", ")}`, ref);
  }
  if (ref === undefined && type !== "typing") {
    throw new BadCommandError("bad_command", `"ref" must be a string of 1 to ${limits.REF_CHARACTERS} characters`);
  }
  try {
    return { type, ref, ...READERS[type as Command["type"]](fields) } as Command;
  } catch (error) {
    if (error instanceof Invalid) throw new BadCommandError("bad_command", error.message, ref);
    throw error;
  }
}

/** A text without the byte order mark that some writers of text put before it. */
export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** The message that a change is of: by its number in an epoch, or by its nonce. */
interface Target {
  target?: number;
  epoch?: string;
  targetNonce?: string;
}

/** The fields of each command besides its type and its `ref`. */
const READERS: { [T in Command["type"]]: (fields: Fields) => Omit<Extract<Command, { type: T }>, "type" | "ref"> } = {
  hello: ({ name, key, token, features }) => ({
    name: optional(name, readName),
    key: optional(key, (key) => readString("key", key, limits.KEY_CHARACTERS)),
    token: optional(token, readToken),
    features: optional(features, readFeatures),
  }),
  token: ({ token }) => ({ token: readToken(token) }),
  join: ({ room, after }) => ({ room: readRoom(room), after: optional(after, readAfter) }),
  leave: ({ room }) => ({ room: readRoom(room) }),
  publish: (fields) => ({
    ...readEvent(fields),
    text: readText(fields.text),
    reply: optional(fields.reply, (reply) => readSeq("reply", reply)),
    epoch: optional(fields.epoch, readEpoch),
    mentions: readMentions(fields.mentions),
  }),
  edit: (fields) => ({
    ...readChange(fields),
    version: readInteger("version", fields.version, 0, Number.MAX_SAFE_INTEGER),
    text: readText(fields.text),
    mentions: readMentions(fields.mentions),
  }),
  delete: (fields) => ({
    ...readChange(fields),
    reason: optional(fields.reason, readReason),
  }),
  react: (fields) => ({ ...readChange(fields), emoji: readEmoji(fields.emoji), on: readBoolean("on", fields.on) }),
  create: (fields) => ({
    nonce: readString("nonce", fields.nonce, limits.NONCE_CHARACTERS),
    room: optional(fields.room, readRoom),
    set: optional(fields.set, readChangedSettings),
  }),
  settings: ({ set, ...fields }) => ({ ...readEvent(fields), set: readChangedSettings(set) }),
  member: ({ id, role, mute, kick, untilMs, reason, ...fields }) => ({
    ...readEvent(fields),
    id: readMember("id", id),
    role: optional(role, (role) => readOneOf("role", role, ROLES)),
    mute: optional(mute, (mute) => readBoolean("mute", mute)),
    kick: optional(kick, (kick) => readTrue("kick", kick)),
    untilMs: optional(untilMs, (until) => readInteger("untilMs", until, 0, Number.MAX_SAFE_INTEGER)),
    reason: optional(reason, readReason),
  }),
  invite: ({ room, role, uses, untilMs }) => ({
    room: readRoom(room),
    role: optional(role, (role) => readOneOf("role", role, ["moderator", "member"])),
    uses: optional(uses, (uses) => readInteger("uses", uses, 1, limits.INVITE_USES_MOST)),
    untilMs: optional(untilMs, (until) => readInteger("untilMs", until, 0, Number.MAX_SAFE_INTEGER)),
  }),
  invites: ({ room }) => ({ room: readRoom(room) }),
  uninvite: ({ room, invite }) => ({
    room: readRoom(room),
    invite: readString("invite", invite, limits.SECRET_CHARACTERS),
  }),
  redeem: ({ secret, ...fields }) => ({
    ...readEvent(fields),
    secret: readString("secret", secret, limits.SECRET_CHARACTERS),
  }),
  history: ({ room, before, after, limit, thread }) => ({
    room: readRoom(room),
    before: optional(before, (before) => readSeq("before", before)),
    after: optional(after, (after) => readOnlyAfter(after, before ?? thread)),
    limit: optional(limit, (limit) => readInteger("limit", limit, 1, limits.PAGE_MESSAGES)),
    thread: optional(thread, (thread) => readSeq("thread", thread)),
  }),
  reactors: ({ room, target, emoji, after }) => ({
    room: readRoom(room),
    target: readSeq("target", target),
    emoji: readEmoji(emoji),
    after: optional(after, (after) => readMember("after", after)),
  }),
  rooms: ({ query, mine, after }) => ({
    query: optional(query, (query) => readString("query", query, limits.TITLE_CHARACTERS)),
    mine: optional(mine, (mine) => readTrue("mine", mine)),
    after: optional(after, readListed),
  }),
  dm: ({ id }) => ({ id: readMember("id", id) }),
  revoke: ({ next }) => ({ next: optional(next, (next) => readProvable("next", next)) }),
  claim: ({ secret }) => ({ secret: readString("secret", secret, limits.SECRET_CHARACTERS) }),
  bot: ({ name, rooms, may }) => ({
    name: readBotName(name),
    rooms: optional(rooms, (rooms) => readList("rooms", rooms, limits.BOT_ROOMS, readRooms)),
    may: optional(may, (may) => readOneOf("may", may, ["read", "write", "moderate"])),
  }),
  bots: () => ({}),
  unbot: ({ name }) => ({ name: readBotName(name) }),
  erase: ({ nonce }) => ({ nonce: readString("nonce", nonce, limits.NONCE_CHARACTERS) }),
  report: ({ room, target, epoch, reason }) => ({
    room: readRoom(room),
    target: readSeq("target", target),
    epoch: optional(epoch, readEpoch),
    reason: optional(reason, readReason),
  }),
  reports: ({ room, before }) => ({
    room: readRoom(room),
    before: optional(before, (before) => readSeq("before", before)),
  }),
  pin: ({ target, epoch, ...fields }) => ({
    ...readEvent(fields),
    target: target === null ? null : readSeq("target", target),
    epoch: optional(epoch, readEpoch),
  }),
  audit: ({ room, before }) => ({
    room: readRoom(room),
    before: optional(before, (before) => readSeq("before", before)),
  }),
  destroy: ({ again, ...fields }) => ({ ...readEvent(fields), again: readSameRoom(again, fields.room) }),
  resolve: ({ room, target, epoch }) => ({
    room: readRoom(room),
    target: readSeq("target", target),
    epoch: optional(epoch, readEpoch),
  }),
  purge: ({ room, id, sinceMs }) => ({
    room: readRoom(room),
    id: readMember("id", id),
    sinceMs: readInteger("sinceMs", sinceMs, 1, limits.PURGE_MS),
  }),
  typing: ({ room }) => ({ room: readRoom(room) }),
  rename: ({ name }) => ({ name: readName(name) }),
  ping: () => ({}),
};

/** The object in a text. @param what that is, as the error names it @throws {BadCommandError} if it is none */
export function parseObject(text: string, what = "A line"): Fields {
  let value: unknown;
  try {
    value = JSON.parse(withoutMark(text));
  } catch {
    throw new BadCommandError("bad_json", `${what} must be one JSON object: this one does not parse`);
  }
  if (!isObject(value)) throw new BadCommandError("bad_json", `${what} must be one JSON object: this is another value`);
  return value;
}

function checkShape(value: unknown, depth: number, ref: string | undefined): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > limits.JSON_DEPTH) {
    throw new BadCommandError("bad_json", `A line must not nest deeper than ${limits.JSON_DEPTH} levels`, ref);
  }
  let entries = 0;
  // What was parsed inherits nothing that this would meet.
  for (const key in value) {
    if (++entries > limits.JSON_KEYS) {
      throw new BadCommandError(
        "bad_json",
        `An object or array must not have more than ${limits.JSON_KEYS} entries`,
        ref,
      );
    }
    checkShape((value as Fields)[key], depth + 1, ref);
  }
}

function readRef(fields: Fields): string | undefined {
  const ref = Object.hasOwn(fields, "ref") ? fields.ref : undefined;
  return typeof ref === "string" && ref !== "" && hasAtMost(limits.REF_CHARACTERS, ref) ? ref : undefined;
}

function readRoom(value: unknown): string {
  if (typeof value === "string" && ROOM_PATTERN.test(value)) return value;
  throw new Invalid(`"room" must be 1 to 64 of the characters a-z, 0-9 and -`);
}

/** A room, or with a star at the end all whose names begin so. */
function readRooms(value: unknown): string {
  if (typeof value === "string" && ROOMS_PATTERN.test(value)) return value;
  throw new Invalid('"rooms" must have only names of rooms, perhaps with a star at the end: "ops-*"');
}

/** The name of a room once more: so that nobody erases one by a slip. */
function readSameRoom(value: unknown, room: unknown): string {
  if (value === room) return readRoom(value);
  throw new Invalid('"again" must be the name of the room once more: nothing of it can be brought back');
}

const ROLES: readonly Role[] = ["owner", "moderator", "member", "guest", "banned"];

function readReason(value: unknown): string {
  return readLine("reason", value, limits.REASON_CHARACTERS);
}

function readFeatures(value: unknown): string[] {
  return readList("features", value, limits.FEATURES, (one) => readString("features", one, limits.FEATURE_CHARACTERS));
}

function readToken(value: unknown): string {
  return readString("token", value, limits.TOKEN_CHARACTERS);
}

function readAfter(value: unknown): After {
  if (!isObject(value)) throw new Invalid('"after" must be an object with "epoch" and "seq"');
  return {
    epoch: readEpoch(value.epoch),
    seq: readInteger("seq", value.seq, 0, Number.MAX_SAFE_INTEGER),
    ordinal: optional(value.ordinal, (ordinal) => readInteger("ordinal", ordinal, 0, Number.MAX_SAFE_INTEGER)),
  };
}

function readEpoch(value: unknown): string {
  return readString("epoch", value, limits.NONCE_CHARACTERS);
}

function readOnlyAfter(value: unknown, other: unknown): number {
  if (other !== undefined) throw new Invalid('"after" goes neither with "before" nor with "thread"');
  return readInteger("after", value, 0, Number.MAX_SAFE_INTEGER);
}

function readListed(value: unknown): { room: string; ts: number } {
  if (!isObject(value)) throw new Invalid('"after" must be an object with "room" and "ts"');
  return { room: readRoom(value.room), ts: readInteger("ts", value.ts, 0, Number.MAX_SAFE_INTEGER) };
}

/** What every event has: the room that it goes to, and its mark. */
function readEvent({ room, nonce }: Fields): { room: string; nonce: string } {
  return { room: readRoom(room), nonce: readString("nonce", nonce, limits.NONCE_CHARACTERS) };
}

/** What every change has besides: the message that it changes. */
function readChange(fields: Fields): ReturnType<typeof readEvent> & Target {
  const { target, epoch, targetNonce } = fields;
  if ((target === undefined) === (targetNonce === undefined)) {
    throw new Invalid('A change must have either "target", the seq of a message, or "targetNonce", the nonce of yours');
  }
  return {
    ...readEvent(fields),
    target: optional(target, (target) => readSeq("target", target)),
    epoch: optional(epoch, readEpoch),
    targetNonce: optional(targetNonce, (nonce) => readString("targetNonce", nonce, limits.NONCE_CHARACTERS)),
  };
}

/** The ids that a message mentions, each once; nothing for none, so that both ways of saying that are the same content. */
function readMentions(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const ids = readList("mentions", value, limits.MENTIONS, (id) => readMember("mentions", id));
  return ids.length === 0 ? undefined : [...new Set(ids)];
}

function readMember(field: string, value: unknown): string {
  try {
    if (typeof value === "string" && value.isWellFormed()) return checkId(value);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
  }
  throw new Invalid(`"${field}" must have only ids, as others are shown them`);
}

/** An id that nobody can use without proof. */
function readProvable(field: string, value: unknown): string {
  const id = readMember(field, value);
  if (!isProvable(id)) throw new Invalid(`"${field}" must be an id that is proven`);
  return id;
}

function readText(value: unknown): string {
  if (typeof value !== "string") throw new Invalid('"text" must be a string');
  if (!value.isWellFormed()) throw new Invalid('"text" must be well-formed Unicode: it has a lone surrogate');
  if (isBlank(value)) throw new Invalid('"text" must have something in it that can be seen');
  if (!textFits(value)) throw new Invalid(`"text" must have at most ${limits.TEXT_CHARACTERS} characters`);
  return value;
}
