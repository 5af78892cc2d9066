/** The lines of `chat.v1`, as far as the client uses them: commands up, replies and pushes down. @module */

/** The dialect asked for. */
export const SUBPROTOCOL = "chat.v1";
/** What this client knows beyond messages. */
export const FEATURES = ["changes"];

/** @typedef {{ id: string, name: string }} Member */
/** @typedef {Member & { seq: number, ts: number, nonce?: string, kind?: undefined } & Content} Message */
/**
 * @typedef {object} Content
 * @property {string} text
 * @property {number} [rev] the `seq` of the last change in it
 * @property {number} [version] how often it was edited
 * @property {true} [deleted] its text is gone
 * @property {Reaction[]} [reactions]
 * @property {number} [reply] the `seq` of the message that it answers
 * @property {number} [replies] how many answer it
 * @property {string[]} [mentions]
 */
/** @typedef {{ emoji: string, count: number, mine?: true }} Reaction */
/** A message that another one answers, as far as it is shown there. @typedef {Pick<Message, "seq" | "id" | "name" | "text" | "ts" | "rev" | "deleted">} Quote */
/** @typedef {Member & { seq: number, ts: number, nonce?: string, target: number }} Changed */
/** @typedef {Changed & { kind: "edit", text: string, version: number, mentions?: string[], deleted?: true }} Edit */
/** @typedef {Changed & { kind: "delete" }} Delete */
/** @typedef {Changed & { kind: "react", emoji: string, on: boolean }} React */
/** @typedef {Edit | Delete | React} Change */
/** What the owner of a room has set. @typedef {{ title: string, topic: string, visibility: "public" | "unlisted" | "private", writers: "all" | "known" | "members", locked: boolean, archived?: boolean, pinned?: number | null, history?: "all" | "joined", slowMs?: number, editWindowMs?: number, newcomerDelayMs?: number, keepDays?: number, keepMessages?: number }} RoomSettings */
/** @typedef {"owner" | "moderator" | "member" | "guest" | "banned"} Role */
/** What somebody is in a room; `untilMs`: until when it is banned, or muted. @typedef {{ role?: Role, mute?: boolean, untilMs?: number }} Standing */
/** A change of a room itself. @typedef {Member & { seq: number, ts: number, nonce?: string } & ({ kind: "settings", set: Partial<RoomSettings> } | { kind: "member", member: string, kick?: true } & Standing)} RoomChange */
/** An event that only a newer client knows. @typedef {{ seq: number, ts?: unknown, kind?: unknown }} Unknown */
/** What has a place in a room. @typedef {Message | Change | Unknown} RoomEvent */
/** @typedef {{ epoch: string, seq: number }} Position */
/** A room in the directory; `ts`: when it had its newest event, `mine`: one has a place in it. @typedef {{ room: string, members: number, ts: number, head?: number, title?: string, mine?: true, with?: { id: string, name?: string } }} Listed */

/** An invitation as it is listed; `uses`: how many may still come in by it, `until`: when it ends. @typedef {{ invite: string, role?: Role, uses: number, until: number }} Invite */
/** @typedef {"member" | "moderator"} InvitedRole */
/** A bot; `rooms`: those that it is for. @typedef {{ id: string, name: string, rooms: string[], may: "read" | "write" | "moderate", ts: number }} Bot */
/** A message that was reported, as it is now. @typedef {{ target: number, count: number, ts: number, reasons: string[], message?: Quote }} Report */

/**
 * The fields that the client uses of each line that comes down, as in `chat/protocol.md`. Those that are not optional
 * have been checked. `closeCode` is our own: that of the connection which ended before it brought a reply.
 *
 * @typedef {object} Lines
 * @property {{ id: string, name: string, features?: string[], limits: { commandBurst?: unknown, commandsPerSecond?: unknown, editMs?: unknown } }} welcome
 * @property {Position & { room: string, memberCount: number, messages: RoomEvent[] } & Joined} joined
 * @property {{ ref: string, name?: string, room?: string, deleted?: number, more?: boolean, durability?: "fsync" | "os" | "memory" } & Partial<Position>} ok
 * @property {{ room: string, epoch: string, messages: RoomEvent[], more?: boolean, from?: number, to?: number, ordinal?: number, refs?: Quote[] }} history
 * @property {{ ids: string[], more?: boolean }} reactors
 * @property {{ rooms: Listed[], more?: boolean }} rooms
 * @property {{ secret: string, uses: number, until: number }} invited
 * @property {{ invites: Invite[] }} invites
 * @property {{ secret: string }} bot
 * @property {{ bots: Bot[] }} bots
 * @property {{ count: number, reports: Report[], more?: boolean }} reports
 * @property {{ changes: RoomChange[], more?: boolean }} audit
 * @property {{ heads: Record<string, Position> }} pong
 * @property {{ code: string, message: string, retryAfterMs?: number, until?: number, closeCode?: number }} error
 * @property {Message & { room: string }} message
 * @property {Unknown & { room: string }} change
 * @property {{ room: string, joins: Member[], leaves: string[], memberCount: number, members?: Member[] }} presence
 * @property {{ room: string, id: string }} typing
 * @property {{ room: string, may: string[], until?: number }} may
 * @property {{ room: string, count: number }} reported
 * @property {Listed} mine
 * @property {{ room: string, seq: number, code: string, until?: number }} removed
 * @property {{ room: string, epoch: string, first: number, head: number }} reset
 * @property {{ inMs: number }} expiring
 * @property {{ afterMs: number }} reconnect
 */
