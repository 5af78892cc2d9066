/**
 * The lines of `chat.v1`, as `chat/protocol.md` specifies them: commands go up, replies and pushes come down.
 *
 * @module
 */

import { jsonLine } from "../base/escape.ts";
import * as limits from "../limits.ts";
import type {
  AnyStoredChange,
  EventRefusal,
  MemberChange,
  NewChange,
  NewMessage,
  Role,
  RoomSettings,
  SettingsChange,
  StoredEvent,
  StoredMessage,
  StoredRoomChange,
} from "../event/event.ts";
import type { Bot } from "../log/bots.ts";
import type { Durability } from "../log/message_log.ts";
import type { DirectoryRoom, ListedRoom } from "../log/directory.ts";
import type { Reported } from "../log/reports.ts";

/** The subprotocol a client asks for to speak JSON. Without it a socket speaks plain text. */
export const SUBPROTOCOL = "chat.v1";

/** A position in a room. */
export interface Position {
  /** The life of the store under which `seq` counts. */
  epoch: string;
  /** The last message before the position. */
  seq: number;
}

/** The position of a client that comes back. */
export interface After extends Position {
  /** How many messages the room has had up to it, if the client knows that. */
  ordinal?: number;
}

/** The feature of a client that understands changes of messages. One without it is sent a message for each. */
export const CHANGES = "changes";
/** The feature of a server whose store can list its rooms. */
export const ROOMS = "rooms";

/** The feature of a server whose store keeps invitations. */
export const INVITES = "invites";
/** The feature of a server whose store keeps reports. */
export const REPORTS = "reports";
/** The feature of a server whose store finds what one id has written. */
export const PURGE = "purge";
/** The feature of a server whose store keeps bots, for an operator. */
export const BOTS = "bots";
/** The feature of a server whose store finds the room of two people. */
export const DIRECT = "dm";

/** A change as its author asks for it: of a message by its number, or by the nonce of one of its own. */
export type ChangeCommand<Change extends NewChange = NewChange> = Change extends unknown ?
    & { type: Change["kind"]; ref: string; room: string; nonce: string }
    & Omit<Change, "kind" | "id" | "name" | "nonce">
    & InEpoch
  : never;

/** The life of the store in which the number that a command has means the message. Absent: whichever life it comes into. */
interface InEpoch {
  epoch?: string;
}

/** What a message has that is sent. */
type Content = Pick<NewMessage, "text" | "reply" | "mentions">;

/** Whose place in a room is to change, and how. */
export type MemberFields = Omit<MemberChange, "kind" | "member"> & { id: string };

/** What somebody can become by an invitation. */
export type InvitedRole = "moderator" | "member";

/** A client's request. `ref` comes back in the reply. */
export type Command =
  | { type: "hello"; ref: string; name?: string; key?: string; token?: string; features?: string[] }
  | { type: "token"; ref: string; token: string }
  | { type: "join"; ref: string; room: string; after?: After }
  | { type: "leave"; ref: string; room: string }
  | { type: "publish"; ref: string; room: string; nonce: string } & Content & InEpoch
  | ChangeCommand
  | { type: "create"; ref: string; nonce: string; room?: string; set?: Partial<RoomSettings> }
  | { type: "settings"; ref: string; room: string; nonce: string; set: Partial<RoomSettings> }
  | { type: "member"; ref: string; room: string; nonce: string } & MemberFields
  | { type: "invite"; ref: string; room: string; role?: InvitedRole; uses?: number; untilMs?: number }
  | { type: "invites"; ref: string; room: string }
  | { type: "uninvite"; ref: string; room: string; invite: string }
  | { type: "redeem"; ref: string; room: string; nonce: string; secret: string }
  | { type: "history"; ref: string; room: string; before?: number; after?: number; limit?: number; thread?: number }
  | { type: "reactors"; ref: string; room: string; target: number; emoji: string; after?: string }
  | { type: "rooms"; ref: string; query?: string; mine?: true; after?: Pick<ListedRoom, "room" | "ts"> }
  | { type: "dm"; ref: string; id: string }
  | { type: "erase"; ref: string; nonce: string }
  | { type: "revoke"; ref: string; next?: string }
  | { type: "claim"; ref: string; secret: string }
  | { type: "bot"; ref: string; name: string; rooms?: string[]; may?: Bot["may"] }
  | { type: "bots"; ref: string }
  | { type: "unbot"; ref: string; name: string }
  | { type: "report"; ref: string; room: string; target: number; reason?: string } & InEpoch
  | { type: "reports"; ref: string; room: string; before?: number }
  | { type: "pin"; ref: string; room: string; nonce: string; target: number | null } & InEpoch
  | { type: "audit"; ref: string; room: string; before?: number }
  | { type: "destroy"; ref: string; room: string; nonce: string; again: string }
  | { type: "resolve"; ref: string; room: string; target: number } & InEpoch
  | { type: "purge"; ref: string; room: string; id: string; sinceMs: number }
  | { type: "typing"; ref?: string; room: string }
  | { type: "rename"; ref: string; name: string }
  | { type: "ping"; ref: string };

