/** What the table of kinds says of each kind of change. @module */

import type {
  ChangeKind,
  EventRefusal,
  Facts,
  NewChange,
  NewRoomChange,
  RoomChangeKind,
  StoredChange,
  StoredMessage,
  StoredRoomChange,
} from "./event.ts";

type AnyKind = ChangeKind | RoomChangeKind;
type New<Kind extends AnyKind> = Extract<NewChange | NewRoomChange, { kind: Kind }>;
type Stored<Kind extends AnyKind> = Extract<StoredChange | StoredRoomChange, { kind: Kind }>;

/** One kind of change of a room: everything that is special about it. What it does to the room is in `policy/`. */
export interface RoomKindRule<Kind extends AnyKind> {
  /** The fields that make two commands the same, besides their target. Never change them: fingerprints are stored. */
  says: readonly (keyof New<Kind> & string)[];
  /** The fields that are stored and sent to nobody. */
  hides?: readonly (keyof Stored<Kind> & string)[];
  /** The line that tells of it to a client that knows only messages. */
  fallback(change: Stored<Kind>): string;
}

/** One kind of change of a message. */
export interface KindRule<Kind extends ChangeKind> extends RoomKindRule<Kind> {
  /** Whether it is refused, or has nothing to do. @param now milliseconds since the epoch */
  check(
    event: New<Kind>,
    facts: Facts & { target: StoredMessage },
    now: number,
  ): EventRefusal | "unchanged" | undefined;
  /** Its fields as they are stored, where they differ from those that are handed in. */
  settle?(event: New<Kind>): New<Kind>;
  /** What its target said until then must not be shown any more. */
  erases?: true;
  /** The message with the change in it. The caller has compared `rev`, and sets it. */
  apply(message: StoredMessage, change: Stored<Kind>): StoredMessage;
  /** The fields that are not stored with it, because they are the target's, which may change again. */
  forgets?: readonly (keyof Stored<Kind> & string)[];
  /** The change as it is read later: with what it forgot as it is now. @param target nothing if it is not kept */
  recall?(change: Stored<Kind>, target: StoredMessage | undefined): Stored<Kind>;
}
