/** The invitations that a store keeps. @module */

import type { Role } from "../event/event.ts";

/** An invitation into a room, as it is kept: whoever knows its secret may come in, and the secret itself is kept nowhere. */
export interface Invite {
  /** The SHA-256 of its secret, in hexadecimal. */
  invite: string;
  /** What those who come in by it become. */
  role: Role;
  /** How many more may. */
  uses: number;
  /** When it ends, in milliseconds since the epoch. */
  untilMs: number;
  /** The id that made it. */
  by: string;
}

/** The invitations of rooms. An event uses one up by `Condition.invite`. All throw `StoreUnavailableError`. */
export interface Invites {
  /**
   * Keeps one. Those of the room that are over by `now` are forgotten.
   *
   * @returns whether there was place for it
   */
  add(room: string, invite: Invite, now: number): Promise<boolean>;
  /** Those of a room, those that are over included, the one that ends first at the beginning. */
  list(room: string): Promise<Invite[]>;
  /** Reads one, also if it is over. */
  find(room: string, invite: string): Promise<Invite | undefined>;
  /** Forgets one, so that nobody comes in by it any more. */
  remove(room: string, invite: string): Promise<void>;
}
