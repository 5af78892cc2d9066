/** The lines of `chat.v1`, as far as the client uses them: commands up, replies and pushes down. @module */

/** The dialect asked for. */
export const SUBPROTOCOL = "chat.v1";

/** @typedef {{ id: string, name: string }} Member */
/** @typedef {Member & { seq: number, text: string, ts: number, nonce?: string }} Message */
/** An entry with a place in a room: a message, or a kind that only a newer client knows. @typedef {Message | { seq: number, ts?: unknown }} RoomEntry */
/** @typedef {{ epoch: string, seq: number }} Position */

/**
 * The fields that the client uses of each line that comes down, as in `chat/protocol.md`. Those that are not optional
 * have been checked. `closeCode` is our own: that of the connection which ended before it brought a reply.
 *
 * @typedef {object} Lines
 * @property {{ id: string, name: string, limits: { commandBurst?: unknown, commandsPerSecond?: unknown } }} welcome
 * @property {Position & { room: string, memberCount: number, messages: RoomEntry[] } & Joined} joined
 * @property {{ ref: string, name?: string } & Partial<Position>} ok
 * @property {{ room: string, epoch: string, messages: RoomEntry[], more?: boolean }} history
 * @property {{ ids: string[], more?: boolean }} reactors
 * @property {{ heads: Record<string, Position> }} pong
 * @property {{ code: string, message: string, retryAfterMs?: number, closeCode?: number }} error
 * @property {Message & { room: string }} message
 * @property {{ room: string, seq: number }} change
 * @property {{ room: string, joins: Member[], leaves: string[], memberCount: number, members?: Member[] }} presence
 * @property {{ room: string, id: string }} typing
 * @property {{ room: string, epoch: string, first: number, head: number }} reset
 * @property {{ afterMs: number }} reconnect
 */
/** @typedef {{ recovered?: boolean, missed?: number, members?: Member[] }} Joined */

/** A line of one type that came down. @template {keyof Lines} Type @typedef {{ type: Type, ref?: string } & Lines[Type]} Of */
/** A line that came down. @typedef {{ [Type in keyof Lines]: Of<Type> }[keyof Lines]} Line */

/**
 * The commands.
 *
 * @typedef {object} Commands
 * @property {{ room: string, after?: Position }} join
 * @property {{ room: string }} leave
 * @property {{ room: string, nonce: string, text: string }} publish
 * @property {{ room: string, before: number, limit: number }} history
 * @property {{ name: string }} rename
 */
/**
 * The type of the reply to each, where it is not an `error`.
 * @typedef {{ join: "joined", leave: "ok", publish: "ok", history: "history", rename: "ok" }} Replies
 */
/** The answer to each. @typedef {{ [Type in keyof Replies]: Of<Replies[Type]> | Of<"error"> }} Answers */

/** @typedef {(value: unknown) => boolean} Check */

/** @type {Check} */
const isString = (value) => typeof value === "string";
/** A count, a number or a time. @type {Check} */
export const isNumber = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {Check} */
const isMember = (value) => isObject(value) && isString(value.id) && isString(value.name);
/** @param {unknown} value @returns {value is Message} */
export const isMessage = (value) =>
  isObject(value) && isMember(value) && isNumber(value.seq) && isString(value.text) && isNumber(value.ts);
/** @type {Check} */
const isEntry = (value) => isObject(value) && isNumber(value.seq);
/** @type {(is: Check) => Check} */
const listOf = (is) => (value) => Array.isArray(value) && value.every(is);

/** A check of every field that is not optional. @template Line @typedef {{ [F in Needed<Line>]: Check }} Checks */
/** @template Line @typedef {{ [F in keyof Line]-?: {} extends Pick<Line, F> ? never : F }[keyof Line]} Needed */

/**
 * The fields without which a line could not be used. Lines of other types are passed over.
 * @type {{ [Type in keyof Lines]: Checks<Lines[Type]> }}
 */
const FIELDS = {
  welcome: { id: isString, name: isString, limits: isObject },
  joined: { room: isString, epoch: isString, seq: isNumber, memberCount: isNumber, messages: listOf(isEntry) },
  ok: { ref: isString },
  history: { room: isString, epoch: isString, messages: listOf(isEntry) },
  reactors: { ids: listOf(isString) },
  pong: { heads: isObject },
  error: { code: isString, message: isString },
  message: { room: isString, seq: isNumber, id: isString, name: isString, text: isString, ts: isNumber },
  change: { room: isString, seq: isNumber },
  presence: { room: isString, joins: listOf(isMember), leaves: listOf(isString), memberCount: isNumber },
  typing: { room: isString, id: isString },
  reset: { room: isString, epoch: isString, first: isNumber, head: isNumber },
  reconnect: { afterMs: isNumber },
};
/** @type {Map<unknown, Record<string, Check>>} */
const CHECKS = new Map(Object.entries(FIELDS));

/**
 * Reads a frame. Lines of an unknown type, or not as they must be, are left out: a newer server may send them.
 *
 * @param {string} frame lines, separated by newlines
 * @returns {Line[]}
 */
export function decodeFrame(frame) {
  const lines = [];
  for (const text of frame.split("\n")) {
    const line = text === "" ? undefined : decodeLine(text);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** @param {string} text @returns {Line | undefined} */
function decodeLine(text) {
  try {
    const line = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {value is Line} */
function isLine(value) {
  const checks = isObject(value) && CHECKS.get(value.type);
  return !!checks && Object.entries(checks).every(([field, is]) => is(value[field]));
}