/** Someone in a room. Connections with the same id are one member. */
export interface MemberInfo {
  /** Its id, the same in every room. */
  id: string;
  /** The name that others see. Not unique. */
  name: string;
}

/** The members: by name, unless there are too many to list. */
export interface MemberList {
  /** How many there are. */
  memberCount: number;
  /** All of them; absent above `MEMBERS_LISTED`. */
  members?: MemberInfo[];
}

/** A message that another one answers: only as much of it as is shown there, and so no copy of it. */
export interface Quote extends Pick<StoredMessage, "seq" | "id" | "name" | "text" | "ts" | "rev" | "deleted"> {
  /** Its beginning. */
  text: string;
}

/** The part of a `joined` that says where the member begins. */
export interface Joined extends Position, MemberList {
  /** The newest event of the room, as of this reply. */
  seq: number;
  /** The oldest message that is kept. */
  first: number;
  /** Above it every event is kept. */
  floor: number;
  /** How many messages the room has had up to `seq`. */
  ordinal: number;
  /** Whether everything after the asked-for position follows, without a gap. */
  recovered: boolean;
  /** If not recovered and the number is known: how many messages are not being sent. */
  missed?: number;
  /** What its owner has set; absent for a room that nobody has set up. */
  settings?: RoomSettings;
  /** Those who are more or less than guests in it, as the changes said that made them so. */
  places?: Place[];
  /** The two whose room it is; absent for all other rooms. */
  between?: SettingsChange["between"];
  /** If recovered, the first of the events that follow; else the newest messages. */
  messages: StoredEvent[];
  /** Messages elsewhere that these answer, as far as they are kept, and the one that is pinned. */
  refs?: Quote[];
}

/** What somebody is in a room. With `banned` or `mute`, `untilMs` says until when; absent: for ever. */
export type Place = Pick<MemberChange, "member" | "role" | "mute" | "untilMs">;

/** What a client may do in a room, as far as that does not depend on the message. */
export type Ability = "publish" | NewChange["kind"] | "moderate" | "settings";

/** The part of a `history` that was read. */
export interface HistoryPage {
  /** The life of the store that it is of. */
  epoch: string;
  /** Every message that was asked for, is kept, and is numbered from here… */
  from: number;
  /** …to here, is in it. */
  to: number;
  /** By rising `seq`. */
  messages: StoredEvent[];
  /**
   * Of what was asked for with `after`: how many messages the room had had before these, if that is known. A client that has counted them knows by it
   * whether some were removed between two pages.
   */
  ordinal?: number;
  /** See {@linkcode Joined.refs}. */
  refs?: Quote[];
  /** Whether older ones are kept; of what was asked for with `after`, whether newer ones are. */
  more: boolean;
}

/** A room in the directory. */
export interface DirectoryEntry extends DirectoryRoom {
  /** How many members it has now, on the server process that answers. */
  members: number;
}

/** An invitation as those are told of it who may take it back. */
export interface ListedInvite {
  /** The SHA-256 of its secret, in hexadecimal. */
  invite: string;
  /** What those who come in by it become. */
  role: Role;
  /** How many more may. */
  uses: number;
  /** When it ends, in milliseconds since the epoch. */
  until: number;
  /** The id that made it. */
  by: string;
}

/** A bot as operators are told of it. */
export interface ListedBot extends Bot {
  /** The id under which it speaks. */
  id: string;
}

/** A message that was reported. Nobody is told by whom. */
export interface ListedReport extends Reported {
  /** Its beginning, as it is now. */
  message?: Quote;
}

/** A message as members get it. */
export interface WireMessage extends StoredMessage {
  /** Tells it from other lines. */
  type: "message";
  /** The room it is in. */
  room: string;
}

/** A change as members get it. */
export type WireChange = { type: "change"; room: string } & AnyStoredChange;

