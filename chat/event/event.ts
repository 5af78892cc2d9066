/**
 * The events of a room. Everything that changes a room is one, numbered by one dense `seq`: a message, and each change of a
 * message. A message that is read is in its current state; `rev` is the last event that changed it.
 *
 * Every reader needs one rule: it takes a change if and only if its `seq` is greater than the message's `rev`, and of two
 * copies of a message it keeps the one with the greater `rev`. An answer changes the message that it answers by one reply
 * more, so that replies are counted right by the same rule.
 *
 * @module
 */

/** What everybody hands in with an event. */
interface Authored {
  /** The author's id. */
  id: string;
  /** The author's name at the time. */
  name: string;
  /** The author's own mark for the event: a room has at most one event of an author under a nonce, of whatever kind. */
  nonce?: string;
}

/** What every event has once it is stored. */
export interface Stamp {
  /** Its number in the room, from 1. */
  seq: number;
  /** When it was stored, by the clock of the process that did, in milliseconds since the epoch: `log/time_stamp.ts`. */
  ts: number;
}

/** A message as its author hands it in. It has no kind. */
export interface NewMessage extends Authored {
  kind?: undefined;
  /** Well-formed Unicode, of any length the caller allows. */
  text: string;
  /** The `seq` of the message that it answers. Nothing of it is copied, because a copy would outlive its deletion. */
  reply?: number;
  /** The ids of those whom it mentions. */
  mentions?: string[];
  /** The number of its edits, which a message has at once only if it was carried here from another store; absent means 0. */
  version?: number;
}

/** Another text for a message. */
export interface Edit {
  kind: "edit";
  text: string;
  /**
   * Handed in: the number of edits that the author knows of, because an edit of anything newer is a conflict. Stored:
   * the number of edits including it. Read later, it and the text are those that the message has by then.
   */
  version: number;
  mentions?: string[];
}

/** The end of a message: its text goes, its place stays. */
export interface Deletion {
  kind: "delete";
  /** For those who look into it later. It is stored and sent to nobody. */
  reason?: string;
}

/** An emoji of this author at a message, or its removal. */
export interface Reaction {
  kind: "react";
  emoji: string;
  on: boolean;
}

/** The kinds of change of a message, each with what only it has. */
export type Change = Edit | Deletion | Reaction;
export type ChangeKind = Change["kind"];

/** What somebody is in a room, from most to least. A guest is everybody who is nothing else. */
export type Role = "owner" | "moderator" | "member" | "guest" | "banned";

/** Another place in the room for somebody: a role, a mute, a kick. What is absent stays as it is. */
export interface MemberChange {
  kind: "member";
  /** The id of the one whose place it is. */
  member: string;
  role?: Role;
  mute?: boolean;
  /** Ends the presence of every connection under that id; they may come back where they may enter. */
  kick?: true;
  /** When the mute or the ban ends, in milliseconds since the epoch; absent: never. */
  untilMs?: number;
  /** For those who look into it later. It is stored and sent to nobody. */
  reason?: string;
}

/** What the owner of a room says of it. */
export interface RoomSettings {
  title: string;
  topic: string;
  /** `public` is listed, `unlisted` is entered by whoever knows its name, `private` by its members. */
  visibility: "public" | "unlisted" | "private";
  /** Those who may write and react: all, those with an id that can be proven, or members. */
  writers: "all" | "known" | "members";
  /** Only moderators may write. */
  locked: boolean;
  /** What a member of a private room may read: all that is kept, or only what comes from its place on. Where others read, it means nothing. */
  history: "all" | "joined";
  /** How long everybody below a moderator waits from one message to the next, in milliseconds; 0: not at all. */
  slowMs: number;
  /** How long a message may be edited, in milliseconds; 0: not at all. */
  editWindowMs: number;
  /** How long everybody below a moderator waits before it may write, in milliseconds from when it first came in or got its place; 0: not at all. */
  newcomerDelayMs: number;
  /** For how many days the room keeps messages, and how many of the newest, if that is less than the server keeps; 0: as the server does. */
  keepDays: number;
  keepMessages: number;
  /** Nobody writes in it, and it is in no list but that of those who have a place in it. */
  archived: boolean;
  /** The message that its moderators put before everybody; null: none. One that is deleted is none, either. */
  pinned?: number | null;
  /** Everything in it is erased, and nobody enters it any more. Only in its last event. */
  erased?: true;
}

