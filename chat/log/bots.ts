/** The bots that a store keeps: programs to which an operator of the server has given an id. @module */

/** A bot, as it is told of. */
export interface Bot {
  /** Its id is `b-` and this, and others see it under this name. */
  name: string;
  /** The rooms that it is for: names, or with a star at the end the beginnings of names. */
  rooms: string[];
  /** The most that it may do there. It gives no place in a room. */
  may: "read" | "write" | "moderate";
  /** When it was made, in milliseconds since the epoch. */
  ts: number;
}

/** All throw `StoreUnavailableError`. */
export interface Bots {
  /**
   * Keeps one.
   *
   * @param secret the SHA-256 of its secret, in hexadecimal: the secret itself is kept nowhere
   * @returns whether it is kept: there may be one of that name, or too many
   */
  add(bot: Bot, secret: string): Promise<boolean>;
  /** All of them, by name. */
  list(): Promise<Bot[]>;
  /** The one with this secret. @param secret its SHA-256 */
  find(secret: string): Promise<Bot | undefined>;
  /** Forgets one, for good: no copy that is restored brings its secret back. @returns whether there was one */
  remove(name: string): Promise<boolean>;
}