/** The answer to a command. */
export type Reply =
  | {
    type: "welcome";
    ref: string;
    id: string;
    name: string;
    session: string;
    version: string;
    features: string[];
    limits: typeof WIRE_LIMITS;
  }
  | { type: "joined"; ref: string; room: string; may: Ability[]; until?: number } & Joined
  | {
    type: "ok";
    ref: string;
    epoch?: string;
    seq?: number;
    ts?: number;
    durability?: Durability;
    /** There was nothing to do. */
    unchanged?: true;
    /** It was stored before, with the same nonce: `seq` and `ts` are those of then. */
    repeated?: true;
    name?: string;
    /** The room that was made. */
    room?: string;
    /** How many messages were deleted. */
    deleted?: number;
    /** There are others: the same command goes on. */
    more?: true;
    /** Where a stream's reader begins: see `Place` in `offset.ts`. */
    below?: number;
  }
  | { type: "history"; ref: string; room: string } & HistoryPage
  | {
    type: "reactors";
    ref: string;
    room: string;
    target: number;
    emoji: string;
    ids: string[];
    /** Whether there are others behind the last of them. */
    more: boolean;
  }
  | { type: "rooms"; ref: string; rooms: DirectoryEntry[]; more: boolean }
  | { type: "invited"; ref: string; room: string; secret: string; role: InvitedRole; uses: number; until: number }
  | { type: "invites"; ref: string; room: string; invites: ListedInvite[] }
  | { type: "bot"; ref: string; secret: string } & ListedBot
  | { type: "bots"; ref: string; bots: ListedBot[] }
  | { type: "reports"; ref: string; room: string; count: number; reports: ListedReport[]; more: boolean }
  | { type: "audit"; ref: string; room: string; changes: StoredRoomChange[]; more: boolean }
  | { type: "pong"; ref: string; heads: Record<string, Position> }
  | { type: "error"; ref?: string; code: ErrorCode; message: string; retryAfterMs?: number; until?: number };

/** A line that comes unasked. */
export type Push =
  | WireMessage
  | WireChange
  | {
    type: "presence";
    room: string;
    joins: MemberInfo[];
    leaves: string[];
    /** Everybody: replaces the client's list. Sent to a client that was too slow for the changes. */
    members?: MemberInfo[];
    memberCount: number;
  }
  | { type: "typing"; room: string; id: string }
  | { type: "may"; room: string; may: Ability[]; until?: number }
  | { type: "reported"; room: string; count: number }
  | { type: "mine" } & DirectoryEntry
  | { type: "removed"; room: string; seq: number; code: RoomRefusal | "kicked"; until?: number }
  | { type: "reset"; room: string; epoch: string; first: number; head: number }
  | { type: "expiring"; inMs: number }
  | { type: "reconnect"; afterMs: number };

/** Why a command was refused. Which commands may be sent again is in `chat/protocol.md`, "error". */
export type ErrorCode =
  | "bad_json"
  | "bad_command"
  | "unknown_type"
  | "too_many_lines"
  | "hello_first"
  | "already_hello"
  | "bad_key"
  | "bad_token"
  | "expired"
  | "revoked"
  | "no_access"
  | "not_joined"
  | "too_many_rooms"
  | "room_full"
  | "name_taken"
  | "unsupported"
  | RoomRefusal
  | "room_exists"
  | "too_many_invites"
  | "bot_exists"
  | "nonce_used"
  | EventRefusal
  | "store_full"
  | "rate_limited"
  | "unavailable";

/** Why a room does not let somebody do something. */
export type RoomRefusal =
  | "no_access"
  | "banned"
  | "muted"
  | "archived"
  | "locked"
  | "needs_proof"
  | "members_only"
  | "too_new"
  | "not_allowed"
  | "last_owner"
  | "too_many_members";

/** Gives a reply or a push as one line, without the newline and without any control character. */
export function encode(line: Reply | Push): string {
  return jsonLine(line);
}

/** The limits that the server enforces on every client, listed in `welcome`. */
export const WIRE_LIMITS = {
  textCharacters: limits.TEXT_CHARACTERS,
  nameGraphemes: limits.NAME_GRAPHEMES,
  frameBytes: limits.FRAME_IN_BYTES,
  frameLines: limits.FRAME_IN_LINES,
  rooms: limits.ROOMS_PER_CONNECTION,
  historyPage: limits.PAGE_MESSAGES,
  replay: limits.REPLAY_MESSAGES,
  replayChanges: limits.REPLAY_CHANGES,
  mentions: limits.MENTIONS,
  emoji: limits.EMOJI_PER_MESSAGE,
  editMs: limits.EDIT_MS,
  reactorsPage: limits.PAGE_REACTORS,
  roomsPage: limits.PAGE_ROOMS,
  commandBurst: limits.COMMAND_BURST,
  commandsPerSecond: limits.COMMANDS_PER_S,
  readBurst: limits.READ_BURST,
  readsPerSecond: limits.READS_PER_S,
  joinReads: limits.READ_PRICES.join,
  resumeReads: limits.READ_PRICES.resume,
  historyReads: limits.READ_PRICES.history,
  reactorsReads: limits.READ_PRICES.reactors,
  roomsReads: limits.READ_PRICES.rooms,
  renameBurst: limits.RENAME_BURST,
  renameMs: limits.RENAME_MS,
} as const;
