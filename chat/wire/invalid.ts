/** What a client sent is not what it should be. @module */

/** Thrown for a client's field or id. Its message goes to the client's developer; any other error is a bug, and no client reads it. */
export class Invalid extends Error {
  /** The error's name. */
  override name = "Invalid";
}
