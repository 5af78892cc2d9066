/** What the table of kinds says of each kind of change. @module */

import type { ChangeKind, EventRefusal, Facts, NewChange, StoredChange, StoredMessage } from "./event.ts";

type New<Kind extends ChangeKind> = Extract<NewChange, { kind: Kind }>;
type Of<Kind extends ChangeKind> = Extract<StoredChange, { kind: Kind }>;

/** The message that a change is of is kept, and the checks that all kinds share have passed. */
export interface TargetFacts extends Facts {
  target: StoredMessage;
}

/** One kind of change: everything that is special about it. */
export interface KindRule<Kind extends ChangeKind> {
  /** Whether it is refused, or has nothing to do. @param now milliseconds since the epoch */
  check(event: New<Kind>, facts: TargetFacts, now: number): EventRefusal | "unchanged" | undefined;
  /** The message with the change in it. The caller has compared `rev`, and sets it. */
  apply(message: StoredMessage, change: Of<Kind>): StoredMessage;
  /** Whether it changes what the store has in the message's own row, and not only its reactions. */
  rewrites: boolean;
  /** The fields that are stored and sent to nobody. */
  hides: readonly (keyof Of<Kind> & string)[];
  /** The fields that are not stored with it, because they are the target's, which may change again. */
  forgets: readonly (keyof Of<Kind> & string)[];
  /** The change as it is read later: with what it forgot as it is now. @param target nothing if it is not kept */
  recall(change: Of<Kind>, target: StoredMessage | undefined): Of<Kind>;
  /** The line that tells of it to a client that knows only messages. */
  fallback(change: Of<Kind>): string;
}