/**
 * @typedef {object} Joined
 * @property {boolean} [recovered]
 * @property {number} [missed]
 * @property {Member[]} [members]
 * @property {number} [first] the oldest message that is kept
 * @property {number} [ordinal] how many messages the room has had up to `seq`
 * @property {string[]} [may] what this client may do in it
 * @property {number} [until] when it may write, if that comes by itself
 * @property {Quote[]} [refs] messages elsewhere that these answer
 * @property {string[]} [between] the two whose room it is
 * @property {RoomSettings} [settings] absent in a room that nobody has set up
 * @property {(Standing & { member: string })[]} [places] of those who are more or less than guests
 */

/** A line of one type that came down. @template {keyof Lines} Type @typedef {{ type: Type, ref?: string } & Lines[Type]} Of */
/** A line that came down. @typedef {{ [Type in keyof Lines]: Of<Type> }[keyof Lines]} Line */

/**
 * The commands.
 *
 * @typedef {object} Commands
 * @property {{ room: string, after?: Position & { ordinal?: number } }} join
 * @property {{ room: string }} leave
 * @property {Event & { text: string, reply?: number, epoch?: string, mentions?: string[] }} publish
 * @property {Event & Target & { text: string, version: number, mentions?: string[] }} edit
 * @property {Event & Target} delete
 * @property {Event & Target & { emoji: string, on: boolean }} react
 * @property {{ room: string, target: number, emoji: string, after?: string }} reactors
 * @property {{ room: string, before?: number, after?: number, thread?: number, limit: number }} history
 * @property {{ query?: string, mine?: true, after?: { room: string, ts: number } }} rooms
 * @property {{ room: string, role?: InvitedRole, uses?: number, untilMs?: number }} invite
 * @property {{ room: string }} invites
 * @property {{ room: string, invite: string }} uninvite
 * @property {{ room: string, nonce: string, secret: string }} redeem
 * @property {{ token: string }} token
 * @property {{ id: string }} dm
 * @property {{ room: string, target: number, epoch: string, reason?: string }} report
 * @property {{ room: string, before?: number }} reports
 * @property {{ room: string, target: number, epoch: string }} resolve
 * @property {{ room: string, id: string, sinceMs: number }} purge
 * @property {Event & { target: number | null, epoch: string }} pin
 * @property {Event & { again: string }} destroy
 * @property {{ room: string, before?: number }} audit
 * @property {{ secret: string }} claim
 * @property {{ next?: string }} revoke
 * @property {{ name: string, rooms?: string[], may?: Bot["may"] }} bot
 * @property {{}} bots
 * @property {{ name: string }} unbot
 * @property {{ name: string }} rename
 * @property {{ nonce: string, room?: string, set: Partial<RoomSettings> }} create
 * @property {Event & { set: Partial<RoomSettings> }} settings
 * @property {Event & { id: string, kick?: true } & Standing} member
 */
/** @typedef {{ room: string, nonce: string }} Event */
/** The message that a change is of: by its `seq` in an epoch, or as one of one's own that are not acknowledged yet. @typedef {{ target?: number, epoch?: string, targetNonce?: string }} Target */
/**
 * The type of the reply to each, where it is not an `error`.
 * @typedef {{ join: "joined", history: "history", reactors: "reactors", rooms: "rooms", invite: "invited", invites: "invites", bot: "bot", bots: "bots", reports: "reports", audit: "audit" } & { [Type in Simple]: "ok" }} Replies
 */
/** @typedef {"leave" | "publish" | "edit" | "delete" | "react" | "token" | "claim" | "revoke" | "rename" | "create" | "settings" | "member" | "uninvite" | "unbot" | "redeem" | "dm" | "report" | "resolve" | "purge" | "pin" | "destroy"} Simple */
/** The answer to each. @typedef {{ [Type in keyof Replies]: Of<Replies[Type]> | Of<"error"> }} Answers */

/** @typedef {(value: unknown) => boolean} Check */