/** Other settings. Those that are absent stay as they are. */
export interface SettingsChange {
  kind: "settings";
  set: Partial<RoomSettings>;
  /** The id that owns the room from then on. Only in its first event. */
  owner?: string;
  /** The two whose room it is: nobody owns it, and nobody else comes in. Only in its first event. */
  between?: [one: string, other: string];
}

/** The kinds of change of a room itself, which have no target. They say who may what, and so are kept for longer than others. */
export type RoomChange = MemberChange | SettingsChange;
export type RoomChangeKind = RoomChange["kind"];

interface NoTarget {
  target?: undefined;
  targetNonce?: undefined;
  deleted?: undefined;
}

/** A change of a message as it is handed in. `target` is the `seq` of a message, `targetNonce` the nonce of one of the author's own. */
export type NewChange = Change & Authored & { target?: number; targetNonce?: string };
/** A change of a room as it is handed in. */
export type NewRoomChange = RoomChange & Authored & NoTarget;
export type NewEvent = NewMessage | NewChange | NewRoomChange;

/** A change in the log, of the message `target`. `deleted`: it is read later, and the message has no text any more. */
export type StoredChange = Change & Authored & Stamp & { target: number; deleted?: true };
/** A change of a room in the log. */
export type StoredRoomChange = RoomChange & Authored & Stamp & NoTarget;
/** What is in the log and no message. */
export type AnyStoredChange = StoredChange | StoredRoomChange;
/** An event in the log. One that a newer version wrote may be of a kind that is not listed here: it is kept. */
export type StoredEvent = StoredMessage | AnyStoredChange;

/** The reactions to a message with one emoji. */
export interface Reactions {
  emoji: string;
  /** The number of different ids. */
  count: number;
  /** Whether the reader's is among them, where a page was read for one reader. */
  mine?: true;
}

/** A message in the log, in its current state. */
export interface StoredMessage extends NewMessage, Stamp {
  /** The `seq` of the last event that changed it; absent if nothing has. */
  rev?: number;
  /** Its text, mentions and reactions are gone. */
  deleted?: true;
  /** By the time of each emoji's first one. Absent if there are none. */
  reactions?: Reactions[];
  /** How many messages answer it; absent means 0. */
  replies?: number;
  /** How many messages the room has had up to this one, itself included. Stores give it to the log; it is not sent. */
  ordinal?: number;
}

/** Why an event was refused. Each is final. `chat/protocol.md` says what they mean. */
export type EventRefusal =
  | "no_such_message"
  | "not_allowed"
  | "deleted"
  | "too_late"
  | "conflict"
  | "slow_mode"
  | "too_many_emoji";

/** What of a room's policy can only be compared where an event is stored: it takes the message that is there by then, or the moment. */
export interface Terms {
  /** How long the author may edit a message, in milliseconds. */
  editMs?: number;
  /** How long the author waits from one message to the next, in milliseconds; absent: not at all. */
  slowMs?: number;
  /** Whether the author may erase what another one wrote. */
  moderates?(author: string): boolean;
}

/** What a store looks up before it decides on an event. */
export interface Facts extends Terms {
  /** The message that the event changes or answers, if it is kept. */
  target?: StoredMessage;
  /** Whether this author's reaction with this emoji stands. */
  reacted?: boolean;
  /** With `slowMs`: when this author wrote the message before, in milliseconds since the epoch. */
  lastMs?: number;
}

/** Whether it is a message, so that it counts as one: in pages, in retention, in `missed`. */
export function isMessage(event: StoredEvent): event is StoredMessage {
  return event.kind === undefined;
}

/** Whether it changes the room itself, and not a message. */
export function isRoomChange(event: { kind?: string }): event is RoomChange {
  return event.kind === "member" || event.kind === "settings";
}

/** Whether it is more than a guest. */
export function isMember(role: Role): boolean {
  return role !== "guest" && role !== "banned";
}

/** The last event that changed a message. */
export function revOf({ rev, seq }: StoredMessage): number {
  return rev ?? seq;
}
