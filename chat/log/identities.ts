/** What a store keeps of ids themselves, apart from rooms. @module */

/** What is kept of an id. */
export interface Standing {
  /** It was called back: nobody comes in by it any more. */
  revoked?: true;
  /** The id that its owner has from then on, as far as that was said. */
  next?: string;
  /** It moderates the rooms that nobody owns, because its owner has opened the link of a claim. */
  operator?: true;
}

/** The ids of which something is kept: few. All throw `StoreUnavailableError`. */
export interface Identities {
  /** Reads what is kept of an id; nothing of most. */
  find(id: string): Promise<Standing>;
  /** Calls an id back, for good. A second time changes nothing. */
  revoke(id: string, next?: string): Promise<void>;
  /** Keeps a claim, in the place of an earlier one. @param claim the SHA-256 of its secret, in hexadecimal */
  offer(claim: string): Promise<void>;
  /** Uses a claim up: the first who comes is an operator from then on. @returns whether that is this id, now or by an earlier call */
  claim(claim: string, id: string): Promise<boolean>;
}