/** @type {Check} */
export const isString = (value) => typeof value === "string";
/** @type {Check} */
const isBoolean = (value) => typeof value === "boolean";
/** A count, a number or a time. @param {unknown} value @returns {value is number} */
export const isNumber = (value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is Member & Record<string, unknown>} */
export const isMember = (value) => isObject(value) && isString(value.id) && isString(value.name);
/** @param {unknown} value @returns {value is Message} */
export const isMessage = (value) =>
  isMember(value) && value.kind === undefined && isNumber(value.seq) && isString(value.text) && isNumber(value.ts);
/** @type {Check} */
export const isEvent = (value) => isObject(value) && isNumber(value.seq);
/** @type {(is: Check) => Check} */
export const isListOf = (is) => (value) => Array.isArray(value) && value.every(is);

/** A check of every field that is not optional. @template Line @typedef {{ [F in Needed<Line>]: Check }} Checks */
/** @template Line @typedef {{ [F in keyof Line]-?: {} extends Pick<Line, F> ? never : F }[keyof Line]} Needed */
/** The lines that only a client for people uses. @typedef {"reactors" | "rooms" | "invited" | "invites" | "bot" | "bots" | "reports" | "audit" | "may" | "reported" | "mine"} Further */
/** What is read: the fields that each type of line must have. @typedef {Map<unknown, Record<string, Check>>} Readable */

/**
 * The fields without which a line could not be used. Lines of other types are passed over.
 * @type {{ [Type in Exclude<keyof Lines, Further>]: Checks<Lines[Type]> }}
 */
const FIELDS = {
  welcome: { id: isString, name: isString, limits: isObject },
  joined: { room: isString, epoch: isString, seq: isNumber, memberCount: isNumber, messages: isListOf(isEvent) },
  ok: { ref: isString },
  history: { room: isString, epoch: isString, messages: isListOf(isEvent) },
  pong: { heads: isObject },
  error: { code: isString, message: isString },
  message: { room: isString, seq: isNumber, id: isString, name: isString, text: isString, ts: isNumber },
  change: { room: isString, seq: isNumber },
  presence: { room: isString, joins: isListOf(isMember), leaves: isListOf(isString), memberCount: isNumber },
  typing: { room: isString, id: isString },
  removed: { room: isString, seq: isNumber, code: isString },
  reset: { room: isString, epoch: isString, first: isNumber, head: isNumber },
  expiring: { inMs: isNumber },
  reconnect: { afterMs: isNumber },
};

/** The fields without which a change could not be used, by its kind. @type {Record<Change["kind"], Record<string, Check>>} */
const CHANGES = {
  edit: { text: isString, version: isNumber },
  delete: {},
  react: { emoji: isString, on: isBoolean },
};
/** @type {Map<unknown, Record<string, Check>>} */
const CHANGE_FIELDS = new Map(Object.entries(CHANGES));

/** Whether this client knows what it does. @param {unknown} event @returns {event is Change} */
export function isChange(event) {
  return isMember(event) && isNumber(event.target) && has(event, CHANGE_FIELDS.get(event.kind));
}

/** The message that an event changes: a reply, too, which counts there. @param {RoomEvent} event */
export function targetOf(event) {
  return isChange(event) ? event.target : isMessage(event) ? event.reply : undefined;
}

/** Whether what was refused may be done later: the server says when, or there was no answer that would say it. @param {Of<"error">} error */
export function isForNow({ code, retryAfterMs }) {
  return retryAfterMs !== undefined || code === "unavailable" || code === "link_down";
}

/** @param {object} [further] lines beside those of every client, with their fields @returns {Readable} */
export function readable(further) {
  return new Map(Object.entries({ ...FIELDS, ...further }));
}

/**
 * Reads a frame. Lines of an unknown type, or not as they must be, are left out: a newer server may send them.
 *
 * @param {string} frame lines, separated by newlines
 * @param {Readable} types
 * @returns {Line[]}
 */
export function decodeFrame(frame, types) {
  return frame.split("\n").flatMap((text) => decodeLine(text, types) ?? []);
}

/** @param {string} text @param {Readable} types @returns {Line | undefined} */
function decodeLine(text, types) {
  try {
    const line = JSON.parse(text);
    if (has(line, types.get(line.type))) return line;
    // An event has its place in the room, whatever it is: left out, it would look like a loss.
    const isNew = line.ref === undefined && (line.type === "message" || !types.has(line.type));
    return isNew && has(line, FIELDS.change) ? { ...line, type: "change" } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Record<string, unknown>} value @param {Record<string, Check>} [fields] */
function has(value, fields) {
  return fields !== undefined && Object.entries(fields).every(([field, is]) => is(value[field]));
}
